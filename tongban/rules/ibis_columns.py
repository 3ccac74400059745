"""Columns of a database through ibis: written for DuckDB, which also reads Parquet files and what does not fit into memory (optional extra
`population`).

DuckDB ends a query with an error where a number leaves its bounds or a divisor is 0; its TRY makes null of that for this row.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache, reduce
from inspect import Parameter, Signature
from itertools import count as counting
from operator import add, eq, ge, gt, le, lt, ne
from typing import Any

import ibis
from ibis import udf

from tongban.kernel.strictjson import MAX_INTEGER
from tongban.rules.columns import BadColumn
from tongban.rules.facts import ElementType, Value
from tongban.rules.inference import TYPE_NAMES

DTYPES: dict[ElementType, str] = {"text": "string", "date": "date", "integer": "int64", "boolean": "boolean"}
ANY: dict[ElementType, object] = {"text": "", "date": date.min, "integer": 0, "boolean": False}
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MONTHS = 12 * date.max.year
DAYS = date.max.toordinal()
FEBRUARY_29 = 2 * 32 + 29
REMEMBERED = 2**16
Column = Any
"""ibis has no types of its own for what stands for a column."""

_numbers = counting()


class _Named:
    """ibis takes a function's parameters from its signature; here there is none to read."""

    def __init__(self, parameters: int, compute: Callable[..., object]) -> None:
        names = [Parameter(f"v{number}", Parameter.POSITIONAL_OR_KEYWORD) for number in range(parameters)]
        self.__signature__ = Signature(names)
        self.__name__ = f"tongban_{next(_numbers)}"
        self._compute = compute

    def __call__(self, *values: object) -> object:
        return self._compute(*values)


def _builtin(name: str, takes: tuple[str, ...], result: str) -> Callable[..., Column]:
    """A function of DuckDB that ibis has no word for, or means otherwise."""
    return udf.scalar.builtin(_Named(len(takes), print), name=name, signature=(takes, result))  # type: ignore[no-any-return]


COMPARE: dict[str, Callable[[Column, Column], Column]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
attempt = _builtin("try", ("int64",), "int64")
COUNT = {
    operator: _builtin(name, ("int64", "int64"), "int64")
    for operator, name in (("+", "add"), ("-", "subtract"), ("*", "multiply"), ("/", "divide"), ("%", "mod"))
}
date_add = _builtin("add", ("date", "int32"), "date")
to_months = _builtin("to_months", ("int32",), "interval('M')")
month_add = _builtin("add", ("date", "interval('M')"), "timestamp")
date_diff = _builtin("date_diff", ("string", "date", "date"), "int64")
characters = _builtin("length", ("string",), "int64")


def fitted(table: Any, types: Mapping[str, ElementType]) -> Any:
    """The columns of these elements, as rules read them: a value that does not fit is null, and so is an element without a column.

    Other columns stay as they are. Refuses `BadColumn`.
    """
    return table.mutate(**{name: _fitted(table, name, type) for name, type in types.items()}) if types else table


def _fitted(table: Any, name: str, type: ElementType) -> Column:
    found = table.schema().get(name)
    if found is None or found.is_null():
        return _unknown(type)
    column = table[name]
    if type == "boolean" and found.is_boolean():
        return column
    if type == "integer" and found.is_integer():
        whole = column.try_cast("int64")
        return _where(whole.between(-MAX_INTEGER, MAX_INTEGER), whole)
    if type == "date" and found.is_date():
        return _within_calendar(column)
    if type in ("text", "date") and found.is_string():
        text = column.cast("string")
        return _as_day(text) if type == "date" else text
    raise BadColumn(name=name, found=str(found), zh=TYPE_NAMES[type].zh, en=TYPE_NAMES[type].en)


def _unknown(type: ElementType) -> Column:
    """Not `ibis.null`: what is compared with that becomes IS NULL, which is never unknown."""
    return _where(ibis.literal(False), ibis.literal(ANY[type], DTYPES[type]))


def _where(test: Column, value: Column) -> Column:
    return ibis.cases((test, value))


def _as_day(text: Column) -> Column:
    return _within_calendar(_where(text.re_search(DAY), text).try_cast("date"))


def _within_calendar(day: Column) -> Column:
    return _where(day.between(ibis.literal(date.min), ibis.literal(date.max)), day)


def _days_after(day: Column, days: Column) -> Column:
    return _within_calendar(date_add(day, _where(days.between(-DAYS, DAYS), days).cast("int32")))


def _months_after(day: Column, months: Column) -> Column:
    near = _where(months.between(-MONTHS, MONTHS), months).cast("int32")
    return _within_calendar(month_add(day, to_months(near)).cast("date"))


def _age_on(birth: Column, day: Column) -> Column:
    born, on = _day_of_year(birth), _day_of_year(day)
    moved = (born == FEBRUARY_29) & ~_in_leap_year(day)
    before = on < born - moved.cast("int32")
    return (day.year() - birth.year() - before.cast("int32")).cast("int64")


def _in_leap_year(day: Column) -> Column:
    year = day.year()
    return (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))


