"""What a run proves. Each checker takes plain values and returns what is wrong, nothing when all is well.

`total_queue` and `unique_ids` follow Jepsen's checkers of these names.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

DECISIONS = frozenset({"approved", "refused", "not_accepted"})
KEPT = frozenset({"STORED", "PARKED"})
ENDS = frozenset({"closed", "withdrawn"})


@dataclass(frozen=True)
class Queue:
    """`lost`: acknowledged and not there. `duplicated`: there more than once. `unexpected`: there, and nobody asked for it.

    `recovered`: there although nobody was told so; that is no fault.
    """

    lost: list[str]
    duplicated: list[str]
    unexpected: list[str]
    recovered: list[str]


def total_queue(*, attempted: Iterable[str], acknowledged: Iterable[str], found: Iterable[str]) -> Queue:
    counted = Counter(found)
    asked, told = set(attempted), set(acknowledged)
    return Queue(
        lost=sorted(told - set(counted)),
        duplicated=sorted(value for value, times in counted.items() if times > 1),
        unexpected=sorted(set(counted) - asked),
        recovered=sorted((set(counted) & asked) - told),
    )


def unique_ids(given: Iterable[tuple[str, str]]) -> list[str]:
    """(id, whose) → ids that belong to more than one."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for id, owner in given:
        owners[id].add(owner)
    return sorted(id for id, whose in owners.items() if len(whose) > 1)


Chains = Mapping[str, Mapping[str, Sequence[str]]]
"""Case → holder → the hashes of its copy, in order."""


def chain_prefix(chains: Chains) -> list[str]:
    """Cases of which two copies differ at a position that both have."""
    return sorted(case for case, copies in chains.items() if _differ(list(copies.values())))


def unequal(chains: Chains, holders: Sequence[str]) -> list[str]:
    """Cases that one of the holders has not got whole, or not got at all."""
    return sorted(case for case, copies in chains.items() if len({tuple(copies.get(h, ())) for h in holders}) > 1)


def _differ(copies: Sequence[Sequence[str]]) -> bool:
    longest = max(copies, key=len, default=())
    return any(list(copy) != list(longest[: len(copy)]) for copy in copies)


@dataclass(frozen=True)
class Receipt:
    """A statement of `issuer` that `holder` keeps. `seq` is 0 for a proposal."""

    holder: str
    issuer: str
    case: str
    seq: int
    event: str
    stage: str


def receipt_honesty(
    receipts: Iterable[Receipt],
    *,
    events: Mapping[tuple[str, str, int], str],
    proposals: Iterable[tuple[str, str, str]] = (),
) -> list[Receipt]:
    """Receipts for something that their issuer has not got (any more). `events`: (issuer, case, seq) → hash."""
    asked = set(proposals)

    def has(receipt: Receipt) -> bool:
        if receipt.seq == 0:
            return (receipt.issuer, receipt.case, receipt.event) in asked
        return events.get((receipt.issuer, receipt.case, receipt.seq)) == receipt.event

    return [receipt for receipt in receipts if receipt.stage in KEPT and not has(receipt)]


def decided_twice(kinds: Mapping[str, Iterable[str]]) -> list[str]:
    """Case → what happened, of any one copy. Cases with more than one decision."""
    return sorted(case for case, names in kinds.items() if sum(name in DECISIONS for name in names) > 1)


@dataclass(frozen=True)
class Call:
    """One push to the insurance platform. `filed`: it made a new record, which `reference` names."""

    key: str
    number: str
    reference: str
    filed: bool


def effected_twice(calls: Iterable[Call]) -> list[str]:
    """Case numbers under which the platform has more than one record."""
    filed: defaultdict[str, set[str]] = defaultdict(set)
    for call in calls:
        if call.filed:
            filed[call.number].add(call.reference)
    return sorted(number for number, references in filed.items() if len(references) > 1)


def open_after_drain(
    acknowledged: Iterable[str], states: Mapping[str, Mapping[str, str]], *, ends: Collection[str] = ENDS
) -> list[str]:
    """Cases that a holder has not brought to an end. `states`: holder → case → state."""
    return sorted(case for case in set(acknowledged) if any(of.get(case) not in ends for of in states.values()))


@dataclass(frozen=True)
class Verdict:
    """All that is wrong, by name. `told` is worth saying and no fault."""

    faults: dict[str, list[str]]
    told: dict[str, int] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        return not any(self.faults.values())
