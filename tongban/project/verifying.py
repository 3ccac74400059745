"""Everything this database holds, proved anew. Imported after Django is set up; needs no keys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.alliance.trust import load_trust
from tongban.alliance.verification import read_member_list
from tongban.cases.record import Members
from tongban.exchange import verifying
from tongban.exchange.verifying import Fault, Seen
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope


@dataclass(frozen=True, slots=True)
class Report:
    seen: Seen
    leaves: int
    faults: tuple[Fault, ...]


def verify_all(*, regions: Iterable[str], trust: Path, cases: Iterable[UUID] | None = None) -> Report:
    """Every copy (or those of `cases`), the chain of own receipts and the log. `trust` is the root keys' file: lists in the database
    are believed only as far as it signed them.
    """
    lists = _trusted_lists(trust)
    seen, faults, leaves = Seen(), list[Fault](), 0
    for region in regions:
        wanted = _copies(region) if cases is None else list(cases)
        for case_id in wanted:
            with scope([region]):
                more, fault = verifying.verify_copy(region, case_id, lists=lists, suite=lists.trust.suite)
            seen += more
            faults += [fault] if fault else []
        if cases is None:
            with scope([region]):
                chain = verifying.verify_receipt_chain(region, suite=lists.trust.suite)
                count, log = verifying.verify_log(region, suite=lists.trust.suite)
            leaves += count
            faults += [fault for fault in (chain, log) if fault]
    return Report(seen, leaves, tuple(faults))


def _copies(region: str) -> list[UUID]:
    with scope([region]):
        return verifying.list_copies(region)


def _trusted_lists(trust: Path) -> Members:
    anchor = load_trust(trust)
    lists = [read_member_list(raw, anchor) for raw in _held_lists()]
    return Members(anchor, {members.version: members for members in lists})


def _held_lists() -> Iterator[bytes]:
    newest = alliance.newest_list()
    for version in range(1, newest.version + 1 if newest else 1):
        try:
            yield alliance.get_list_bytes(version)
        except Missing:
            continue
