"""Packing outbox rows for a peer region: the stored bytes, and beside them parts, keys and receipts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

import structlog
from django.db import connection

from tongban.alliance import signers
from tongban.alliance.members import MemberList
from tongban.alliance.signers import Claim
from tongban.exchange import receipts
from tongban.exchange.models import Proposal
from tongban.exchange.outbox import Claimed, Link
from tongban.exchange.queries import BLOB, list_events, proposal_of
from tongban.exchange.receipts import Statement
from tongban.exchange.wire import MAX_BYTES, Item, WrappedKey
from tongban.kernel import envelopes, vault
from tongban.kernel.events import Payload, SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

ANSWER_STAGES = {"accept": "ADMITTED", "decline": "DECLINED"}
FRAME_BYTES = 200
"""Room for the batch's own fields."""


_Row = tuple[int, str, bytes, datetime]
"""Position, hash, envelope, time of storing."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Parcel:
    """An outbox row and what is sent for it; `hash` is what the receipt must name. `event` is None for a proposal."""

    row: Claimed
    item: Item
    hash: str
    event: StoredEvent | None = None


def issue_answers(*, node: Node, region: str, rows: Sequence[Claimed], members: MemberList, at: datetime) -> None:
    """Sign ADMITTED or DECLINED for the offers that these rows answer: after the commit of the answer, before it leaves."""
    with scope([region]):
        statements = list(_answered_offers(region, rows))
    receipts.issue(node=node, region=region, statements=statements, members=members, at=at)


@dataclass(slots=True)
class Load:
    """What one POST carries. `left` rows did not fit and go next; `broken` ones belong to a case that cannot be read here."""

    parcels: list[Parcel] = field(default_factory=list)
    left: list[Claimed] = field(default_factory=list)
    broken: list[Claimed] = field(default_factory=list)


def pack(*, node: Node, link: Link, rows: Sequence[Claimed], members: MemberList, at: datetime) -> Load:
    """As many parcels as fit, each case in order. One unreadable case leaves the others alone (R8)."""
    packer, load, stored = _Packer(node, link, members, at), Load(), _read_rows(link.region, rows)
    room = MAX_BYTES - FRAME_BYTES
    for case_id, grouped in groupby(rows, key=lambda row: row.case_id):
        of_case = list(grouped)
        try:
            parcels = list(packer.parcels(case_id, of_case, stored[case_id])) if room > 0 else []
        except Exception:
            log.exception("events cannot be sent", case=str(case_id), peer=link.peer)
            load.broken += of_case
            continue
        for parcel in parcels:
            room -= len(parcel.item.as_bytes()) + 1
            if room < 0:
                break
            load.parcels.append(parcel)
        packed = {parcel.row.id for parcel in load.parcels}
        load.left += [row for row in of_case if row.id not in packed]
    return load


@dataclass(frozen=True, slots=True)
class _Packer:
    node: Node
    link: Link
    members: MemberList
    at: datetime

    def parcels(self, case_id: UUID, rows: Sequence[Claimed], stored: Sequence[_Row]) -> Iterator[Parcel]:
        positions = {row.seq: row for row in rows if row.proposal is None}
        events = [self._verified(*row) for row in stored]
        beside = self._beside(case_id, [event for event, _ in events])
        joining = self._joining([event for event, _ in events])
        for event, key_id in events:
            item = self._event_item(event, key_id, beside, joining)
            yield Parcel(positions[event.seq], item, event.hash, event)
        for row in rows:
            if row.proposal is not None:
                yield self._proposal_parcel(row, row.proposal)

    def _beside(self, case_id: UUID, events: Sequence[StoredEvent]) -> dict[str, bytes]:
        refs = [part.cipher for event in events for part in event.payload.sealed if part.name != BLOB]
        return vault.find_ciphertexts(region=self.link.region, case_id=case_id, ciphers=refs) if refs else {}

    def _event_item(self, event: StoredEvent, key_id: str, parts: dict[str, bytes], joining: bytes) -> Item:
        return Item(
            envelope=event.envelope,
            parts=_named(event.payload.sealed, parts),
            keys=self._keys(event),
            receipts=(*self._answer_to_offer(event), *self._vouchers(event, key_id)),
            joining=b"" if self.link.peer in event.payload.audience else joining,
        )

    def _verified(self, seq: int, hash: str, raw: bytes, received_at: datetime) -> tuple[StoredEvent, str]:
        """What leaves is what was signed: a page that rotted on disk stops here (S4). With the id of the key that signed it."""
        envelope = envelopes.read(bytes(raw), type=envelopes.EVENT)
        if envelope.hash(self.node.suite) != hash:
            raise ValueError(f"event {seq} is not what was stored")
        payload = Payload.from_json(envelope.claims())
        return StoredEvent(self.link.region, payload, hash, envelope.raw, received_at), envelope.key_id

    def _vouchers(self, event: StoredEvent, key_id: str) -> Sequence[bytes]:
        """Who else had it, for an event whose key speaks no more."""
        payload = event.payload
        claim = Claim(key_id, payload.node, payload.region, payload.list, payload.at)
        if signers.speaks_now(self.members, claim, at=self.at):
            return ()
        others = [region for region in payload.audience if not self.members.hosts(payload.node, region, self.at)]
        return receipts.find_confirming(region=self.link.region, case_id=event.case, event=event.hash, issuers=others)

    def _keys(self, event: StoredEvent) -> tuple[WrappedKey, ...]:
        """Every region of the audience gets the chain from its first event on, and the case's key with it."""
        if event.seq != 1:
            return ()
        try:
            key = vault.get_key(node=self.node, region=self.link.region, case_id=event.case)
        except vault.KeyErased:
            return ()
        public = self.members.node_of(self.link.peer, self.at).key_for("encryption", self.at).public
        return (WrappedKey(key.kid, vault.wrap_for(public, key=key, node=self.node)),)

    def _answer_to_offer(self, event: StoredEvent) -> tuple[bytes, ...]:
        operation = event.payload.baton.op if event.payload.baton else ""
        if operation not in ANSWER_STAGES or not event.own:
            return ()
        found = receipts.find_own(
            region=self.link.region, case_id=event.case, seqs=[event.seq - 1], stages=[ANSWER_STAGES[operation]]
        )
        return tuple(found.values())

    def _joining(self, events: Sequence[StoredEvent]) -> bytes:
        """For events from before the peer joined: the first one that names it."""
        before = [event for event in events if self.link.peer not in event.payload.audience]
        later = list_events(self.link.region, before[0].case, first=before[0].seq) if before else []
        return next((event.envelope for event in later if self.link.peer in event.payload.audience), b"")

    def _proposal_parcel(self, row: Claimed, id: UUID) -> Parcel:
        proposal = proposal_of(Proposal.objects.get(case_id=row.case_id, region=self.link.region, proposal=id))
        refs = [part.cipher for part in proposal.payload.sealed if part.name != BLOB]
        parts = vault.find_ciphertexts(region=self.link.region, case_id=row.case_id, ciphers=refs)
        item = Item(proposal.envelope, proposal=True, parts=_named(proposal.payload.sealed, parts))
        return Parcel(row, item, proposal.hash)


