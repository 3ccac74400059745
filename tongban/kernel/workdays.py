"""Working days (工作日) and legal days. Plain Python: a calendar is a value that a deadline was computed with.

Legal days are days in Asia/Shanghai; instants are UTC. 行政许可法 Art. 82: terms count working days, without public holidays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tongban.kernel import strictjson
from tongban.kernel.crypto import Suite

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Year:
    """Exceptions of one year: weekdays off, weekend days on. Not `confirmed`: not yet officially announced."""

    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term. `provisional` when it crosses a year whose holidays are not confirmed."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    region: str
    years: Mapping[int, Year] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        year = self.years.get(day.year, Year())
        if day in year.days_on:
            return True
        return day not in year.days_off and day.weekday() < SATURDAY

    def deadline(self, start: date, working_days: int) -> Deadline:
        """The last day of a term that begins on the day after `start`; a term of 0 ends on the first working day from `start` on."""
        if working_days < 0:
            raise ValueError("a term is not negative")
        day, left = start, working_days
        while left > 0 or not self.is_working_day(day):
            day += timedelta(days=1)
            if left > 0 and self.is_working_day(day):
                left -= 1
        crossed = range(start.year, day.year + 1)
        return Deadline(day, provisional=not all(self.years.get(year, Year()).confirmed for year in crossed))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; 0 when `end` is not after `start`."""
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))

    def hash(self, suite: Suite) -> str:
        """Stands in each event whose deadline was computed with this calendar."""
        value = {
            "region": self.region,
            "years": {
                str(number): {
                    "off": sorted(day.isoformat() for day in year.days_off),
                    "on": sorted(day.isoformat() for day in year.days_on),
                    "confirmed": year.confirmed,
                }
                for number, year in self.years.items()
            },
        }
        return suite.hash(strictjson.canonical(value))


def legal_day(at: datetime) -> date:
    """The calendar day on which an instant falls in law."""
    return at.astimezone(SHANGHAI).date()
