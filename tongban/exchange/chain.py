"""Who may write the next event of a chain: a pure function of the chain so far (R4). Plain Python.

The baton goes OPEN → OFFER(to) → ACCEPT or DECLINE. No lease, no clock, no election; a trigger on the event table repeats the rule.
REASSIGN stands outside it: the alliance gives the case of a dead node to another region, which writes it itself (R17); that the alliance's
order is genuine is checked by whoever takes the event in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tongban.kernel.events import Payload

OPENING = frozenset({"open"})
ANSWERS = frozenset({"accept", "decline"})
ORDINARY = frozenset({"", "offer"})
REASSIGN = "reassign"


class State(StrEnum):
    """What one region may do with its copy of a case."""

    HELD = "held"
    OFFERED = "offered"
    FOREIGN = "foreign"
    PARKED = "parked"
    RECOVERING = "recovering"


class Illegal(ValueError):
    """This event can never stand at this place of this chain. `code` is said to the peer that sent it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands. `offered_by` is set while an offer waits for its answer; `writer` is then the addressee."""

    seq: int = 0
    hash: str = ""
    writer: str = ""
    offered_by: str = ""
    audience: tuple[str, ...] = ()

    @property
    def allowed(self) -> frozenset[str]:
        """What the next event may do with the baton; "" is an event that leaves it."""
        if not self.seq:
            return OPENING
        return ANSWERS if self.offered_by else ORDINARY

    def state(self, holder: str) -> State:
        """As `holder` sees its copy; parking and recovering are not read off the chain."""
        if self.offered_by:
            return State.OFFERED if holder in (self.offered_by, self.writer) else State.FOREIGN
        return State.HELD if self.writer == holder else State.FOREIGN


EMPTY = Head()


def operation(payload: Payload) -> str:
    return payload.baton.op if payload.baton else ""


def check_next(head: Head, payload: Payload) -> None:
    """Raises `Illegal` unless `payload` may follow `head`. Position first: only then can the writer be judged."""
    if payload.seq != head.seq + 1:
        raise Illegal("wrong-position")
    if payload.prev != head.hash:
        raise Illegal("wrong-predecessor")
    if head.seq and operation(payload) == REASSIGN:
        _check_reassigned(payload)
    elif head.seq and payload.region != head.writer:
        raise Illegal("wrong-writer")
    elif operation(payload) not in head.allowed:
        raise Illegal("wrong-baton")
    _check_audience(head, payload)


def _check_reassigned(payload: Payload) -> None:
    """The region that is given the case writes this event itself."""
    if payload.baton is None or payload.baton.to != payload.region:
        raise Illegal("wrong-writer")


def _check_audience(head: Head, payload: Payload) -> None:
    audience = set(payload.audience)
    if len(audience) != len(payload.audience) or not audience >= {payload.region, *head.audience}:
        raise Illegal("wrong-audience")
    if payload.baton and payload.baton.op == "offer" and payload.baton.to not in audience - {payload.region}:
        raise Illegal("wrong-addressee")


def advance(head: Head, payload: Payload, *, hash: str) -> Head:
    """The head after an event that `check_next` lets pass."""
    check_next(head, payload)
    writer, offered_by = payload.region, ""
    if payload.baton and payload.baton.op == "offer":
        writer, offered_by = payload.baton.to, payload.region
    elif operation(payload) == "decline":
        writer = head.offered_by
    return Head(payload.seq, hash, writer, offered_by, payload.audience)


def writer(events: Sequence[Payload]) -> tuple[str, frozenset[str]]:
    """Region that writes next, and what it may do with the baton; ("", {"open"}) before the first event. Raises `Illegal`."""
    head = EMPTY
    for number, payload in enumerate(events):
        following = events[number + 1].prev if number + 1 < len(events) else ""
        head = advance(head, payload, hash=following)
    return head.writer, head.allowed
