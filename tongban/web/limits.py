"""How often somebody may ask, in this process: a token bucket for each peer or client and kind of request.

Reading never uses up what delivering needs.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


class TooManyRequests(Refused):
    """Nothing is said about what was in them, signed or not (R13)."""

    status = 503
    text = Text("请求过于频繁。", "Too many requests.")
    advice = Text("请稍后重试。", "Try again later.")


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class Limiter:
    """`rate` requests a second, `burst` of them at once. `refusal`: what is said beyond that."""

    def __init__(
        self,
        rate: float,
        burst: float,
        clock: Callable[[], float] = time.monotonic,
        refusal: type[Refused] = TooManyRequests,
    ) -> None:
        self.rate, self.burst, self.clock, self.refusal = rate, burst, clock, refusal
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, who: str, kind: str, *, cost: float = 1.0) -> None:
        """Refuses `TooManyRequests`, or what was given instead."""
        now = self.clock()
        with self._lock:
            bucket = self._buckets.setdefault((who, kind), _Bucket(self.burst, now))
            bucket.tokens = min(self.burst, bucket.tokens + (now - bucket.filled_at) * self.rate)
            bucket.filled_at = now
            if bucket.tokens < cost:
                raise self.refusal
            bucket.tokens -= cost
