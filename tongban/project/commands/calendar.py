"""The working-day calendar: show it as YAML, write one year as announced."""

from argparse import Namespace
from datetime import date

import yaml

from tongban.kernel import calendar
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


class CalendarUnreadable(Refused):
    status = 422
    text = Text("日历文件 {path} 不合格式。", "The calendar file {path} does not have the expected form.")
    advice = Text(
        "需要 year、confirmed、days_off、days_on，日期写作 2027-01-01；可先用 calendar show 取得样本。",
        "It holds year, confirmed, days_off and days_on, days as 2027-01-01; calendar show prints a sample.",
    )


def show(args: Namespace) -> None:
    years = calendar.get_calendar(args.region).years
    for number, year in sorted(years.items()):
        if args.year in (None, number):
            days = {"days_off": sorted(year.days_off), "days_on": sorted(year.days_on)}
            print(yaml.safe_dump({"year": number, "confirmed": year.confirmed, **days}, explicit_start=True), end="")


def set(args: Namespace) -> None:
    """Deadlines that stand in events keep the calendar they were computed with."""
    try:
        value = yaml.safe_load(args.file.read_text())
        year, confirmed = int(value["year"]), bool(value["confirmed"])
        days = {name: _days(value[name], year) for name in ("days_off", "days_on")}
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError):
        raise CalendarUnreadable(path=args.file) from None
    calendar.set_year(region=args.region, year=year, confirmed=confirmed, by=system(args.region), at=now(), **days)


def _days(days: list[object], year: int) -> list[date]:
    if not all(isinstance(day, date) and day.year == year for day in days):
        raise ValueError("a day of another year, or none")
    return [day for day in days if isinstance(day, date)]
