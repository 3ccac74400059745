"""What others may ask of the exchange. Called inside a scope that holds the region."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min

from tongban.exchange.models import CaseHead, Event, ForkEvidence, Outbox, Receipt
from tongban.exchange.models import Proposal as ProposalRow
from tongban.kernel import envelopes
from tongban.kernel.events import Payload, SealedRef, StoredEvent
from tongban.kernel.refusals import Missing

SETTLED = ("answered", "declined")
"""States of a proposal that the holder has answered."""

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
    rows = Event.objects.filter(case_id=case_id, region=region, seq__gte=first)
    return [_event(row) for row in (rows if last is None else rows.filter(seq__lte=last)).order_by("seq")]


def get_head(region: str, case_id: UUID) -> HeadView:
    """Refuses `Missing`."""
    row = CaseHead.objects.filter(case_id=case_id, region=region).first()
    if row is None:
        raise Missing
    return HeadView(
        region=row.region, case_id=row.case_id, seq=row.seq, hash=row.head, state=row.state, writer=row.writer,
        offered_by=row.offered_by, audience=tuple(row.audience), folded=row.folded, parked=row.parked,
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


def list_unanswered(region: str, case_id: UUID) -> frozenset[str]:
    """What this region has proposed and the holder has not put on the chain or declined yet: names of kinds, such as `cases.supplement`."""
    rows = ProposalRow.objects.filter(case_id=case_id, region=region, author=region).exclude(state__in=SETTLED)
    return frozenset(kind.partition(";")[0] for kind in rows.values_list("kind", flat=True))


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


def _event(row: Event) -> StoredEvent:
    raw = bytes(row.envelope)
    payload = Payload.from_json(envelopes.read(raw, type=envelopes.EVENT).claims())
    return StoredEvent(row.region, payload, row.hash, raw, row.received_at)
