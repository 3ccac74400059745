"""What a search is about: which rules hold, which faults may come, and the bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.model.chains import A, B, C

RULES: Mapping[str, str] = {
    "R4": "only the node that the chain names writes, and only the baton's next step",
    "R4-once": "a case is decided once; whoever has the baton looks at the chain, not at its own memory",
    "R6": "nothing leaves a node before its commit",
    "R14": "a receipt is signed after the commit",
    "R15": "a restored node recovers before it writes",
    "R15-promise": "those it asks promise to refuse its older incarnations",
    "R15-all": "it asks every subscriber",
    "R15-answers": "who is recovering answers others that recover, or both wait for ever",
    "R15-unknown": "it asks about all cases, also those its backup does not know",
    "R15-relearn": "it takes back the promises that it had given to others",
    "R15-list": "it takes the newest member list first, and nothing from a suspended node",
    "R16": "older incarnations are let pass within the past that the restored node declared",
    "R17-longest": "reassignment goes on from the longest chain of the survivors",
    "R17-fence": "survivors refuse what a suspended node writes from then on",
    "R17-all": "every survivor is fenced before the reassignment",
    "R17-past": "survivors still take what the agreed chain holds of the suspended node",
    "R17-return": "a suspended node that returns gives up what nobody else has stored",
    "R17-relearn": "a suspended node that returns takes over the promises that were made meanwhile",
    "R18": "a decision takes effect only after another node has stored it",
    "R19-named": "a signature is judged by the member list that the event names, not by today's",
    "R19-retry": "an event that names a newer list is answered with retry, not rejected",
    "R19-vouched": "of a compromised key only what another node had stored before is taken",
    "R19-park": "a case that holds a disputed event is parked when the node learns of the compromise",
    "slip-once": "a proposal that the chain already answers is not answered again",
    "slip-follows": "a proposal follows the baton",
    "slip-open": "a proposal stays open until the chain answers it; a receipt is not enough",
    "slip-no": "a refused proposal too is answered on the chain",
}

Offers = Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Matter:
    """One case: who opens it, to whom each holder may offer it, how often. It ends with one decision."""

    opener: int = A
    offers: Offers = field(default_factory=lambda: {A: (B,)})
    most_offers: int = 1
    slip_of: int | None = None
    known_to_all: bool = True
    """The search begins when everybody holds the opening, instead of before it."""
    decided: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """`second_list` is what version 2 of the member list brings: rotated, compromised (B's key), suspended (B), or nothing.

    `live`: whether a state in which nothing helpful can happen must be one in which everything is done.
    """

    off: frozenset[str] = frozenset()
    matters: tuple[Matter, ...] = (Matter(),)
    restores: int = 0
    restorable: tuple[int, ...] = (A, B, C)
    witnesses: int = 1
    second_list: str = ""
    home: int = B
    """The node that the second list is about."""
    heir: int = A
    live: bool = True

    def __post_init__(self) -> None:
        if unknown := self.off - RULES.keys():
            raise ValueError(f"no such rule: {unknown}")
