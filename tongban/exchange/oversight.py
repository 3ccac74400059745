"""What an operator is shown of the exchange (运行情况): peers, what waits, what is parked, forks, the recovery. No personal data is in any of it.

Called inside a scope that holds the regions. `explaining.py` says the same of one case in sentences.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList, NodeEntry
from tongban.alliance.queries import NoMemberList
from tongban.exchange import forks
from tongban.exchange.models import CaseHead, Event, ForkEvidence, Incarnation, Outbox, Peer, Proposal, Recovery
from tongban.exchange.operating import NEVER, STATEMENT
from tongban.exchange.proposals import PARKED
from tongban.exchange.queries import list_events, proposal_of
from tongban.kernel import envelopes, registries
from tongban.kernel.events import Json, Payload, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing

MOST = 200


@dataclass(frozen=True, slots=True)
class PeerView:
    """A node of the alliance as this one knows it. `waiting`: rows not confirmed yet, the oldest of `since`; what was rejected is apart.

    `breaker`: closed, open (not asked before `open_until`). `skew_ms`: its clock against ours. Numbers of the last contact; none is evidence.
    """

    node: str
    regions: tuple[str, ...]
    active: bool
    waiting: int
    rejected: int
    since: datetime | None
    breaker: str
    open_until: datetime | None
    failures: int
    last_ok_at: datetime | None
    last_error: str
    skew_ms: int | None
    list_version: int
    swept_at: datetime | None
    differences: int


@dataclass(frozen=True, slots=True)
class OutboxView:
    """One row that a peer region has not confirmed. `what`: the kind of an event or of a proposal. `rejected`: not tried any more."""

    region: str
    peer: str
    case_id: UUID
    seq: int
    what: str
    since: datetime
    tries: int
    reason: str
    next_try: datetime
    rejected: bool


@dataclass(frozen=True, slots=True)
class ParkedView:
    """A case that waits, or a request of another region that this version does not know (`proposal`).

    `author`, `kind`: of the first event that could not be gone on with, or of the request. `never`: no operator can release it.
    """

    region: str
    case_id: UUID
    reason: str
    author: str
    kind: str
    since: datetime
    waiting: int
    never: bool
    proposal: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClearEvent:
    """The clear part of a signed event: everything but what is sealed, of which only name and size are shown."""

    seq: int
    kind: str
    region: str
    node: str
    at: datetime
    body: Json
    sealed: tuple[tuple[str, int], ...]
    hash: str
    prev: str


@dataclass(frozen=True, slots=True)
class ForkView:
    """Two signed events that cannot both stand. `by_writer`: the second is by the region that was entitled to write, so the case waits."""

    region: str
    case_id: UUID
    seq: int
    peer: str
    found_at: datetime
    ours: ClearEvent
    theirs: ClearEvent
    by_writer: bool


@dataclass(frozen=True, slots=True)
class StatementView:
    """What the operator of another region has said about a case that is parked there."""

    region: str
    case_id: UUID
    author: str
    code: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ParkedDetail:
    """`unfolded`: the events that wait, the one that could not be gone on with first."""

    parked: ParkedView
    unfolded: tuple[ClearEvent, ...]
    forks: tuple[ForkView, ...]
    statements: tuple[StatementView, ...]
    writer: str
    offered_by: str
    seq: int
    folded: int


@dataclass(frozen=True, slots=True)
class RecoveringPeer:
    region: str
    peer: str
    state: str
    cases: int
    fetched: int
    last_error: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RecoveryView:
    """`since` is None while nothing is wrong. `read_only`: cases that nobody here may write to yet."""

    since: datetime | None
    reason: str
    inc: int
    read_only: int
    peers: tuple[RecoveringPeer, ...]


def list_peers(node: Node, regions: Iterable[str], at: datetime) -> list[PeerView]:
    """Every other node of the newest list, those that lag first. `regions`: whose outboxes are counted."""
    try:
        members = alliance.latest_list(at)
    except NoMemberList:
        return []
    lags = _lags(regions)
    known = {row.node: row for row in Peer.objects.all()}
    found = [_peer(entry, known.get(entry.id), members, lags, at) for entry in members.nodes if entry.id != node.id]
    return sorted(found, key=lambda peer: (peer.since is None, peer.since, peer.node))


def list_outbox(
    regions: Iterable[str], *, peer: str = "", case_id: UUID | None = None, limit: int = MOST
) -> list[OutboxView]:
    """Rows that no receipt has settled, the oldest first."""
    rows = Outbox.objects.filter(region__in=list(regions), delivered_at=None)
    rows = rows.filter(peer_region=peer) if peer else rows
    rows = rows.filter(case_id=case_id) if case_id else rows
    found = list(rows.order_by("created_at", "seq")[:limit])
    kinds = dict(_kinds(found))
    return [
        OutboxView(
            row.region, row.peer_region, row.case_id, row.seq, kinds.get(row.id, ""), row.created_at, row.tries,
            row.last_error, row.next_try, row.rejected_at is not None,
        )
        for row in found
    ]  # fmt: skip


def list_parked(regions: Iterable[str]) -> list[ParkedView]:
    """Cases first, then requests; the oldest first."""
    regions = list(regions)
    heads = CaseHead.objects.filter(region__in=regions).exclude(parked="").order_by("case_id")[:MOST]
    asked = Proposal.objects.filter(region__in=regions, state=PARKED).order_by("received_at")[:MOST]
    requests = [_parked_proposal(row) for row in asked if row.author != row.region]
    return [*sorted((_parked_case(head) for head in heads), key=lambda parked: parked.since), *requests]


def get_parked(region: str, case_id: UUID) -> ParkedDetail:
    """Refuses `Missing` for a case where nothing is parked."""
    head = CaseHead.objects.filter(region=region, case_id=case_id).first()
    parked = next((row for row in list_parked([region]) if row.case_id == case_id), None)
    if head is None or parked is None:
        raise Missing
    events = list_events(region, case_id, first=head.folded + 1)
    return ParkedDetail(
        parked, tuple(map(_clear_event, events)), tuple(list_fork_views([region], case_id)),
        tuple(list_statements([region], case_id)), head.writer, head.offered_by, head.seq, head.folded,
    )  # fmt: skip


def list_fork_views(regions: Iterable[str], case_id: UUID | None = None) -> list[ForkView]:
    rows = ForkEvidence.objects.filter(region__in=list(regions))
    found = (rows if case_id is None else rows.filter(case_id=case_id)).order_by("id")[:MOST]
    return [
        ForkView(
            row.region, row.case_id, row.seq, row.peer, row.found_at, _clear_raw(bytes(row.ours)),
            _clear_raw(bytes(row.theirs), hash=row.theirs_hash), forks.is_by_writer(row),
        )
        for row in found
    ]  # fmt: skip


def list_statements(regions: Iterable[str], case_id: UUID | None = None) -> list[StatementView]:
    """What other regions' operators told this one, the newest first."""
    rows = Proposal.objects.filter(region__in=list(regions), kind=STATEMENT).order_by("-received_at")
    found = (rows if case_id is None else rows.filter(case_id=case_id))[:MOST]
    return [_statement(row) for row in found if row.author != row.region]


