"""How probable each fault of a line is, and what a request draws. Pure: the same seed draws the same fates."""

import random
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Weather:
    """How probable each fault is, 0 … 1 for each request, and how long things take, in seconds."""

    delay: float = 0.0
    duplicate: float = 0.0
    late: float = 0.0
    reorder: float = 0.0
    strip_request: float = 0.0
    lose_reply: float = 0.0
    drip: float = 0.0
    drip_body: float = 0.0
    reset: float = 0.0
    truncate: float = 0.0
    cut_short: float = 0.0
    login_page: float = 0.0
    strip: float = 0.0
    flip: float = 0.0
    bomb: float = 0.0
    delays: tuple[float, float] = (0.005, 0.25)
    lates: tuple[float, float] = (5.0, 280.0)
    overtaken: tuple[float, float] = (0.3, 8.0)
    copies: int = 4

    def times(self, factor: float) -> "Weather":
        """Every chance by that factor, none above 1."""
        return replace(self, **{name: min(1.0, getattr(self, name) * factor) for name in CHANCES})


CHANCES = tuple(field.name for field in fields(Weather) if field.type == "float" or field.type is float)
CALM = Weather()
TO_REQUESTS = ("duplicate", "late", "reorder", "strip_request")
TO_ANSWERS = (
    "lose_reply",
    "drip",
    "drip_body",
    "reset",
    "truncate",
    "cut_short",
    "login_page",
    "strip",
    "flip",
    "bomb",
)


@dataclass(frozen=True)
class Fate:
    """What happens to one request and its answer. Drawn whole, so that the next one does not depend on what this one met."""

    request: str
    answer: str
    delay: float
    copies: int
    later: float
    overtaken: float


def draw(chance: random.Random, weather: Weather) -> Fate:
    """The same number of draws whatever comes out."""
    request, answer = _choose(chance.random(), weather, TO_REQUESTS), _choose(chance.random(), weather, TO_ANSWERS)
    late, wait = chance.random() < weather.delay, chance.uniform(*weather.delays)
    copies, later, overtaken = chance.randint(1, weather.copies), chance.uniform(*weather.lates), chance.random()
    low, high = weather.overtaken
    return Fate(request, answer, wait if late else 0.0, copies, later, low + overtaken * (high - low))


def _choose(drawn: float, weather: Weather, names: tuple[str, ...]) -> str:
    for name in names:
        drawn -= getattr(weather, name)
        if drawn < 0:
            return name
    return ""
