"""events_per_s, events_p95_ms: small events from one node until they are stored at the other, seen by reading the other's tables."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import connection

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.bench.ground import (
    LINYI,
    Ground,
    append_small_event,
    median_ms,
    open_quiet_case,
    p95_ms,
)
from tongban.project.bench.running import Sizes

CASES = 20
WRITERS = 4
"""As many as a node has job threads; fewer than its pages have."""
PER_SECOND = 20
"""The moderate rate: one event each 50 ms."""
LOOK_SECONDS = 0.003
PATIENCE_SECONDS = 120.0
_HEADS = "SELECT case_id, seq FROM exchange_casehead WHERE case_id = ANY(%s)"


class NotDelivered(Refused):
    status = 503
    text = Text("事件未在 {seconds} 秒内送达。", "The events were not delivered within {seconds} s.")
    advice = Text("请查看两个节点的日志。", "Look into the logs of both nodes.")


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    cases = [open_quiet_case(ground) for _ in range(min(CASES, sizes.events))]
    watch = Watch(ground, cases)
    watch.wait_for(len(cases) * 2)
    streamed = _stream(ground, cases, watch, sizes.events // WRITERS * WRITERS)
    drained = _drain(ground, cases, watch, sizes.events)
    delays = at_moderate_rate(ground, cases, watch, max(2, sizes.events // 5))
    return {
        "events_per_s": round(streamed, 1),
        "events_drained_per_s": round(drained, 1),
        "events_p50_ms": median_ms(delays),
        "events_p95_ms": p95_ms(delays),
    }


def _stream(ground: Ground, cases: Sequence[UUID], watch: "Watch", count: int) -> float:
    """Several write at once, as the threads of a node do, while the other node takes in; until the last one is stored there."""
    wanted, begun = watch.total() + count, time.monotonic()
    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(_append_all, [ground] * WRITERS, _shares(cases), [count // WRITERS] * WRITERS))
    return count / (watch.wait(wanted) - begun)


def _shares(cases: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [cases[first::WRITERS] for first in range(WRITERS)]


def _append_all(ground: Ground, cases: Sequence[UUID], count: int) -> None:
    for number in range(count):
        append_small_event(ground, cases[number % len(cases)])
    connection.close()


def _drain(ground: Ground, cases: Sequence[UUID], watch: "Watch", count: int) -> float:
    """The outbox is filled while the senders stand still; from their first step until all is stored there."""
    wanted = watch.total() + count
    with ground.workers_paused():
        for number in range(count):
            append_small_event(ground, cases[number % len(cases)])
        begun = time.monotonic()
    return count / (watch.wait(wanted) - begun)


def at_moderate_rate(ground: Ground, cases: Sequence[UUID], watch: "Watch", count: int) -> list[float]:
    """Seconds from each commit here until another transaction can read the event there."""
    seen, committed = watch.heads(), []
    seqs = dict(seen)
    noting = Noting(watch, stop_at=watch.total() + count)
    noting.start()
    begun = time.monotonic()
    for number in range(count):
        case_id = cases[number % len(cases)]
        append_small_event(ground, case_id)
        seqs[case_id] += 1
        committed.append(((case_id, seqs[case_id]), time.monotonic()))
        time.sleep(max(0.0, begun + (number + 1) / PER_SECOND - time.monotonic()))
    noting.join(PATIENCE_SECONDS)
    return [noting.at[event] - at for event, at in committed]


class Watch:
    """Where 临邑's copies stand."""

    def __init__(self, ground: Ground, cases: Sequence[UUID]) -> None:
        self.looking, self.cases = ground.look[LINYI], list(cases)

    def heads(self) -> dict[UUID, int]:
        return dict(self.looking.execute(_HEADS, [self.cases]).fetchall())

    def total(self) -> int:
        return sum(self.heads().values())

    def wait_for(self, total: int) -> int:
        """At least so many events; how many there are. Refuses `NotDelivered`."""
        self.wait(total)
        return self.total()

    def wait(self, total: int) -> float:
        """The moment at which that many events are there. Refuses `NotDelivered`."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.total() < total:
            if time.monotonic() > deadline:
                raise NotDelivered(seconds=PATIENCE_SECONDS)
            time.sleep(LOOK_SECONDS)
        return time.monotonic()


class Noting(threading.Thread):
    """Notes when each event was first there."""

    def __init__(self, watch: Watch, *, stop_at: int) -> None:
        super().__init__(daemon=True)
        self.watch, self.stop_at = watch, stop_at
        self.at: dict[tuple[UUID, int], float] = {}

    def run(self) -> None:
        before = self.watch.heads()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while sum(before.values()) < self.stop_at and time.monotonic() < deadline:
            heads, moment = self.watch.heads(), time.monotonic()
            for case_id, seq in heads.items():
                self.at |= {(case_id, stored): moment for stored in range(before[case_id] + 1, seq + 1)}
            before = heads
            time.sleep(LOOK_SECONDS)
