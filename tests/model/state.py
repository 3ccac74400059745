"""What a state of the three nodes is. All of it is numbers, so that states are cheap to keep and to compare."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.model.chains import NODES, NOTHING

FOR_EVER = 9
"""The incarnation below which a suspended node is fenced: no node is ever restored so often."""

Label = tuple[Any, ...]


class Shared(NamedTuple):
    """What nodes have in common across cases. Fields named after nodes are tuples by node, or bits by node or pair."""

    recovering: int = 0
    answered: int = 0
    """Bit 3·m+n: m has answered the request of the recovering n."""
    inc: tuple[int, ...] = (0, 0, 0)
    lists: tuple[int, ...] = (1, 1, 1)
    published: int = 1
    restores: int = 0


class Slip(NamedTuple):
    """A proposal as its author and those it was sent to know it. `sent`, `rows` and `noes` are bits by node."""

    sent: int
    rows: int = 0
    noes: int = 0
    told: str = ""
    """What the author has been told: "" open, "answered", "no", or "stored" where a receipt is taken for the answer."""


class Case(NamedTuple):
    """One case on all nodes. The network is not listed: it is all events that anybody ever stored, and `loose`."""

    copies: tuple[int, ...] = (NOTHING, NOTHING, NOTHING)
    forgot: tuple[int, ...] = (0, 0, 0)
    """Events each node has given a receipt for and no longer holds."""
    loose: int = 0
    """Events on the network that their author never stored."""
    given: int = 0
    """Decisions that took effect in the world. No restore takes that back."""
    fences: tuple[int, ...] = (0,) * 9
    """At 3·m+n: the lowest incarnation of n from which m takes events."""
    known: int = 0
    """Bit 3·m+n: m knows the past that n declared, which its fence lets pass."""
    past: tuple[int, ...] = (NOTHING, NOTHING, NOTHING)
    agreed: int = NOTHING
    """The chain that the survivors of a suspension agreed on: what their fence for ever lets pass."""
    slip: Slip | None = None
    rejected: int = 0
    parked: int = 0
    vouched: int = 0
    """Events that somebody other than their author had stored when a key was declared compromised."""


class Step(NamedTuple):
    """One thing that can happen to one case. `helpful`: happens sooner or later once faults have stopped."""

    label: Label
    helpful: bool
    case: Case


class Turn(NamedTuple):
    """One thing that can happen to a node and so to all its cases; `cases` lists for each case what may become of it."""

    label: Label
    helpful: bool
    shared: Shared
    cases: list[list[Case]]


def put(values: tuple[int, ...], at: int, value: int) -> tuple[int, ...]:
    return (*values[:at], value, *values[at + 1 :])


def nodes_in(bits: int) -> Iterator[int]:
    return (node for node in NODES if bits >> node & 1)
