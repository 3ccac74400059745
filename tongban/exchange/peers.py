"""How peer nodes behave towards this one (对端状态): the circuit breaker of each. What is said here is a help, never evidence.

Silent `PATIENCE` times in a row, a peer is asked only once every `PROBE`; its first answer closes the breaker. Kept in memory of the
process that sends, and written down when it changes, for the operator's page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tongban.exchange.models import Peer

PATIENCE = 5
PROBE = timedelta(seconds=15)


@dataclass
class _Breaker:
    failures: int = 0
    open_until: datetime | None = None


_breakers: dict[str, _Breaker] = {}


def may_ask(node_id: str, at: datetime) -> bool:
    """False while the breaker is open."""
    breaker = _breakers.get(node_id)
    return breaker is None or breaker.open_until is None or breaker.open_until <= at


def note_answer(node_id: str, *, at: datetime) -> None:
    """The peer answered, whatever it said."""
    breaker = _breakers.setdefault(node_id, _Breaker())
    if breaker.failures == 0 and breaker.open_until is None:
        return
    breaker.failures, breaker.open_until = 0, None
    Peer.objects.update_or_create(
        node=node_id, defaults={"failures": 0, "open_until": None, "last_error": "", "last_ok_at": at}
    )


def note_silence(node_id: str, *, reason: str, at: datetime) -> None:
    breaker = _breakers.setdefault(node_id, _Breaker())
    breaker.failures += 1
    if breaker.failures >= PATIENCE:
        breaker.open_until = at + PROBE
    Peer.objects.update_or_create(
        node=node_id,
        defaults={
            "failures": breaker.failures, "open_until": breaker.open_until, "last_error": reason[:80],
            "last_failed_at": at,
        },
    )  # fmt: skip
