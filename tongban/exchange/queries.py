"""What others may ask of the exchange. Called inside a scope that holds the region."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet

from tongban.exchange.models import CaseHead, Command, Event, ForkEvidence, Incarnation, Outbox, Overdue, Receipt
from tongban.exchange.models import Proposal as ProposalRow
from tongban.kernel import envelopes
from tongban.kernel.events import Payload, SealedRef, StoredEvent
from tongban.kernel.refusals import Missing

SETTLED = ("answered", "declined")
"""States of a proposal that the holder has answered."""

OPERATORS = "exchange."
"""Kinds with which operators tell one another something; no case waits for an answer to them."""

BLOB = "file"
"""The name of sealed parts that are files: they are fetched as blobs and do not travel with the event."""


@dataclass(frozen=True, slots=True)
class HeadView:
    """Where a copy stands. `state`: held, offered, foreign, parked or recovering; `parked` says why."""

    region: str
    case_id: UUID
    seq: int
    hash: str
    state: str
    writer: str
    offered_by: str
    audience: tuple[str, ...]
    folded: int
    parked: str
    recovering: bool = False


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A verified, signed statement of `issuer` about the event with hash `event` (for a proposal `seq` is 0)."""

    event: str
    seq: int
    stage: str
    issuer: str
    hash: str
    envelope: bytes
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A peer region that has not confirmed everything: since when, why (last answer or error, "" while nothing failed), next try."""

    peer: str
    since: datetime
    reason: str
    next_try: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What one region has yet to get confirmed by one peer region, over all cases."""

    region: str
    peer: str
    count: int
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StoredProposal:
    """A request to the region that holds the baton. `state`: sent, taken, answered or declined (`code` says why)."""

    holder: str
    payload: Payload
    hash: str
    envelope: bytes
    state: str
    code: str
    received_at: datetime

    @property
    def id(self) -> UUID:
        return self.payload.cmd

    @property
    def case(self) -> UUID:
        return self.payload.case


@dataclass(frozen=True, slots=True)
class ParkedThere:
    """A peer region has stored event `seq` and cannot go on with it; `code` says why."""

    peer: str
    seq: int
    code: str
    since: datetime


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """Evidence about event `seq` that `peer` owes. `rung`: stored, admitted or opened; `level`: warn or alarm."""

    region: str
    case_id: UUID
    peer: str
    seq: int
    rung: str
    level: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Fork:
    """Two signed events that cannot both stand."""

    seq: int
    peer: str
    ours: bytes
    theirs: bytes
    found_at: datetime


def get_chain(region: str, case_id: UUID) -> list[StoredEvent]:
    """All events of this region's copy, in order; refuses `Missing` when there are none."""
    events = list_events(region, case_id)
    if not events:
        raise Missing
    return events


def list_events(region: str, case_id: UUID, *, first: int = 1, last: int | None = None) -> list[StoredEvent]:
    # Read for every batch and by every job, so it is said to the database directly.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT region, hash, envelope, received_at FROM exchange_event"
            " WHERE case_id = %s AND region = %s AND seq >= %s AND (%s::int IS NULL OR seq <= %s) ORDER BY seq",
            [case_id, region, first, last, last],
        )
        return [_event(*row) for row in cursor.fetchall()]


