"""Columns of Polars: null is unknown, and a date may also be text. Reads what is in memory; the fastest of the engines."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import polars as pl

from tongban.kernel.strictjson import MAX_INTEGER
from tongban.rules import polars_functions as functions
from tongban.rules.columns import BadColumn
from tongban.rules.facts import ElementType, Value
from tongban.rules.inference import TYPE_NAMES

DTYPES: dict[ElementType, pl.DataType] = {
    "text": pl.String(),
    "date": pl.Date(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
}
COMPARE: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "==": pl.Expr.eq,
    "!=": pl.Expr.ne,
    "<": pl.Expr.lt,
    "<=": pl.Expr.le,
    ">": pl.Expr.gt,
    ">=": pl.Expr.ge,
}
COUNT: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "+": pl.Expr.add,
    "-": pl.Expr.sub,
    "*": pl.Expr.mul,
    "/": functions.divide,
    "%": functions.remainder,
}


def fitted(frame: pl.DataFrame, types: Mapping[str, ElementType]) -> pl.DataFrame:
    """The columns of these elements, as rules read them: a value that does not fit is null, and so is an element without a column.

    Other columns stay as they are. Refuses `BadColumn`.
    """
    return frame.with_columns(_fitted(frame, name, type).alias(name) for name, type in types.items())


def _fitted(frame: pl.DataFrame, name: str, type: ElementType) -> pl.Expr:
    found = frame.schema.get(name, pl.Null())
    column = pl.col(name)
    if found == pl.Null:
        return pl.lit(None, DTYPES[type])
    if type == "boolean" and found == pl.Boolean:
        return column
    if type == "integer" and found.is_integer():
        whole = column.cast(pl.Int64, strict=False)
        return pl.when(whole.is_between(-MAX_INTEGER, MAX_INTEGER)).then(whole)
    if type == "date" and found == pl.Date:
        return functions.within_calendar(column)
    if type in ("text", "date") and found in (pl.String, pl.Categorical, pl.Enum):
        text = column.cast(pl.String)
        return functions.as_day(text) if type == "date" else text
    raise BadColumn(name=name, found=str(found), zh=TYPE_NAMES[type].zh, en=TYPE_NAMES[type].en)


class PolarsColumns:
    """`columns.Engine` over expressions of Polars."""

    calls = functions.CALLS

    def __init__(self, max_size: int = 5000) -> None:
        self.max_size = max_size

    def value(self, value: Value | None, type: ElementType) -> pl.Expr:
        return pl.lit(date.fromisoformat(str(value)) if value is not None and type == "date" else value, DTYPES[type])

    def column(self, name: str) -> pl.Expr:
        return pl.col(name)

    def both(self, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        return left & right

    def either(self, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        return left | right

    def negated(self, column: pl.Expr) -> pl.Expr:
        return column.not_()

    def is_null(self, column: pl.Expr) -> pl.Expr:
        return column.is_null()

    def filled(self, column: pl.Expr, value: bool) -> pl.Expr:
        return column.fill_null(value)

    def choose(self, cases: Sequence[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
        (test, value), *others = cases
        return pl.when(test).then(value).otherwise(self.choose(others)) if others else pl.when(test).then(value)

    def compare(self, operator: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        return COMPARE[operator](left, right)

    def is_one_of(self, item: pl.Expr, values: Sequence[Value], type: ElementType) -> pl.Expr:
        return item.is_in([date.fromisoformat(str(value)) for value in values] if type == "date" else list(values))

    def count(self, operator: str, left: pl.Expr, right: pl.Expr, *, bounded: bool) -> pl.Expr:
        if bounded:
            return COUNT[operator](left, right)
        return COUNT[operator](left.cast(pl.Int128), right.cast(pl.Int128)).cast(pl.Int64, strict=False)

    def join(self, texts: Sequence[pl.Expr]) -> pl.Expr:
        return pl.concat_str(texts)

    def as_day(self, text: pl.Expr) -> pl.Expr:
        return functions.as_day(text)

    def as_text(self, day: pl.Expr) -> pl.Expr:
        return functions.as_text(day)

    def months_after(self, day: pl.Expr, months: int) -> pl.Expr:
        return functions.fixed_months_after(day, months)

    def look_up(self, compute: Callable[..., Value | None], arguments: Sequence[pl.Expr], type: ElementType) -> pl.Expr:
        """Called once for each combination that occurs."""
        result = DTYPES[type]

        def run(together: pl.Series) -> pl.Series:
            rows = together.struct.unnest()
            distinct = rows.unique()
            values = [compute(*map(_plain, row)) for row in distinct.iter_rows()]
            found = distinct.with_columns(pl.Series("result", values, pl.String() if result == pl.Date else result))
            answers = rows.join(found, on=rows.columns, how="left", nulls_equal=True, maintain_order="left")["result"]
            return answers.str.to_date("%Y-%m-%d") if result == pl.Date else answers

        named = [argument.alias(str(number)) for number, argument in enumerate(arguments)]
        return pl.struct(named).map_batches(run, return_dtype=result, is_elementwise=True)


POLARS = PolarsColumns()


def _plain(value: object) -> Value | None:
    return value.isoformat() if isinstance(value, date) else value  # type: ignore[return-value]
