"""The stored working-day calendar (工作日历): editable per region and year, seeded for all regions."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

import chinese_calendar
from django.db import connection

from tongban.kernel.actors import Actor
from tongban.kernel.models import CalendarYear
from tongban.kernel.refusals import Forbidden
from tongban.kernel.workdays import SATURDAY, Calendar, Year

EVERYWHERE = "*"
_YEARS = "SELECT year, days_off::text, days_on::text, confirmed FROM kernel_calendaryear WHERE region = ANY(%s) ORDER BY region"


def get_calendar(region: str) -> Calendar:
    """The years of `region`; a year that the region did not set itself comes from the seed for all regions."""
    with connection.cursor() as cursor:
        cursor.execute(_YEARS, [[EVERYWHERE, region]])
        return _read(region, tuple(cursor.fetchall()))


def set_year(
    *,
    region: str,
    year: int,
    days_off: Iterable[date],
    days_on: Iterable[date],
    confirmed: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Write one year as announced. Deadlines already in events keep the calendar they were computed with."""
    if by.kind != "system" and not (by.may("calendar_editor") and by.region == region):
        raise Forbidden
    CalendarYear.objects.update_or_create(
        region=region,
        year=year,
        defaults={
            "days_off": sorted(day.isoformat() for day in days_off),
            "days_on": sorted(day.isoformat() for day in days_on),
            "confirmed": confirmed,
            "source": f"{by.ref} {at.date().isoformat()}",
        },
    )


def load_calendar(*, first_year: int = 2024) -> int:
    """Seed the years that the `chinesecalendar` package knows from the State Council's notices; returns how many were new."""
    last_year = max(chinese_calendar.constants.holidays).year
    rows = [_seed(year) for year in range(first_year, last_year + 1)]
    before = CalendarYear.objects.filter(region=EVERYWHERE).count()
    CalendarYear.objects.bulk_create(rows, ignore_conflicts=True)
    return CalendarYear.objects.filter(region=EVERYWHERE).count() - before


def _seed(year: int) -> CalendarYear:
    off = [day for day in chinese_calendar.constants.holidays if day.year == year and day.weekday() < SATURDAY]
    on = [day for day in chinese_calendar.constants.workdays if day.year == year and day.weekday() >= SATURDAY]
    return CalendarYear(
        region=EVERYWHERE,
        year=year,
        days_off=sorted(day.isoformat() for day in off),
        days_on=sorted(day.isoformat() for day in on),
        confirmed=True,
        source="chinesecalendar",
    )


@lru_cache(maxsize=1000)
def _read(region: str, rows: tuple[tuple[int, str, str, bool], ...]) -> Calendar:
    """Every term asks for it, and it hardly ever changes."""
    return Calendar(region, {year: Year(_days(off), _days(on), confirmed) for year, off, on, confirmed in rows})


def _days(text: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, json.loads(text)))
