"""A stolen key (密钥泄露): events that nobody else had before the theft are disputed, and their cases wait for the alliance to find out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F, Q

from tongban.alliance import queries as alliance
from tongban.alliance.members import KeyEntry, MemberList, NodeEntry
from tongban.exchange import log
from tongban.exchange.models import Event, Receipt
from tongban.exchange.vouching import CONFIRMING, DISPUTED
from tongban.kernel import envelopes
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.scope import scope


@dataclass(frozen=True, slots=True)
class _Stolen:
    """`regions`: all that the owner hosts or has hosted; their word counts for nothing here."""

    key_id: str
    since: datetime
    regions: Collection[str]


def park_disputed(node: Node, members: MemberList) -> int:
    """Park the cases with events of keys that this list newly calls stolen; returns how many. What was witnessed before stays as it is."""
    stolen = list(_newly_stolen(members))
    if not stolen:
        return 0
    with scope(node.regions):
        found = {(row.region, row.case_id) for theft in stolen for row in _disputed(theft)}
        for region, case_id in sorted(found):
            copy = log.lock_copy(region, case_id)
            log.write_copy(replace(copy, parked=copy.parked or DISPUTED))
    return len(found)


def _newly_stolen(members: MemberList) -> Iterator[_Stolen]:
    before = [known for known in alliance.list_lists() if known.version < members.version]
    for owner in members.nodes:
        for key in owner.keys:
            if (
                key.purpose == "event"
                and key.compromised_since
                and not any(_says_stolen(known, key) for known in before)
            ):
                yield _Stolen(key.id, key.compromised_since, _regions_of(owner, members))


def _says_stolen(known: MemberList, key: KeyEntry) -> bool:
    entry = known.find_key(key.id)
    return entry is not None and entry.compromised_since is not None


def _regions_of(owner: NodeEntry, members: MemberList) -> frozenset[str]:
    return frozenset(entry.code for entry in members.regions if entry.node == owner.id)


def _disputed(theft: _Stolen) -> Iterator[Event]:
    """Another region that had it before the theft is a witness itself; the owner's own word is none."""
    late = Q(received_at__gte=theft.since) | Q(region=F("author"))
    for row in Event.objects.filter(late, author__in=theft.regions).iterator():
        key_id = envelopes.read(bytes(row.envelope), type=envelopes.EVENT).key_id
        if key_id == theft.key_id and not _witnessed_before(row, theft):
            yield row


def _witnessed_before(row: Event, theft: _Stolen) -> bool:
    receipts = Receipt.objects.filter(case_id=row.case_id, region=row.region, event=row.hash, stage__in=CONFIRMING)
    said = (
        envelopes.read(bytes(r.envelope), type=envelopes.RECEIPT) for r in receipts.exclude(issuer__in=theft.regions)
    )
    return any(parse_instant(receipt.claims()["received_at"]) < theft.since for receipt in said)