def _read_rows(region: str, rows: Sequence[Claimed]) -> Mapping[UUID, list[_Row]]:
    """The events as they are stored, each case in order: reading one of them may fail, and only its own case with it."""
    wanted = [(row.case_id, row.seq) for row in rows if row.proposal is None]
    found = defaultdict[UUID, list[_Row]](list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event.case_id, event.seq, hash, envelope, received_at FROM exchange_event AS event"
            " JOIN unnest(%s::uuid[], %s::int[]) AS wanted (case_id, seq)"
            " ON event.case_id = wanted.case_id AND event.seq = wanted.seq WHERE region = %s ORDER BY event.seq",
            [[case_id for case_id, _ in wanted], [seq for _, seq in wanted], region],
        )
        for case_id, *row in cursor.fetchall():
            found[case_id].append(tuple(row))
    return found


def _named(sealed: Sequence[SealedRef], parts: dict[str, bytes]) -> dict[str, bytes]:
    return {part.cipher: parts[part.cipher] for part in sealed if part.cipher in parts}


def _answered_offers(region: str, rows: Sequence[Claimed]) -> Iterator[Statement]:
    wanted = {(row.case_id, row.seq) for row in rows if row.proposal is None}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT answer.case_id, answer.seq, answer.baton, offer.hash, offer.received_at FROM exchange_event answer"
            " JOIN exchange_event offer ON offer.case_id = answer.case_id AND offer.region = answer.region"
            " AND offer.seq = answer.seq - 1"
            " WHERE answer.case_id = ANY(%s) AND answer.region = %s AND answer.author = answer.region"
            " AND answer.baton = ANY(%s)",
            [list({case for case, _ in wanted}), region, list(ANSWER_STAGES)],
        )
        answers = cursor.fetchall()
    for case_id, seq, baton, hash, received_at in answers:
        if (case_id, seq) in wanted:
            yield Statement(hash, case_id, seq - 1, ANSWER_STAGES[baton], received_at)
