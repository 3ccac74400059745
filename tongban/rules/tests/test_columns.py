"""A rule on columns says of every row what it says of that one case."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.workdays import Calendar
from tongban.rules.column_gaps import keeps_open
from tongban.rules.columns import BadColumn, to_expression
from tongban.rules.evaluation import Open, evaluate_tree
from tongban.rules.facts import fits
from tongban.rules.parsing import parse
from tongban.rules.polars_columns import POLARS, PolarsColumns, fitted
from tongban.rules.tests import drawing
from tongban.rules.world import NO_WORLD, PlacesByCode, World

STORED = {"text": pl.String, "date": pl.String, "integer": pl.Int64, "boolean": pl.Boolean}
WORLD = World(Calendar("370115"), PlacesByCode())


def frame(cases, types=drawing.TYPES):
    return pl.DataFrame(
        {name: pl.Series([case.get(name) for case in cases], dtype=STORED[type]) for name, type in types.items()}
    )


def columns_of(tree, cases, types=drawing.TYPES, world=NO_WORLD, engine=POLARS):
    """Value and missing elements of each row."""
    rows = fitted(frame(cases, types), types)
    waits = keeps_open(tree, engine, world=world)
    asked = rows.with_columns(
        to_expression(tree, engine, world=world).alias("value"), **{f"? {k}": v for k, v in waits.items()}
    )
    return [
        (row["value"].isoformat() if isinstance(row["value"], date) else row["value"], {k for k in waits if row["value"] is None and row[f"? {k}"]})
        for row in asked.iter_rows(named=True)
    ]  # fmt: skip


def rows_of(tree, cases, types=drawing.TYPES, world=NO_WORLD):
    known = [{name: value for name, value in case.items() if fits(value, types[name])} for case in cases]
    outcomes = [evaluate_tree(tree, case, world) for case in known]
    return [(None, set(one.missing)) if isinstance(one, Open) else (one, set()) for one in outcomes]


@settings(max_examples=100, deadline=None)
@given(drawing.trees, st.lists(drawing.values, min_size=1, max_size=12))
def test_row_and_column_agree_with_missing_values(tree, cases):
    assert columns_of(tree, cases) == rows_of(tree, cases)


ENDS = (0, 1, -1, 7, -7, 2**53, -(2**53), 2**53 + 1, None)
TYPES = {"n": "integer", "m": "integer", "on": "date", "by": "date", "s": "text", "t": "text", "x": "boolean", "y": "boolean"}  # fmt: skip
NUMBERS = [{"n": n, "m": m} for n in ENDS for m in ENDS]
DAYS = [
    "0001-01-01", "2024-02-29", "2024-12-31", "2025-02-28", "2025-03-01", "9999-12-31", "2025-02-29", "2025-2-1", "20250201", "0000-01-01", None,
]  # fmt: skip
DATES = [{"on": on, "by": by, "n": n, "s": by} for on in DAYS for by in DAYS for n in (1, -12, 2**53, None)]
PARTS = ["", "a", "正常", "aé正", "370115", "370100", "２", "2025-02-28", None]
TEXTS = [{"s": s, "t": t, "x": x, "y": y} for s in PARTS for t in PARTS for x in (True, None) for y in (True, False)]


SOURCES = [
    *[(f"n {operator} m", NUMBERS) for operator in ("+", "-", "*", "/", "%", "<", "==")],
    ("(n * m) / (0 - 1)", NUMBERS), ("n * m + n", NUMBERS), ("-(n * 1024) == m", NUMBERS), ("n * 2048 - m", NUMBERS),
    ("(-9223372036854775807 - 1) / n", NUMBERS), ("(-9223372036854775807 - 1) % n", NUMBERS), ("n / 0 > 1 || m > 0", NUMBERS),
    ("n in [m, 7, 1 / m]", NUMBERS), ("n in []", NUMBERS), ("n in [0, 7]", NUMBERS), ("n in [m]", NUMBERS),
    ("n > m ? n : m", NUMBERS), ("n / m > 0 ? n == 1 : m == 1", NUMBERS),
    ("days_between(on, by)", DATES), ("days_after(on, n)", DATES), ("months_after(on, n)", DATES), ("age_on(on, by)", DATES),
    ("months_after(on, 1)", DATES), ("months_after(on, 0 - 13)", DATES),
    ("months_after(on, 9007199254740992)", DATES), ("days_after(on, 0 - 1)", DATES),
    ("days_between(on, s)", DATES), ("days_between(on, '2025-02-29') > 3", DATES), ("on < by", DATES),
    ("on < s", DATES), ("on == '2024-02-29'", DATES), ("on >= '2024-02-3'", DATES), ("on in ['2024-02-29', by]", DATES), ("on in ['x']", DATES),
    ("on + s", DATES), ("on.startsWith('2024')", DATES), ("n > 0 ? on : s", DATES), ("size(on)", DATES),
    ("working_days_between('2024-12-01', on)", DATES), ("working_days_after('2025-01-01', n)", DATES),
    ("s + t", TEXTS), ("s < t", TEXTS), ("size(s)", TEXTS), ("s.startsWith(t)", TEXTS), ("s.endsWith(t)", TEXTS), ("s.contains(t)", TEXTS),
    (r"s.matches('^\\d$')", TEXTS), ("s.matches(t + '[')", TEXTS), ("is_in(s, t)", TEXTS), ("same_pooling_area(s, '370112')", TEXTS),
    ("x && y || s == t", TEXTS), ("x == y", TEXTS), ("x < y", TEXTS), ("x in [y, true]", TEXTS), ("x ? s == 'a' : t == 'a'", TEXTS),
    ("!x", TEXTS),
    ("is_in('1', '2') || x", TEXTS), ("true || x", TEXTS),
]  # fmt: skip


@pytest.mark.parametrize(("source", "cases"), SOURCES)
def test_boundaries_of_every_function(source, cases):
    tree = parse(source, TYPES)
    assert columns_of(tree, cases, TYPES, WORLD) == rows_of(tree, cases, TYPES, WORLD)


def test_dates_may_be_dates_and_texts_categories():
    given = pl.DataFrame(
        {"on": [date(2026, 1, 31)], "s": pl.Series(["a"], dtype=pl.Categorical), "n": pl.Series([3], dtype=pl.UInt8)}
    )
    assert fitted(given, {"on": "date", "s": "text", "n": "integer"}).rows() == [(date(2026, 1, 31), "a", 3)]


def test_an_element_without_a_column_is_unknown():
    assert fitted(pl.DataFrame({"other": [1, 2]}), {"n": "integer"})["n"].to_list() == [None, None]


def test_a_column_that_cannot_hold_its_element_is_refused():
    with pytest.raises(BadColumn):
        fitted(pl.DataFrame({"n": [1.5]}), {"n": "integer"})


NESTED = "x"
for _ in range(30):
    NESTED = f"({NESTED} ? y : x)"
DIVIDED = "n" + " / m" * 60 + " > 0"


@pytest.mark.parametrize(
    ("source", "cases"), [(NESTED, TEXTS), (DIVIDED, NUMBERS), (" && ".join(["x", "y"] * 45), TEXTS)]
)
def test_what_is_nested_does_not_grow_beyond_bounds(source, cases):
    tree = parse(source, TYPES)
    assert columns_of(tree, cases, TYPES) == rows_of(tree, cases, TYPES)


@pytest.mark.parametrize("size", [0, 10**9])
def test_either_way_gives_the_same(size):
    tree = parse("(x ? y : n > 3) && (s == t || days_after(on, n) < by)", TYPES)
    cases = [*TEXTS, *NUMBERS, *DATES]
    assert columns_of(tree, cases, TYPES, engine=PolarsColumns(size)) == rows_of(tree, cases, TYPES)


@pytest.mark.parametrize(
    "source", ["3 == n", "3 < n", "3 in [n]", "'a' == s", "'2025-01-01' <= on", "3 / m == n", "true == x", "3 + n == m"]
)
def test_a_column_in_which_nothing_is_known_keeps_its_height(source):
    tree = parse(source, TYPES)
    assert columns_of(tree, [{}, {}], TYPES) == rows_of(tree, [{}, {}], TYPES)


def test_nobody_is_no_fault():
    tree = parse("s.matches('a') && n > 3", TYPES)
    assert columns_of(tree, [], TYPES) == []
