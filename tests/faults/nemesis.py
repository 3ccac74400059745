"""Who does harm: an endless plan drawn from a seed, and the hand that carries it out.

A step is a moment, a verb and its words. More verbs (restoring an old backup, skewed clocks, a full disk, another version) are more
entries of `VERBS` and of `MAKERS`.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from tests.faults.history import History
from tests.faults.proxy import PEOPLE
from tests.faults.siege import HUIMIN, JIYANG, LINYI, Siege
from tests.faults.weather import Weather

PLACES = (JIYANG, LINYI, HUIMIN)
BUSY = (JIYANG, LINYI)
LEASE_SECONDS = 40.0
OFTEN, SELDOM = (2.0, 7.0), (4.0, 14.0)
DRIZZLE = Weather(
    delay=0.3, duplicate=0.08, late=0.03, reorder=0.04, strip_request=0.01, lose_reply=0.05, drip_body=0.001, reset=0.01,
    truncate=0.01, cut_short=0.01, login_page=0.02, strip=0.02, flip=0.02, bomb=0.002,
)  # fmt: skip
STORMS = {
    "lost replies": Weather(lose_reply=0.3, delay=0.3),
    "copies": Weather(duplicate=0.6, late=0.2, delay=0.5),
    "disorder": Weather(reorder=0.4, delay=0.6, delays=(0.05, 1.0)),
    "middlebox": Weather(
        login_page=0.15, cut_short=0.1, truncate=0.1, strip=0.1, flip=0.1, strip_request=0.05, bomb=0.01
    ),
    "everything": DRIZZLE.times(3),
}
FOR_PEOPLE = Weather(delay=0.2, duplicate=0.05, reorder=0.02, lose_reply=0.05, truncate=0.01, login_page=0.01)


@dataclass(frozen=True, order=True)
class Step:
    """`at`: seconds after the beginning."""

    at: float
    verb: str
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.verb, *self.words))


# The plan


def plan(seed: object, *, pause: tuple[float, float] = SELDOM) -> Iterator[Step]:
    """Endless and in order of time; the same seed gives the same plan. `pause`: seconds between two that begin."""
    chance = random.Random(f"{seed} nemesis")
    names, weights = zip(*((name, weight) for name, (weight, _) in MAKERS.items()), strict=True)
    waiting: list[tuple[float, int, Step]] = []
    number, begin = count(), chance.uniform(*pause)
    while True:
        while waiting and waiting[0][0] <= begin:
            yield heapq.heappop(waiting)[2]
        (name,) = chance.choices(names, weights)
        for step in MAKERS[name][1](chance, round(begin, 2)):
            heapq.heappush(waiting, (step.at, next(number), step))
        begin += chance.uniform(*pause)


Maker = Callable[[random.Random, float], Sequence[Step]]


def _pair(chance: random.Random) -> tuple[str, str]:
    first, second = chance.sample(BUSY, 2) if chance.random() < 0.8 else chance.sample(PLACES, 2)
    return first, second


def _storm(chance: random.Random, at: float) -> list[Step]:
    kind = chance.choice(sorted(STORMS))
    return [Step(at, "storm", (kind,)), Step(round(at + chance.uniform(5, 20), 2), "calm")]


def _partition(chance: random.Random, at: float) -> list[Step]:
    """Both ways, one way, or a node by itself; loud or silent."""
    first, second = _pair(chance)
    others = [place for place in PLACES if place != first]
    ways = chance.choice(([(first, second), (second, first)], [(first, second)], [*_both(first, others)]))
    cut = "cut-silent" if chance.random() < 0.3 else "cut"
    until = round(at + chance.uniform(3, 15), 2)
    return [*(Step(at, cut, way) for way in ways), *(Step(until, "mend", way) for way in ways)]


def _both(place: str, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    for other in others:
        yield place, other
        yield other, place


def _flapping(chance: random.Random, at: float) -> list[Step]:
    """A second on, a second off."""
    pair, steps = _pair(chance), []
    for number in range(chance.randint(3, 6)):
        steps += [Step(round(at + 2 * number, 2), "cut", pair), Step(round(at + 2 * number + 1, 2), "mend", pair)]
    return steps


def _door(chance: random.Random, at: float) -> list[Step]:
    place = chance.choice(BUSY)
    return [Step(at, "close-door", (place,)), Step(round(at + chance.uniform(2, 8), 2), "open-door", (place,))]


def _kill_worker(chance: random.Random, at: float) -> list[Step]:
    return [Step(at, "kill", (chance.choice(BUSY), "worker"))]


def _kill_pages(chance: random.Random, at: float) -> list[Step]:
    return [Step(at, "kill", (chance.choice(BUSY), "serve"))]


def _stop_postgres(chance: random.Random, at: float) -> list[Step]:
    return [Step(at, "stop-postgres", (chance.choice((*BUSY, *BUSY, HUIMIN)),))]


def _zombie(chance: random.Random, at: float) -> list[Step]:
    """A worker stands still longer than its lease while another works; then it goes on where it was (N4)."""
    place, until = chance.choice(BUSY), round(at + LEASE_SECONDS + chance.uniform(2, 8), 2)
    return [
        Step(at, "add", (place, "worker-2")), Step(round(at + 3, 2), "freeze", (place, "worker")), Step(until, "thaw", (place, "worker")),
        Step(round(until + 5, 2), "dismiss", (place, "worker-2")),
    ]  # fmt: skip


MAKERS: dict[str, tuple[float, Maker]] = {
    "storm": (6, _storm),
    "partition": (5, _partition),
    "flapping": (1, _flapping),
    "door": (1, _door),
    "worker killed": (2, _kill_worker),
    "pages killed": (1.5, _kill_pages),
    "postgres stopped": (2, _stop_postgres),
    "zombie": (0.7, _zombie),
}
"""Name → how often, and its steps."""


# The hand


def _storm_begins(siege: Siege, kind: str) -> None:
    siege.network.set_weather(STORMS[kind])
    siege.network.set_weather(FOR_PEOPLE, (PEOPLE, JIYANG))


def calm(siege: Siege) -> None:
    """As calm as it gets while the nemesis is about."""
    siege.network.set_weather(DRIZZLE)
    siege.network.set_weather(FOR_PEOPLE, (PEOPLE, JIYANG))


VERBS: dict[str, Callable[..., object]] = {
    "storm": _storm_begins,
    "calm": calm,
    "cut": lambda siege, a, b: siege.network.cut(a, b),
    "cut-silent": lambda siege, a, b: siege.network.cut(a, b, silent=True),
    "mend": lambda siege, a, b: siege.network.mend(a, b),
    "close-door": lambda siege, place: siege.network.close_door(place),
    "open-door": lambda siege, place: siege.network.open_door(place),
    "kill": Siege.kill,
    "add": Siege.add,
    "dismiss": Siege.dismiss,
    "freeze": Siege.freeze,
    "thaw": Siege.thaw,
    "stop-postgres": Siege.stop_postgres,
}


@dataclass
class Nemesis:
    siege: Siege
    history: History
    steps: Iterator[Step]
    counts: Counter[str] = field(default_factory=Counter)
    _next: Step | None = None

    def act(self, now: float) -> None:
        """Everything that is due. `now`: seconds since the beginning."""
        while (step := self._next or next(self.steps, None)) and step.at <= now:
            self._next = None
            self.history("nemesis", "invoke", step.verb, " ".join(step.words))
            VERBS[step.verb](self.siege, *step.words)
            self.counts[step.verb] += 1
        self._next = step
