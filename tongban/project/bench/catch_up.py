"""catch_up_ratio: events go on arriving while a peer is away; how fast it is made up for afterwards, over the rate of arrival."""

import threading
import time
from collections.abc import Sequence
from itertools import cycle
from uuid import UUID

from django.db import connection

from tongban.project.bench.events import (
    CASES,
    LOOK_SECONDS,
    PATIENCE_SECONDS,
    PER_SECOND,
    NotDelivered,
    Watch,
)
from tongban.project.bench.ground import LINYI, Ground, append_small_event, open_quiet_case
from tongban.project.bench.running import Sizes


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    cases = [open_quiet_case(ground) for _ in range(min(CASES, sizes.events))]
    watch = Watch(ground, cases)
    before = watch.wait_for(len(cases) * 2)
    arriving = Arriving(ground, cases)
    with ground.away(LINYI):
        arriving.start()
        arriving.wait_for(max(2, sizes.events // 5))
    back = time.monotonic()
    quiet = _last_look_without(watch, before)
    stored, ended = _caught_up(watch, before, arriving)
    arriving.end()
    per_s = stored / (ended - quiet)
    return {
        "catch_up_ratio": round(per_s / PER_SECOND, 1),
        "catch_up_per_s": round(per_s, 1),
        "catch_up_wait_s": round(max(quiet - back, LOOK_SECONDS), 3),
    }


class Arriving(threading.Thread):
    """One small event after the other at a steady rate, whatever becomes of them."""

    def __init__(self, ground: Ground, cases: Sequence[UUID]) -> None:
        super().__init__(daemon=True)
        self.ground, self.cases = ground, cases
        self.count, self.ended = 0, threading.Event()

    def run(self) -> None:
        begun = time.monotonic()
        for case_id in cycle(self.cases):
            append_small_event(self.ground, case_id)
            self.count += 1
            if self.ended.wait(max(0.0, begun + self.count / PER_SECOND - time.monotonic())):
                break
        connection.close()

    def wait_for(self, count: int) -> None:
        while self.count < count:
            time.sleep(LOOK_SECONDS)

    def end(self) -> None:
        self.ended.set()
        self.join()


def _last_look_without(watch: Watch, before: int) -> float:
    """The last moment at which nothing had come yet. Refuses `NotDelivered`."""
    begun = moment = time.monotonic()
    while True:
        looked = time.monotonic()
        if watch.total() > before:
            return moment
        moment = looked
        if moment > begun + PATIENCE_SECONDS:
            raise NotDelivered(seconds=PATIENCE_SECONDS)
        time.sleep(LOOK_SECONDS)


def _caught_up(watch: Watch, before: int, arriving: Arriving) -> tuple[int, float]:
    """How many events were stored when nothing was behind any more, and when that was. Refuses `NotDelivered`."""
    begun = time.monotonic()
    while time.monotonic() < begun + PATIENCE_SECONDS:
        arrived, stored = arriving.count, watch.total() - before
        if stored >= arrived:
            return stored, time.monotonic()
        time.sleep(LOOK_SECONDS)
    raise NotDelivered(seconds=PATIENCE_SECONDS)