def get_recovery(node: Node, regions: Iterable[str]) -> RecoveryView:
    regions = list(regions)
    life = Incarnation.objects.filter(node=node.id).first()
    rows = Recovery.objects.filter(region__in=regions).order_by("region", "peer_region")
    peers = tuple(
        RecoveringPeer(row.region, row.peer_region, row.state, row.cases, row.fetched, row.last_error, row.updated_at)
        for row in rows
    )
    read_only = CaseHead.objects.filter(region__in=regions, recovering=True).count()
    if life is None:
        return RecoveryView(None, "", node.inc, read_only, peers)
    return RecoveryView(life.recovering_since, life.reason, life.inc, read_only, peers)


_Lag = dict[str, tuple[int, int, datetime | None]]


def _lags(regions: Iterable[str]) -> _Lag:
    """Peer region → rows waiting, rows rejected, since when."""
    waiting = Q(rejected_at=None)
    rows = (
        Outbox.objects.filter(region__in=list(regions), delivered_at=None)
        .values("peer_region")
        .annotate(
            n=Count("id", filter=waiting), bad=Count("id", filter=~waiting), since=Min("created_at", filter=waiting)
        )
    )
    return {row["peer_region"]: (row["n"], row["bad"], row["since"]) for row in rows}


def _peer(entry: NodeEntry, row: Peer | None, members: MemberList, lags: _Lag, at: datetime) -> PeerView:
    regions = members.regions_of(entry.id, at)
    of_peer = [lags[region] for region in regions if region in lags]
    since = min((lag[2] for lag in of_peer if lag[2]), default=None)
    row = row or Peer(node=entry.id)
    is_open = row.open_until is not None and row.open_until > at
    return PeerView(
        node=entry.id, regions=regions, active=entry.active, waiting=sum(lag[0] for lag in of_peer),
        rejected=sum(lag[1] for lag in of_peer), since=since, breaker="open" if is_open else "closed",
        open_until=row.open_until if is_open else None, failures=row.failures, last_ok_at=row.last_ok_at,
        last_error=row.last_error, skew_ms=row.skew_ms, list_version=row.list_version, swept_at=row.swept_at,
        differences=row.differences,
    )  # fmt: skip


