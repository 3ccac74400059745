"""The search: all states, breadth first, so that the first thing found wrong has a shortest path.

A state in which nothing helpful can happen must be finished (`verdicts.unfinished`). That is enough for liveness: every helpful step adds
something (an event to a copy, a promise, a list, an effect) and takes nothing away, so that helpful steps come to an end; where they end is
a state of this search.
"""

import itertools
import time
from collections import deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from tests.model import arriving, ordering, recovering, slips, verdicts, writing
from tests.model.chains import NODES, OPEN, Event
from tests.model.scenario import Scenario
from tests.model.state import Case, Label, Shared
from tests.model.world import World

T = TypeVar("T", bound=Hashable)

State = tuple[int, ...]
"""Numbers of the shared part and of each case. Steps of one case are worked out once for each pair of them."""

Move = tuple[Label, bool, State]
LOCAL = (
    writing.appends,
    writing.effects,
    arriving.deliveries,
    arriving.forgeries,
    slips.slip_steps,
    ordering.agreements,
    ordering.reassignments,
    ordering.news,
)
TURNS = (recovering.recovery_turns, ordering.list_turns)


class Numbered(Generic[T]):
    """Gives equal things one number."""

    def __init__(self) -> None:
        self.things: list[T] = []
        self.numbers: dict[T, int] = {}

    def number(self, thing: T) -> int:
        found = self.numbers.setdefault(thing, len(self.things))
        if found == len(self.things):
            self.things.append(thing)
        return found


@dataclass(frozen=True, slots=True)
class Result:
    verdict: str
    states: int
    seconds: float
    """Of processor time, so that a busy machine does not change the table."""
    path: tuple["Stage", ...]
    world: World


class Stage(NamedTuple):
    """A step of a path and what it led to."""

    label: Label
    shared: Shared
    cases: tuple[Case, ...]


@dataclass(slots=True)
class Search:
    scenario: Scenario
    world: World = field(init=False)
    shared: Numbered[Shared] = field(default_factory=Numbered)
    cases: Numbered[Case] = field(default_factory=Numbered)
    before: dict[State, State | None] = field(default_factory=dict)
    local: dict[tuple[int, int, int], list[tuple[Label, bool, int]]] = field(default_factory=dict)
    wrongs: dict[tuple[int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = World(self.scenario)

    def run(self) -> Result:
        start = time.process_time()
        verdict, last = self.explore()
        path = tuple(self.path_to(last)) if last else ()
        return Result(verdict, len(self.before), time.process_time() - start, path, self.world)

    def explore(self) -> tuple[str, State | None]:
        first = self.first()
        self.before[first] = None
        waiting = deque([first])
        while waiting:
            state = waiting.popleft()
            finished = True
            for _, helpful, following in self.moves(state):
                finished = finished and not helpful
                if following in self.before:
                    continue
                self.before[following] = state
                if wrong := self.wrong(following):
                    return wrong, following
                waiting.append(following)
            if finished and self.scenario.live and (left := self.unfinished(state)):
                return left, state
        return (verdicts.LIVE if self.scenario.live else verdicts.SAFE), None

    def first(self) -> State:
        cases = []
        for index, matter in enumerate(self.scenario.matters):
            opening = self.world.chains.add(Event(index, 0, matter.opener, OPEN))
            cases.append(Case(copies=(opening,) * len(NODES)) if matter.known_to_all else Case())
        shared = self.shared.number(Shared(restores=self.scenario.restores))
        return (shared, *(self.cases.number(case) for case in cases))

    def moves(self, state: State) -> Iterator[Move]:
        """Every step of every case, then what happens to whole nodes."""
        for index in range(len(state) - 1):
            key = (index, state[0], state[1 + index])
            steps = self.local.get(key)
            if steps is None:
                steps = self.local[key] = self.steps(*key)
            for label, helpful, case in steps:
                yield label, helpful, (*state[: 1 + index], case, *state[2 + index :])
        yield from self.turns(state)

    def steps(self, index: int, shared: int, case: int) -> list[tuple[Label, bool, int]]:
        parts = (index, self.shared.things[shared], self.cases.things[case])
        found = (step for kind in LOCAL for step in kind(self.world, *parts))
        numbered = ((label, helpful, self.cases.number(after)) for label, helpful, after in found)
        return [step for step in numbered if step[2] != case]

    def turns(self, state: State) -> Iterator[Move]:
        shared, cases = self.shared.things[state[0]], tuple(self.cases.things[n] for n in state[1:])
        for kind in TURNS:
            for label, helpful, after, choices in kind(self.world, shared, cases):
                number = self.shared.number(after)
                for chosen in itertools.product(*choices):
                    following = (number, *(self.cases.number(case) for case in chosen))
                    if following != state:
                        yield label, helpful, following

    def wrong(self, state: State) -> str:
        for case in state[1:]:
            key = (state[0], case)
            found = self.wrongs.get(key)
            if found is None:
                found = verdicts.wrong(self.world, self.shared.things[state[0]], self.cases.things[case])
                self.wrongs[key] = found
            if found:
                return found
        return ""

    def unfinished(self, state: State) -> str:
        shared = self.shared.things[state[0]]
        for index, case in enumerate(state[1:]):
            if left := verdicts.unfinished(self.world, shared, self.cases.things[case], index):
                return left
        return ""

    def path_to(self, state: State) -> Iterator[Stage]:
        """Labels are not kept during the search: the steps between the states on the way are worked out again."""
        states = [state]
        while (earlier := self.before[states[-1]]) is not None:
            states.append(earlier)
        for one, other in itertools.pairwise(reversed(states)):
            label = next(label for label, _, after in self.moves(one) if after == other)
            yield Stage(label, self.shared.things[other[0]], tuple(self.cases.things[n] for n in other[1:]))
