"""What the operators and functions of rules compute. Values in, a value out; `Fault` for what has no result.

A day is text, YYYY-MM-DD. None of them is given an unknown value.
"""

import operator
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from tongban.rules.facts import Value
from tongban.rules.patterns import matches
from tongban.rules.world import World

MAX_WORKING_DAYS = 10_000
LIMIT = 2**63


class Fault(Exception):
    """A computation without a result. `code` is a status word; it never holds a value."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def days_between(start: str, end: str) -> int:
    """Calendar days from `start` to `end`; negative when `end` is earlier."""
    return (_day(end) - _day(start)).days


def days_after(day: str, days: int) -> str:
    """The day so many calendar days later; earlier for a negative number."""
    try:
        return (_day(day) + timedelta(days)).isoformat()
    except OverflowError:
        raise Fault("OUT_OF_RANGE") from None


def months_after(day: str, months: int) -> str:
    """The same day `months` later; the last day of the month where that day does not exist (民法典 Art. 202)."""
    start = _day(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise Fault("OUT_OF_RANGE")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).isoformat()


def age_on(birth: str, day: str) -> int:
    """Full years (周岁) on a day. A year is full on the birthday; of 29 February on the 28th where there is none.

    Below 0 before the birth. From practice: that the birthday itself counts was not read in a law.
    """
    born, on = _day(birth), _day(day)
    birthday = min(born.day, monthrange(on.year, born.month)[1])
    return on.year - born.year - ((on.month, on.day) < (born.month, birthday))


def working_days_between(world: World, start: str, end: str) -> int:
    """Working days after `start` up to and with `end`; 0 when `end` is not after `start`."""
    first, last = _day(start), _day(end)
    if world.calendar is None:
        raise Fault("UNAVAILABLE")
    if (last - first).days > MAX_WORKING_DAYS:
        raise Fault("OUT_OF_RANGE")
    return world.calendar.working_days_between(first, last)


def working_days_after(world: World, day: str, days: int) -> str:
    """The last day of a term of so many working days that begins after `day`."""
    start = _day(day)
    if world.calendar is None:
        raise Fault("UNAVAILABLE")
    if not 0 <= days <= MAX_WORKING_DAYS or start.year > date.max.year - MAX_WORKING_DAYS // 200:
        raise Fault("OUT_OF_RANGE")
    return world.calendar.deadline(start, days).on.isoformat()


def is_in(world: World, region: str, area: str) -> bool:
    """Is the place the area or a part of it?"""
    return _told(world.places.is_in(region, area) if world.places else None)


def same_pooling_area(world: World, a: str, b: str) -> bool:
    """Do both places share a medical insurance pool (统筹区)?"""
    return _told(world.places.same_pooling_area(a, b) if world.places else None)


def _told(answer: bool | None) -> bool:
    if answer is None:
        raise Fault("UNAVAILABLE")
    return answer


def _day(text: str) -> date:
    # fromisoformat also reads 20261120 and 2026-W47-5, which no element may hold.
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise Fault("OUT_OF_RANGE")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Fault("OUT_OF_RANGE") from None


COMPUTE: dict[str, Callable[..., Value]] = {
    "days_between": days_between,
    "days_after": days_after,
    "months_after": months_after,
    "age_on": age_on,
    "size": len,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": str.__contains__,
    "matches": matches,
}
LOOK_UP: dict[str, Callable[..., Value]] = {
    "working_days_between": working_days_between,
    "working_days_after": working_days_after,
    "is_in": is_in,
    "same_pooling_area": same_pooling_area,
}
"""These are given the world as well."""


def _bounded(compute: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def within(left: int, right: int) -> int:
        result = compute(left, right)
        if not -LIMIT <= result < LIMIT:
            raise Fault("OUT_OF_RANGE")
        return result

    return within


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, str):
        return left + str(right)
    return _bounded(operator.add)(left, int(right))


def _divide(left: int, right: int) -> int:
    if right == 0:
        raise Fault("INVALID_ARGUMENT")
    return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)


def _remainder(left: int, right: int) -> int:
    return left - right * _divide(left, right)


def negate(value: int) -> int:
    return _bounded(operator.sub)(0, value)


OPERATORS: Mapping[str, Callable[..., Value]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": _add,
    "-": _bounded(operator.sub),
    "*": _bounded(operator.mul),
    "/": _bounded(_divide),
    "%": _remainder,
}


def strictly(compute: Callable[..., Value]) -> Callable[..., Value | None]:
    """The function where all arguments are known; None for a fault."""

    def attempt(*known: Value | None) -> Value | None:
        try:
            return None if None in known else compute(*known)
        except (Fault, ValueError):
            return None

    return attempt
