"""Chains as numbers: an event names the one before it, so one number stands for an event and for the whole chain up to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from tongban.exchange import chain
from tongban.exchange.chain import Head, Illegal
from tongban.kernel.events import Baton, Payload

NAMES = "ABC"
A, B, C = range(3)
NODES = (A, B, C)
NOTHING = 0
"""The number of the empty chain."""

OPEN, OFFER, ACCEPT, DECLINE, REASSIGN = "open", "offer", "accept", "decline", "reassign"
DECIDE, ANSWER, FORGED = "decide", "answer", "forged"
BATON = frozenset({OPEN, OFFER, ACCEPT, DECLINE, REASSIGN})
MOMENT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class Event(NamedTuple):
    """`arg` is the addressee of an offer or reassignment, or which of two contents a decision has; `list` is the member list it names."""

    case: int
    parent: int
    author: int
    op: str
    arg: int = 0
    inc: int = 0
    list: int = 1


@dataclass(frozen=True, slots=True)
class Chain:
    """What the rules ask of a chain, worked out once. `past` holds one bit for each of its events."""

    event: Event
    head: Head
    legal: bool
    past: int
    writer: int = -1
    offered_by: int = -1
    decisions: tuple[int, ...] = ()
    offers: int = 0
    answers: int = 0


class Chains:
    """All chains that a search has met. Who writes next is asked of `tongban.exchange.chain`, once for each chain."""

    def __init__(self) -> None:
        self.all = [Chain(Event(0, NOTHING, 0, ""), chain.EMPTY, legal=True, past=0)]
        self.numbers: dict[Event, int] = {}
        self.children: list[list[int]] = [[]]
        self.decisions = 0
        """One bit for each decision of any chain."""

    def __getitem__(self, number: int) -> Chain:
        return self.all[number]

    def add(self, event: Event) -> int:
        number = self.numbers.get(event)
        if number is None:
            number = self.numbers[event] = len(self.all)
            self.all.append(self._follow(self.all[event.parent], event, number))
            self.children.append([])
            self.decisions |= (event.op == DECIDE) << number
            self.children[event.parent].append(number)
        return number

    def longest(self, *numbers: int) -> int:
        return max(numbers, key=lambda number: self.all[number].head.seq)

    def agree(self, one: int, other: int) -> bool:
        """Whether one is the beginning of the other."""
        pasts = self.all[one].past, self.all[other].past
        return pasts[0] & pasts[1] in pasts

    def prefixes(self, number: int) -> list[int]:
        """Shorter beginnings, the longest first, down to the empty chain."""
        found = []
        while number:
            number = self.all[number].event.parent
            found.append(number)
        return found

    def common(self, one: int, other: int) -> int:
        return next(
            number for number in [one, *self.prefixes(one)] if self.agree(number, other) and self.holds(other, number)
        )

    def holds(self, number: int, event: int) -> bool:
        return not event or bool(self.all[number].past >> event & 1)

    def events(self, number: int) -> list[Event]:
        numbers = [number, *self.prefixes(number)]
        return [self.all[n].event for n in reversed(numbers) if n]

    def _follow(self, before: Chain, event: Event, number: int) -> Chain:
        head, legal = advance(before.head, event, number)
        return Chain(
            event=event,
            head=head,
            legal=legal,
            past=before.past | 1 << number,
            writer=NAMES.index(head.writer),
            offered_by=NAMES.index(head.offered_by) if head.offered_by else -1,
            decisions=(*before.decisions, number) if event.op in (DECIDE, FORGED) else before.decisions,
            offers=before.offers + (event.op == OFFER),
            answers=before.answers + (event.op == ANSWER),
        )


def advance(head: Head, event: Event, number: int) -> tuple[Head, bool]:
    """The product's own rule. What it forbids is written only where R4 is off, and then its author goes on writing."""
    payload = as_payload(event, seq=head.seq + 1, prev=head.hash)
    try:
        return chain.advance(head, payload, hash=str(number)), True
    except Illegal:
        return Head(payload.seq, str(number), payload.region, "", head.audience), False


def as_payload(event: Event, *, seq: int, prev: str) -> Payload:
    """An event of the model in the product's words; only what the rule of the writer reads differs from event to event."""
    baton = Baton(event.op, NAMES[event.arg] if event.op in (OFFER, REASSIGN) else "") if event.op in BATON else None
    return Payload(
        alliance="model", epoch=1, list=event.list, case=UUID(int=event.case), seq=seq, prev=prev,
        region=NAMES[event.author], node=NAMES[event.author], inc=event.inc + 1, audience=tuple(NAMES),
        kind=event.op, critical=True, cmd=UUID(int=0), actor={}, at=MOMENT, body={}, baton=baton,
    )  # fmt: skip