def find_events(region: str, places: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], StoredEvent]:
    """Events of many cases in one query, by case and position; what is not there is not among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.region, e.hash, e.envelope, e.received_at FROM exchange_event e"
            " JOIN unnest(%s::uuid[], %s::int[]) AS w(case_id, seq) ON (e.case_id, e.seq) = (w.case_id, w.seq) WHERE e.region = %s",
            [[case_id for case_id, _ in places], [seq for _, seq in places], region],
        )
        events = [_event(*row) for row in cursor.fetchall()]
    return {(event.case, event.seq): event for event in events}


def list_events_of(kind: str, *, region: str, since: datetime) -> Iterator[StoredEvent]:
    """Of one kind (its name without a version), of all cases, that happened since. Read as they are taken, in no order."""
    found = _rows_of(kind, region=region, at__gte=since).order_by()
    return (_event(holder, hash, bytes(raw), at) for holder, hash, raw, at in found.iterator(chunk_size=500))


def find_events_of(kind: str, *, region: str, case_ids: Sequence[UUID]) -> dict[UUID, list[StoredEvent]]:
    """Of one kind, of many cases in one query: by case, in order; a case without any is not among them."""
    found: dict[UUID, list[StoredEvent]] = {}
    for holder, hash, raw, at in _rows_of(kind, region=region, case_id__in=case_ids).order_by("case_id", "seq"):
        event = _event(holder, hash, bytes(raw), at)
        found.setdefault(event.case, []).append(event)
    return found


def _rows_of(kind: str, **where: Any) -> QuerySet[Event, tuple[Any, ...]]:
    """By the name of a kind without its version."""
    rows = Event.objects.filter(Q(kind=kind) | Q(kind__startswith=f"{kind};"), **where)
    return rows.values_list("region", "hash", "envelope", "received_at")


def get_head(region: str, case_id: UUID) -> HeadView:
    """Refuses `Missing`."""
    row = CaseHead.objects.filter(case_id=case_id, region=region).first()
    if row is None:
        raise Missing
    return HeadView(
        region=row.region, case_id=row.case_id, seq=row.seq, hash=row.head, state=row.state, writer=row.writer,
        offered_by=row.offered_by, audience=tuple(row.audience), folded=row.folded, parked=row.parked,
        recovering=row.recovering,
    )  # fmt: skip


def list_receipts(region: str, case_id: UUID) -> list[StoredReceipt]:
    """Own and foreign receipts, in the order in which they came."""
    return [
        StoredReceipt(row.event, row.seq, row.stage, row.issuer, row.hash, bytes(row.envelope), row.stored_at)
        for row in Receipt.objects.filter(case_id=case_id, region=region).order_by("id")
    ]


def waiting(region: str, case_id: UUID) -> list[Waiting]:
    """Which peer regions have not confirmed all that was sent to them, the longest waiting first."""
    rows = (
        Outbox.objects.filter(case_id=case_id, region=region, delivered_at=None)
        .values("peer_region")
        .annotate(since=Min("created_at"), reason=Max("last_error"), next=Min("next_try"))
        .order_by("since")
    )
    return [Waiting(row["peer_region"], row["since"], row["reason"], row["next"]) for row in rows]


def list_backlogs(regions: Iterable[str]) -> list[Backlog]:
    """For operators: every peer region that lags, the longest waiting first. What a peer refused for good is not in it."""
    rows = (
        Outbox.objects.filter(region__in=list(regions), delivered_at=None, rejected_at=None)
        .values("region", "peer_region")
        .annotate(count=Count("id"), since=Min("created_at"), reason=Max("last_error"))
        .order_by("since")
    )
    return [Backlog(row["region"], row["peer_region"], row["count"], row["since"], row["reason"]) for row in rows]


def count_parked(regions: Iterable[str]) -> dict[str, int]:
    """For operators: how many cases wait until somebody has looked, by reason."""
    rows = (
        CaseHead.objects.filter(region__in=list(regions))
        .exclude(parked="")
        .values("parked")
        .annotate(count=Count("case_id"))
    )
    return {row["parked"]: row["count"] for row in rows.order_by("parked")}


def list_proposals(region: str, case_id: UUID) -> list[StoredProposal]:
    rows = ProposalRow.objects.filter(case_id=case_id, region=region).order_by("received_at", "proposal")
    return [proposal_of(row) for row in rows]


def is_done(*, region: str, case_id: UUID, cmd: UUID, request_hash: str) -> bool:
    """Whether this very command was carried out here, or sent to the holder: the same again has no further effect."""
    same = {"region": region, "case_id": case_id, "request_hash": request_hash}
    return Command.objects.filter(cmd=cmd, **same).exists() or ProposalRow.objects.filter(proposal=cmd, **same).exists()


def list_unanswered(region: str, case_id: UUID) -> frozenset[str]:
    """What this region has proposed and the holder has not put on the chain or declined yet: names of kinds, such as `cases.supplement`."""
    rows = ProposalRow.objects.filter(case_id=case_id, region=region, author=region).exclude(state__in=SETTLED)
    rows = rows.exclude(kind__startswith=OPERATORS)
    return frozenset(kind.partition(";")[0] for kind in rows.values_list("kind", flat=True))


def list_parked_there(region: str, case_id: UUID, *, every: bool = False) -> list[ParkedThere]:
    """What peers have parked and not yet released: of each the first event, or `every` one. A STORED of the same event ends it."""
    rows = Receipt.objects.filter(case_id=case_id, region=region, stage__in=("PARKED", "STORED"), seq__gt=0)
    stored = {(row.event, row.issuer) for row in rows if row.stage == "STORED"}
    parked = (row for row in rows if row.stage == "PARKED" and row.issuer != region)
    left = [row for row in sorted(parked, key=lambda row: row.seq) if (row.event, row.issuer) not in stored]
    first = {row.issuer: row for row in reversed(left)}
    shown = left if every else list(first.values())
    return [ParkedThere(row.issuer, row.seq, _code(row), row.stored_at) for row in shown]


def _code(row: Receipt) -> str:
    claims = envelopes.read(bytes(row.envelope), type=envelopes.RECEIPT).claims()
    return str(claims.get("code", ""))


def list_overdue(regions: Iterable[str], case_id: UUID | None = None) -> list[OverdueRow]:
    """Evidence that is late and has not come since, the worst and oldest first; of one case, or of all."""
    rows = Overdue.objects.filter(region__in=list(regions), cleared_at=None)
    found = (rows if case_id is None else rows.filter(case_id=case_id)).order_by("level", "since")
    return [
        OverdueRow(row.region, row.case_id, row.peer_region, row.seq, row.rung, row.level, row.since) for row in found
    ]


def is_recovering(node_id: str) -> bool:
    """Whether this node was restored and has not heard from everybody yet."""
    return Incarnation.objects.filter(node=node_id).exclude(recovering_since=None).exists()


def list_forks(region: str, case_id: UUID) -> list[Fork]:
    rows = ForkEvidence.objects.filter(case_id=case_id, region=region).order_by("id")
    return [Fork(row.seq, row.peer, bytes(row.ours), bytes(row.theirs), row.found_at) for row in rows]


def list_files(events: Iterable[StoredEvent]) -> list[SealedRef]:
    """The files that a chain refers to."""
    return [part for event in events for part in event.payload.sealed if part.name == BLOB]


def proposal_of(row: ProposalRow) -> StoredProposal:
    raw = bytes(row.envelope)
    payload = Payload.from_json(envelopes.read(raw, type=envelopes.PROPOSAL).claims())
    return StoredProposal(row.region, payload, row.hash, raw, row.state, row.code, row.received_at)


def _event(holder: str, hash: str, envelope: bytes, received_at: datetime) -> StoredEvent:
    raw = bytes(envelope)
    payload = Payload.from_json(envelopes.read(raw, type=envelopes.EVENT).claims())
    return StoredEvent(holder, payload, hash, raw, received_at)
