"""A Hypothesis machine that does to the world what people, networks and backups do to it, and looks at everything after every step."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.protocol import invariants
from tests.protocol.world import ACCEPTED, DECIDED, DECLINED, NOTED, OFFERED, OPENED, Place, World
from tongban.exchange.chain import Head
from tongban.exchange.tests.factories import clause
from tongban.kernel.events import Baton, Clause, NewEvent
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Refused

MOST_CASES, MOST_RESTORES = 3, 2
FATES = ("ok", "ok", "ok", "lost", "reply lost", "twice", "late")
places = st.integers(0, 2)
cases = st.integers(0, MOST_CASES - 1)


@dataclass(frozen=True)
class Command:
    """Something that was done, to be done again."""

    place: int
    case_id: UUID
    event: NewEvent
    cmd: UUID
    wrote: tuple[str, ...]


class Machine(RuleBasedStateMachine):
    """`make` opens a fresh world."""

    def __init__(self, make: Callable[[], AbstractContextManager[World]]) -> None:
        super().__init__()
        self.opened = make()
        self.world = self.opened.__enter__()
        self.cases: list[UUID] = []
        self.commands: list[Command] = []
        self.slips: list[tuple[int, UUID, UUID]] = []
        self.backed_up: Place | None = None
        self.restores = 0
        self.confirmed: set[UUID] = set()

    def teardown(self) -> None:
        try:
            self.come_to_rest()
        finally:
            self.opened.__exit__(None, None, None)

    # What people do

    @rule(place=places)
    def open_case(self, place: int) -> None:
        """Opened and passed on, as most cases are."""
        if len(self.cases) < MOST_CASES:
            case_id, to = new_id(), (place + 1) % 3
            event = NewEvent(OPENED, {}, baton=Baton("open"), clause=self.clause(place, to))
            if self.attempt(place, case_id, event):
                self.cases.append(case_id)
                self.attempt(place, case_id, self.offering(place, to))

    @precondition(lambda self: self.cases)
    @rule(
        case=cases,
        what=st.sampled_from(("go on", "go on", "go on", "note", "decline", "decide", "offer")),
        who=st.integers(0, 9),
        to=places,
    )
    def do(self, case: int, what: str, who: int, to: int) -> None:
        self.act(case, what, who, to)

    def act(self, case: int, what: str, who: int, to: int) -> None:
        """Mostly by whoever may; sometimes by somebody who thinks so."""
        case_id = self.cases[case % len(self.cases)]
        head = self.longest(case_id)
        if not head.seq:
            # Opened, forgotten in a restore, and never confirmed by anybody: it is not there.
            return
        place = self.number_of(head.writer) if who > 2 else who
        if what == "go on":
            what = "accept" if head.offered_by else "decide"
        if what == "offer" and place != to:
            self.attempt(place, case_id, self.offering(place, to))
        elif what != "offer":
            self.attempt(place, case_id, self.event(what))

    @precondition(lambda self: self.cases)
    @rule(case=cases, who=places)
    def slip(self, case: int, who: int) -> None:
        case_id, cmd = self.cases[case % len(self.cases)], new_id()
        try:
            self.world.propose(self.world.places[who], case_id, cmd)
        except Refused:
            return
        self.slips.append((who, case_id, cmd))

    @precondition(lambda self: self.commands)
    @rule(number=st.integers(0, 100))
    def press_again(self, number: int) -> None:
        """I8: the same command again writes nothing and answers with what it wrote."""
        command = self.commands[number % len(self.commands)]
        try:
            again = self.world.write(self.world.places[command.place], command.case_id, command.event, cmd=command.cmd)
        except Refused:
            return
        assert tuple(event.hash for event in again) == command.wrote

    # What networks do

    @rule(place=places, fate=st.sampled_from(FATES))
    def send(self, place: int, fate: str) -> None:
        self.world.send(self.world.places[place], fate)

    @rule(fate=st.sampled_from(FATES))
    def everybody_sends(self, fate: str) -> None:
        for place in self.world.places:
            self.world.send(place, fate)

    @precondition(lambda self: self.cases)
    @rule(case=cases)
    def a_quiet_while(self, case: int) -> None:
        """Nothing is in the way, and one case goes on: so that stories get long enough to be broken late."""
        self.everybody_sends("ok")
        self.act(case, "go on", who=9, to=0)
        self.everybody_sends("ok")

    @precondition(lambda self: self.world.late)
    @rule(number=st.integers(0, 100))
    def arrive_late(self, number: int) -> None:
        self.world.deliver_late(number)

    @rule(seconds=st.sampled_from((1, 20, 50)))
    def wait(self, seconds: int) -> None:
        self.world.tick(seconds)

    # What operators and disks do

    @precondition(lambda self: not self.backed_up and self.cases)
    @rule(place=places)
    def back_up(self, place: int) -> None:
        self.world.back_up(self.world.places[place])
        self.backed_up = self.world.places[place]

    @precondition(lambda self: self.backed_up and self.restores < MOST_RESTORES)
    @rule()
    def restore(self) -> None:
        """Everything since the backup is forgotten; what others hold is not. What nobody holds was never confirmed, and may be gone."""
        assert self.backed_up
        self.restores += 1
        self.world.restore(self.backed_up)
        held = {hash for place in self.world.places for hash in invariants.look(self.world, place).bodies}
        self.commands = [command for command in self.commands if held.issuperset(command.wrote)]
        self.confirmed = {command.case_id for command in self.commands}
        asked = self.world.list_slips(self.backed_up)
        self.slips = [
            slip for slip in self.slips if self.world.places[slip[0]] is not self.backed_up or slip[2] in asked
        ]

    @precondition(lambda self: self.restores)
    @rule(fate=st.sampled_from(FATES))
    def recover(self, fate: str) -> None:
        assert self.backed_up
        self.world.recover(self.backed_up, fate)

    # What must hold

    @invariant()
    def holds(self) -> None:
        invariants.check_always(self.world)

    def come_to_rest(self) -> None:
        """Faults stop, every offer is answered, everything drains: then all copies are equal and every slip was taken up once."""
        self.drain()
        for number in range(len(self.world.places)):
            for case_id in self.cases:
                self.attempt(number, case_id, NewEvent(ACCEPTED, {}, baton=Baton("accept")))
        self.drain()
        found = invariants.check_at_rest(self.world, expected=self.confirmed)
        for place, case_id, cmd in self.slips:
            invariants.require_taken_up(self.world, self.world.places[place], found, case_id, cmd)

    def drain(self) -> None:
        for _ in range(20):
            self.world.tick(301)
            if self.backed_up:
                self.world.recover(self.backed_up)
            confirmed = sum(self.world.send(place) for place in self.world.places)
            if not confirmed and not any(map(self.world.is_recovering, self.world.places)):
                return
        raise AssertionError("STUCK: the places never stop sending")

    # Helpers of the rules

    def longest(self, case_id: UUID) -> Head:
        """Where the case stands, for who sees everything."""
        heads = [self.world.head(place, case_id) for place in self.world.places]
        return max(heads, key=lambda head: head.seq)

    def number_of(self, region: str) -> int:
        return next(number for number, place in enumerate(self.world.places) if place.region == region)

    def clause(self, place: int, to: int) -> Clause:
        return clause(self.world.places[place].region, self.world.places[to].region, article="2")

    def offering(self, place: int, to: int) -> NewEvent:
        target = self.world.places[to].region
        return NewEvent(OFFERED, {}, baton=Baton("offer", target), clause=self.clause(place, to), audience=(target,))

    def event(self, what: str) -> NewEvent:
        if what in ("accept", "decline"):
            return NewEvent(ACCEPTED if what == "accept" else DECLINED, {}, baton=Baton(what))
        return NewEvent(NOTED if what == "note" else DECIDED, {})

    def attempt(self, place: int, case_id: UUID, event: NewEvent) -> bool:
        """What is not allowed here and now is refused, and that is well."""
        cmd = new_id()
        try:
            wrote = self.world.write(self.world.places[place], case_id, event, cmd=cmd)
        except Refused:
            return False
        self.confirmed.add(case_id)
        self.commands.append(Command(place, case_id, event, cmd, tuple(event.hash for event in wrote)))
        return True
