"""A drawing of where places lie (示意图): from their degrees alone, drawn here, with nobody else's map under it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import Literal

from tongban.regions.points import Point, Position

WIDTH, MARGIN = 360.0, 34.0
LOWEST, HIGHEST = 200.0, 420.0
KM_PER_DEGREE = 111.2
TOUCHING = 24.0
"""Nearer than that two signs would lie on each other: they become one."""
BARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Sign:
    """`numbers` as the list says them: 1·2. `kind` of the first."""

    x: float
    y: float
    numbers: str
    kind: str
    wide: float

    @property
    def half(self) -> float:
        return self.wide / 2


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a place beside the first of its signs, on the side that has room."""

    x: float
    y: float
    region: str
    anchor: Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Units are those of the picture; `bar` is so long as `bar_km` kilometres."""

    width: float
    height: int
    signs: tuple[Sign, ...]
    labels: tuple[Label, ...]
    bar: float
    bar_km: int

    @property
    def bar_y(self) -> int:
        return round(self.height) - 12

    @property
    def bar_text_y(self) -> int:
        return round(self.height) - 20


@dataclass(frozen=True, slots=True)
class _Placed:
    x: float
    y: float
    number: int
    point: Point


def draw(points: Iterable[tuple[int, Point]]) -> Drawing | None:
    """None where no position is known."""
    known = [(number, point, point.position) for number, point in points if point.position]
    if not known:
        return None
    flat = [_flat(position, known[0][2]) for _, _, position in known]
    west, north = min(x for x, _ in flat), max(y for _, y in flat)
    wide, high = max(x for x, _ in flat) - west, north - min(y for _, y in flat)
    per_km = min((WIDTH - 2 * MARGIN) / max(wide, 1.0), (HIGHEST - 2 * MARGIN) / max(high, 1.0))
    height = max(LOWEST, high * per_km + 2 * MARGIN)
    aside, above = (WIDTH - wide * per_km) / 2, (height - high * per_km) / 2
    placed = [
        _Placed(aside + (x - west) * per_km, above + (north - y) * per_km, number, point)
        for (x, y), (number, point, _) in zip(flat, known, strict=True)
    ]
    signs = tuple(_signs(placed))
    bar_km = next((km for km in BARS if km * per_km >= WIDTH / 6), BARS[-1])
    return Drawing(WIDTH, round(height + 24), signs, tuple(_labels(placed, signs)), round(bar_km * per_km, 1), bar_km)


def _flat(position: Position, middle: Position) -> tuple[float, float]:
    """Kilometres east and north; exact enough for a province."""
    return position[1] * KM_PER_DEGREE * cos(radians(middle[0])), position[0] * KM_PER_DEGREE


def _signs(placed: list[_Placed]) -> Iterator[Sign]:
    left = list(placed)
    while left:
        first = left[0]
        together = [one for one in left if abs(one.x - first.x) < TOUCHING and abs(one.y - first.y) < TOUCHING]
        left = [one for one in left if one not in together]
        numbers = "·".join(str(one.number) for one in together)
        yield Sign(round(first.x, 1), round(first.y, 1), numbers, first.point.kind, 24.0 + 8.5 * (len(numbers) - 1))


def _labels(placed: list[_Placed], signs: tuple[Sign, ...]) -> Iterator[Label]:
    for region in dict.fromkeys(one.point.region for one in placed):
        first = next(one for one in placed if one.point.region == region)
        sign = next(sign for sign in signs if str(first.number) in sign.numbers.split("·"))
        beside = sign.half + 5
        at_right = sign.x < WIDTH / 2
        yield Label(
            round(sign.x + (beside if at_right else -beside), 1), sign.y + 5, region, "start" if at_right else "end"
        )