def _day_of_year(day: Column) -> Column:
    """Month and day in one number."""
    return day.month() * 32 + day.day()


class DuckColumns:
    """`columns.Engine` over the columns of one table of ibis on DuckDB."""

    calls: Mapping[str, Callable[..., Column]] = {
        "days_between": lambda start, end: date_diff("day", start, end),
        "days_after": _days_after,
        "months_after": _months_after,
        "age_on": _age_on,
        "size": characters,
        "startsWith": lambda text, part: text.startswith(part),
        "endsWith": lambda text, part: text.endswith(part),
        "contains": lambda text, part: text.contains(part),
    }

    def __init__(self, table: Any, max_size: int = 400) -> None:
        self.table, self.max_size = table, max_size

    def value(self, value: Value | None, type: ElementType) -> Column:
        if value is None:
            return _unknown(type)
        return ibis.literal(date.fromisoformat(str(value)) if type == "date" else value, DTYPES[type])

    def column(self, name: str) -> Column:
        return self.table[name]

    def both(self, left: Column, right: Column) -> Column:
        return left & right

    def either(self, left: Column, right: Column) -> Column:
        return left | right

    def negated(self, column: Column) -> Column:
        # Not `~`: ibis writes NOT without brackets around it, so that (NOT x) IS NULL would become NOT (x IS NULL).
        return column == ibis.literal(False)

    def is_null(self, column: Column) -> Column:
        return column.isnull()

    def filled(self, column: Column, value: bool) -> Column:
        return column.fill_null(value)

    def choose(self, cases: Sequence[tuple[Column, Column]]) -> Column:
        return ibis.cases(*cases)

    def compare(self, operator: str, left: Column, right: Column) -> Column:
        return COMPARE[operator](left, right)

    def is_one_of(self, item: Column, values: Sequence[Value], type: ElementType) -> Column:
        return item.isin([date.fromisoformat(str(value)) for value in values] if type == "date" else list(values))

    def count(self, operator: str, left: Column, right: Column, *, bounded: bool) -> Column:
        result = COUNT[operator](left, right)
        if operator == "%" and not bounded:
            # DuckDB divides for the remainder, and the smallest number by -1 is none.
            return ibis.cases((right == -1, left - left), (right != -1, attempt(result)))
        return result if bounded and operator not in ("/", "%") else attempt(result)

    def join(self, texts: Sequence[Column]) -> Column:
        return reduce(add, texts)

    def as_day(self, text: Column) -> Column:
        return _as_day(text)

    def as_text(self, day: Column) -> Column:
        return day.cast("string")

    def months_after(self, day: Column, months: int) -> Column:
        return _months_after(day, ibis.literal(months, "int64"))

    def look_up(self, compute: Callable[..., Value | None], arguments: Sequence[Column], type: ElementType) -> Column:
        """Called for every row, and remembers what it said."""

        @lru_cache(maxsize=REMEMBERED)
        def say(*values: object) -> object:
            found = compute(*map(_plain, values))
            return date.fromisoformat(str(found)) if type == "date" and found is not None else found

        takes = tuple(argument.type() for argument in arguments)
        function = _Named(len(takes), say)
        # Null is a value here: what one case says of it, it says itself.
        called = udf.scalar.python(function, signature=(takes, DTYPES[type]), null_handling="special")
        return called(*arguments)


def _plain(value: object) -> Value | None:
    return value.isoformat() if isinstance(value, date) else value  # type: ignore[return-value]
