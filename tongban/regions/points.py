"""Where one can go (办事网点): halls, windows, stations and kiosks, with their hours and how far they are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from math import asin, cos, radians, sin, sqrt
from typing import Literal

from tongban.kernel.calendar import get_calendar
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.kernel.workdays import SHANGHAI
from tongban.regions.models import Hall

Kind = Literal["hall", "window", "station", "kiosk"]
EARTH_KM = 6371.0
Position = tuple[float, float]
"""Latitude and longitude, degrees of WGS 84."""


@dataclass(frozen=True, slots=True)
class Point:
    """`modes`: the ways to apply that it serves. `verified`: somebody has compared it with what the place announces."""

    id: int
    region: str
    town: str
    kind: str
    level: str
    title: Text
    where: Text
    phone: str
    open_at: Text
    opens: time | None
    closes: time | None
    every_day: bool
    modes: tuple[str, ...]
    position: Position | None
    verified: bool

    def is_open(self, at: datetime) -> bool | None:
        """None where its hours are known to people only. The minute in which it closes counts whole: what never closes has 23:59."""
        if self.opens is None or self.closes is None:
            return None
        here = at.astimezone(SHANGHAI)
        today = self.every_day or get_calendar(self.region).is_working_day(here.date())
        return today and self.opens <= here.time().replace(second=0, microsecond=0) <= self.closes


def list_points(regions: Iterable[str]) -> list[Point]:
    """Of these regions, by their order and then as they were entered."""
    codes = list(regions)
    rows = Hall.objects.filter(region__in=codes).order_by("id")
    return sorted((_point(row) for row in rows), key=lambda point: codes.index(point.region))


def list_regions_with_points() -> list[str]:
    return list(Hall.objects.order_by("region").values_list("region", flat=True).distinct())


def get_point(id: int) -> Point:
    """Refuses `Missing`."""
    row = Hall.objects.filter(id=id).first()
    if row is None:
        raise Missing
    return _point(row)


def is_staffed(region: str, at: datetime) -> bool:
    """Whether a hall of the region is open: then somebody can answer."""
    halls = [point for point in list_points([region]) if point.kind == "hall"]
    return any(point.is_open(at) for point in halls)


def find_middle(points: Collection[Point]) -> Position | None:
    """Of those whose position is known: where a town is, as far as one goes there."""
    known = [point.position for point in points if point.position]
    if not known:
        return None
    return (sum(one[0] for one in known) / len(known), sum(one[1] for one in known) / len(known))


def distance_km(a: Position, b: Position) -> float:
    """Along the surface, as the crow flies."""
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(radians, one)) for one in (a, b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def _point(row: Hall) -> Point:
    known = row.latitude is not None and row.longitude is not None
    return Point(
        id=row.pk, region=row.region, town=row.town, kind=row.kind, level=row.level, title=Text(row.name, row.name_en or row.name),
        where=Text(row.address, row.address_en or row.address), phone=row.phone, open_at=Text(row.hours, row.hours_en or row.hours),
        opens=row.opens, closes=row.closes, every_day=row.every_day, modes=tuple(row.modes),
        position=(row.latitude, row.longitude) if known else None, verified=row.verified,  # type: ignore[arg-type]
    )  # fmt: skip
