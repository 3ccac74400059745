"""Cases that flow through a besieged alliance: people press buttons, an operator keeps everything running, and in the end all is settled."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.faults import evidence
from tests.faults.checkers import Verdict
from tests.faults.clients import Client, Progress, Supply
from tests.faults.history import History
from tests.faults.siege import JIYANG, LINYI, Siege, look, say

TICK_SECONDS = 0.25
LOOK_SECONDS = 2.0
SAY_SECONDS = 10.0
LAST_ANSWER_SECONDS = 60.0
SETTLE_SECONDS = 180.0
DRAINED_PER_SECOND = 3.0
CLOSED = "SELECT count(*) FROM cases_case WHERE state IN ('closed', 'withdrawn')"
OPEN = "SELECT count(*), count(*) FILTER (WHERE state NOT IN ('closed', 'withdrawn')) FROM cases_case"
WAITING = "SELECT count(*) FROM exchange_outbox WHERE delivered_at IS NULL"
BEHIND = "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'behind' AND status IN ('todo', 'doing')"
"""Papers that are still to be printed: they put events on the chain after a case is closed."""


@dataclass(frozen=True)
class Pace:
    """How many cases, at most so many open at once (so that a backlog does not become the test), at most so many a second (0: no limit)."""

    cases: int
    under_way: int = 600
    per_second: float = 0.0

    def has_room(self, told: int, closed: int, now: float) -> bool:
        return told - closed < self.under_way and (not self.per_second or told < self.per_second * now)


class Flow:
    """Main thread only. People sign in before it begins, while lines are still calm.

    with Flow(siege, history, Pace(80), people=2) as flow:
        flow.go_on(20, act=harm)
        verdict = flow.settle()
    """

    def __init__(self, siege: Siege, history: History, pace: Pace, *, people: int = 4) -> None:
        self.siege, self.history, self.pace = siege, history, pace
        self.progress = Progress()
        # Of an alliance that has been through other flows.
        self.closed = self.before = _closed(siege)
        persons = [siege.newcomer() for _ in range(people)]
        self.clients = [
            Client(f"client-{person.phone}", siege, person, self._supply, history, self.progress) for person in persons
        ]
        for client in self.clients:
            client.sign_in()
        self.supply = Supply(siege, persons, pace.cases)
        self.begun = time.monotonic()
        self._looked = self._said = 0.0

    def _supply(self, phone: str) -> dict[str, str] | None:
        return self.supply.take(phone)

    def __enter__(self) -> Self:
        for client in self.clients:
            client.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop.set()
        self.progress.abandon.set()
        for client in self.clients:
            client.join(30)
        self.supply.close()
        self.siege.children.forget(self.supply.child)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun

    def go_on(self, seconds: float, *, act: Callable[[float], object] = lambda now: None) -> None:
        """Until all is handed in or so many seconds are over. `act` is told how many have passed."""
        begun = time.monotonic()
        while any(client.is_alive() for client in self.clients) and (now := time.monotonic() - begun) < seconds:
            act(now)
            self.tick()
            time.sleep(TICK_SECONDS)

    def until(self, happens: Callable[[], object], *, seconds: float, what: str) -> None:
        self.siege.wait_while_keeping(lambda: (self.tick(), happens())[1], seconds=seconds, what=what)

    def tick(self) -> None:
        now = self.seconds
        self.siege.keep_running()
        if now > self._looked + LOOK_SECONDS:
            self._looked, self.closed = now, _closed(self.siege)
        closed = self.closed - self.before
        (self.progress.room.set if self.pace.has_room(self.progress.told, closed, now) else self.progress.room.clear)()
        if now > self._said + SAY_SECONDS:
            self._said = now
            faults = self.siege.network.counts.total()
            say(f"{now:5.0f} s  handed in {self.progress.told:5d}  closed {closed:5d}  {faults} faults of lines")

    # The end

    def settle(self) -> float:
        """Heal; let everybody have an answer, and every case its end. Returns how many seconds that took, or when patience ended."""
        begun = time.monotonic()
        self.siege.heal()
        self._finish()
        self._drain()
        return time.monotonic() - begun

    def judge(self) -> Verdict:
        """Of everything that this alliance has been through."""
        return evidence.judge(evidence.gather(self.siege), self.history.operations)

    def _finish(self) -> None:
        """No new ones. Whoever does not know yet asks again, now that somebody answers."""
        self.progress.stop.set()
        self.progress.room.set()
        deadline = time.monotonic() + LAST_ANSWER_SECONDS
        while any(client.is_alive() for client in self.clients) and time.monotonic() < deadline:
            self.siege.keep_running()
            time.sleep(TICK_SECONDS)

    def _drain(self) -> None:
        """Until nothing moves any more; what is open when patience ends counts as stuck."""
        left = self.before + self.progress.told - _closed(self.siege)
        deadline = time.monotonic() + SETTLE_SECONDS + left / DRAINED_PER_SECOND
        dry = 0
        # One more look: what was on its way from a queue to the outbox in between is seen the second time.
        while time.monotonic() < deadline and dry < 2:
            self.siege.keep_running()
            dry = dry + 1 if _is_dry(self.siege) else 0
            time.sleep(1)


def _closed(siege: Siege) -> int:
    """At the place that is behind."""
    return min(_count(siege, place, CLOSED) for place in (JIYANG, LINYI))


def _count(siege: Siege, place: str, statement: str) -> int:
    (number,) = look(siege.sites[place], statement)[0]
    return int(number)


def _is_dry(siege: Siege) -> bool:
    heads = [look(siege.sites[place], OPEN)[0] for place in (JIYANG, LINYI)]
    alike = len({total for total, _ in heads}) == 1 and not any(still for _, still in heads)
    return alike and not any(
        _count(siege, place, question) for place in (JIYANG, LINYI) for question in (BEHIND, WAITING)
    )
