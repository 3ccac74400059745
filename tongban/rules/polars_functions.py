"""What the functions of rules compute, on columns of Polars: the same as `functions.py`, and null where that has a fault."""

from collections.abc import Callable
from datetime import date

import polars as pl

DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MONTHS = 12 * date.max.year
DAYS = date.max.toordinal()
FEBRUARY_29 = 2 * 32 + 29


def as_day(text: pl.Expr) -> pl.Expr:
    """The day that is written YYYY-MM-DD."""
    return within_calendar(pl.when(text.str.contains(DAY)).then(text).str.to_date("%Y-%m-%d", strict=False))


def as_text(day: pl.Expr) -> pl.Expr:
    return day.dt.to_string("%Y-%m-%d")


def within_calendar(day: pl.Expr) -> pl.Expr:
    return pl.when(day.is_between(date.min, date.max)).then(day)


def divide(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Cuts towards 0; null for a division by 0."""
    floor = left // right
    inexact = (floor * right).ne(left) & (left < 0).ne(right < 0)
    return floor + inexact.cast(pl.Int64)


def remainder(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return left - right * divide(left, right)


def days_between(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    return (end.to_physical() - start.to_physical()).cast(pl.Int64)


def days_after(day: pl.Expr, days: pl.Expr) -> pl.Expr:
    near = pl.when(days.is_between(-DAYS, DAYS)).then(days).cast(pl.Int32)
    return within_calendar((day.to_physical() + near).cast(pl.Date))


def months_after(day: pl.Expr, months: pl.Expr) -> pl.Expr:
    near = pl.when(months.is_between(-MONTHS, MONTHS)).then(months).cast(pl.Int32)
    month = day.dt.year() * 12 + day.dt.month().cast(pl.Int32) - 1 + near
    inside = pl.when(month.is_between(12 * date.min.year, 12 * date.max.year + 11)).then(month)
    first = pl.date(inside // 12, inside % 12 + 1, 1)
    wanted = first.to_physical() + day.dt.day().cast(pl.Int32) - 1
    last = first.to_physical() + first.dt.days_in_month().cast(pl.Int32) - 1
    return pl.min_horizontal(wanted, last).cast(pl.Date)


def fixed_months_after(day: pl.Expr, months: int) -> pl.Expr:
    """The same for one number, many times as fast."""
    if abs(months) > MONTHS:
        return pl.lit(None, pl.Date())
    return within_calendar(day.dt.offset_by(f"{months}mo"))


def age_on(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    born, on = _day_of_year(birth), _day_of_year(day)
    moved = born.eq(FEBRUARY_29) & day.dt.is_leap_year().not_()
    before = on < born - moved.cast(pl.Int32)
    return (day.dt.year() - birth.dt.year() - before.cast(pl.Int32)).cast(pl.Int64)


def _day_of_year(day: pl.Expr) -> pl.Expr:
    """Month and day in one number."""
    return day.dt.month().cast(pl.Int32) * 32 + day.dt.day().cast(pl.Int32)


def size(text: pl.Expr) -> pl.Expr:
    return text.str.len_chars().cast(pl.Int64)


def contains(text: pl.Expr, part: pl.Expr) -> pl.Expr:
    return text.str.contains(part, literal=True)


CALLS: dict[str, Callable[..., pl.Expr]] = {
    "days_between": days_between,
    "days_after": days_after,
    "months_after": months_after,
    "age_on": age_on,
    "size": size,
    "startsWith": lambda text, part: text.str.starts_with(part),
    "endsWith": lambda text, part: text.str.ends_with(part),
    "contains": contains,
}
"""Patterns are not among them, for those of Polars are not RE2; nor what a world is asked."""