def _kinds(rows: list[Outbox]) -> Iterator[tuple[int, str]]:
    cases = {row.case_id for row in rows}
    events = {
        (row.case_id, row.region, row.seq): row.kind
        for row in Event.objects.filter(case_id__in=cases).only("case_id", "region", "seq", "kind")
    }
    asked = {row.proposal: row.kind for row in Proposal.objects.filter(case_id__in=cases).only("proposal", "kind")}
    for row in rows:
        kind = asked.get(row.proposal) if row.proposal else events.get((row.case_id, row.region, row.seq))
        yield row.id, kind or ""


def _parked_case(head: CaseHead) -> ParkedView:
    first = Event.objects.filter(case_id=head.case_id, region=head.region, seq__gt=head.folded).order_by("seq").first()
    first = first or Event.objects.filter(case_id=head.case_id, region=head.region).order_by("-seq").first()
    if first is None:
        raise Missing
    never = head.parked in NEVER or forks.is_forked(head.region, head.case_id)
    return ParkedView(
        head.region, head.case_id, head.parked, first.author, first.kind, first.received_at, head.seq - head.folded, never
    )  # fmt: skip


def _parked_proposal(row: Proposal) -> ParkedView:
    return ParkedView(
        row.region, row.case_id, row.code, row.author, row.kind, row.received_at, 1, False, row.proposal
    )  # fmt: skip


def _statement(row: Proposal) -> StatementView:
    body = proposal_of(row).payload.body
    return StatementView(
        row.region, row.case_id, row.author, str(body.get("code", ""))[:80], str(body.get("text", ""))[:200], row.received_at
    )  # fmt: skip


def _clear_event(event: StoredEvent) -> ClearEvent:
    return _clear(event.payload, event.hash)


def _clear_raw(raw: bytes, *, hash: str = "") -> ClearEvent:
    envelope = envelopes.read(raw, type=envelopes.EVENT)
    return _clear(Payload.from_json(envelope.claims()), hash or envelope.hash(registries.current_node().suite))


def _clear(payload: Payload, hash: str) -> ClearEvent:
    sealed = tuple((part.name, part.size) for part in payload.sealed)
    return ClearEvent(
        payload.seq, payload.kind, payload.region, payload.node, payload.at, payload.body, sealed, hash, payload.prev
    )  # fmt: skip
