"""How peer nodes behave towards this one (对端状态): circuit breaker (熔断), clock (时钟偏差), member list. A help, never evidence.

Silent `PATIENCE` times in a row, a peer is asked only once every `PROBE`, with one small batch; its first answer closes the breaker. Kept in
memory of the process that asks, shared by its threads; written down when it changes, so that it outlives the process and operators see it.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog

from tongban.exchange.models import Peer
from tongban.exchange.wire import MAX_ITEMS

PATIENCE = 5
PROBE = timedelta(seconds=15)
PROBE_ITEMS = 10
SKEW_TO_WARN = timedelta(seconds=60)
WRITTEN_AT_LEAST = timedelta(seconds=60)
"""How often a peer that is well is written down."""

log = structlog.get_logger()


@dataclass(slots=True)
class _Known:
    failures: int = 0
    open_until: datetime | None = None
    skew_ms: int | None = None
    list_version: int = 0
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PeerView:
    """For operators. `open_until`: when the breaker lets the next probe through, None while it is closed. `skew_ms`: its clock minus ours."""

    node: str
    failures: int
    open_until: datetime | None
    last_ok_at: datetime | None
    last_failed_at: datetime | None
    last_error: str
    skew_ms: int | None
    list_version: int
    swept_at: datetime | None
    differences: int

    @property
    def skewed(self) -> bool:
        return self.skew_ms is not None and _is_skewed(self.skew_ms)


_peers: dict[str, _Known] = {}
_lock = threading.Lock()


def items_allowed(node_id: str, at: datetime) -> int:
    """How many items the next batch may hold: 0 while the breaker is open, a few for a probe. Whoever is let through is the only one."""
    known = _get(node_id)
    with _lock:
        if _holds_back(known, at):
            return 0
        if not _is_open(known):
            return MAX_ITEMS
        known.open_until = at + PROBE
        return PROBE_ITEMS


def may_ask(node_id: str, at: datetime) -> bool:
    """The same for what is no batch."""
    return items_allowed(node_id, at) > 0


def note_answer(node_id: str, *, at: datetime) -> None:
    """The peer answered, whatever it said."""
    known = _get(node_id)
    with _lock:
        recovered = known.failures > 0 or known.open_until is not None
        known.failures, known.open_until = 0, None
        due = recovered or known.written_at is None or not _is_recent(known.written_at, at)
        known.written_at = at if due else known.written_at
    if due:
        _write(node_id, failures=0, open_until=None, last_error="", last_ok_at=at)


def note_silence(node_id: str, *, reason: str, at: datetime) -> None:
    """No usable answer."""
    known = _get(node_id)
    with _lock:
        known.failures += 1
        known.open_until = at + _wait(known.failures)
        failures, open_until = known.failures, known.open_until
    _write(node_id, failures=failures, open_until=open_until, last_error=reason[:80], last_failed_at=at)


def note_clock(node_id: str, *, theirs: datetime, at: datetime) -> None:
    """What the peer's clock showed when ours showed `at`, give or take the way: its answers are dated, and receipts of what is new."""
    skew_ms, known = round((theirs - at) / timedelta(milliseconds=1)), _get(node_id)
    with _lock:
        before, known.skew_ms = known.skew_ms, skew_ms
    if before is None or _is_skewed(before) != _is_skewed(skew_ms):
        _write(node_id, skew_ms=skew_ms)
        if _is_skewed(skew_ms):
            log.warning("clock of a peer is off", peer=node_id, seconds=round(skew_ms / 1000))


def note_receipt(node_id: str, *, received_at: datetime, version: int, at: datetime) -> None:
    """A receipt that was signed just now tells the peer's clock and the member list it goes by."""
    note_clock(node_id, theirs=received_at, at=at)
    note_list(node_id, version)


def note_date(node_id: str, header: str, *, at: datetime) -> None:
    """The `Date` of an answer, which has whole seconds. Whatever is no date says nothing."""
    try:
        told = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return
    note_clock(node_id, theirs=told if told.tzinfo else told.replace(tzinfo=UTC), at=at)


def note_list(node_id: str, version: int) -> None:
    """The member list that the peer used for a receipt (R19)."""
    known = _get(node_id)
    with _lock:
        newer = version > known.list_version
        known.list_version = max(version, known.list_version)
    if newer:
        _write(node_id, list_version=version)


def note_sweep(node_id: str, *, differences: int, complete_at: datetime | None) -> None:
    """How many copies differed, and when the comparison that left nothing to repair began; None keeps the time before."""
    when = {"swept_at": complete_at} if complete_at else {}
    Peer.objects.update_or_create(node=node_id, defaults={"differences": differences, **when})


def swept_at(node_id: str) -> datetime | None:
    return Peer.objects.filter(node=node_id).values_list("swept_at", flat=True).first()


def list_peers(node_ids: Iterable[str]) -> list[PeerView]:
    """Those of which anything is known, as last written down."""
    fields = PeerView.__dataclass_fields__
    return [PeerView(**row) for row in Peer.objects.filter(node__in=list(node_ids)).order_by("node").values(*fields)]


def forget() -> None:
    """As a new process: what is written down is read again."""
    with _lock:
        _peers.clear()


def _get(node_id: str) -> _Known:
    if node_id not in _peers:
        row = Peer.objects.filter(node=node_id).first()
        known = _Known(row.failures, row.open_until, row.skew_ms, row.list_version) if row else _Known()
        with _lock:
            _peers.setdefault(node_id, known)
    return _peers[node_id]


def _is_open(known: _Known) -> bool:
    return known.failures >= PATIENCE


def _wait(failures: int) -> timedelta:
    """After so many silences in a row: 1, 2, 4, 8, then 15 seconds."""
    return min(PROBE, timedelta(seconds=1 << min(failures - 1, 9)))


def _holds_back(known: _Known, at: datetime) -> bool:
    """A time further off than a probe comes from a clock that was set back since."""
    return known.open_until is not None and at < known.open_until <= at + PROBE


def _is_recent(written_at: datetime, at: datetime) -> bool:
    return abs(at - written_at) < WRITTEN_AT_LEAST


def _is_skewed(skew_ms: int) -> bool:
    return abs(skew_ms) >= SKEW_TO_WARN / timedelta(milliseconds=1)


def _write(node_id: str, **values: object) -> None:
    skew = _peers[node_id].skew_ms
    Peer.objects.update_or_create(node=node_id, defaults={"skew_ms": skew, **values})
