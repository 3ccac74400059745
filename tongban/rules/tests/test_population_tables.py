"""The same rules through ibis on DuckDB: what Polars and one case say, said by a database."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.rules import population
from tongban.rules.columns import BadColumn
from tongban.rules.parsing import parse
from tongban.rules.points import RuleSet
from tongban.rules.tests import drawing
from tongban.rules.tests.factories import point
from tongban.rules.tests.test_columns import DIVIDED, NESTED, NUMBERS, SOURCES, TEXTS, TYPES, WORLD, frame, rows_of
from tongban.rules.tests.test_population import PEOPLE, RULES, rule_sets
from tongban.rules.world import NO_WORLD

ibis = pytest.importorskip("ibis", reason="the optional extra `population` is not installed")
pytest.importorskip("duckdb", reason="the optional extra `population` is not installed")

from tongban.rules import population_tables as tables  # noqa: E402 after the extra is known to be there
from tongban.rules.column_gaps import keeps_open  # noqa: E402
from tongban.rules.columns import to_expression  # noqa: E402
from tongban.rules.ibis_columns import DuckColumns, fitted  # noqa: E402


@pytest.fixture(scope="module")
def database():
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET threads = 1")
    yield connection
    connection.disconnect()


def stored(rows: pl.DataFrame):
    return ibis.memtable(rows.with_row_index("row"))


def columns_of(database, tree, cases, types=drawing.TYPES, world=NO_WORLD, max_size=400):
    """Value and missing elements of each row."""
    table = fitted(stored(frame(cases, types)), types)
    engine = DuckColumns(table, max_size)
    waits = keeps_open(tree, engine, world=world)
    value = to_expression(tree, engine, world=world)
    asked = table.select(
        table.row,
        value=value.cast("string") if tree.type == "date" else value,
        **{f"? {k}": v for k, v in waits.items()},
    )
    rows = database.to_polars(asked.order_by("row")).iter_rows(named=True)
    return [(row["value"], {k for k in waits if row["value"] is None and row[f"? {k}"]}) for row in rows]


@settings(max_examples=40, deadline=None)
@given(tree=drawing.trees, cases=st.lists(drawing.values, min_size=1, max_size=12))
def test_a_database_agrees_with_one_case(database, tree, cases):
    assert columns_of(database, tree, cases) == rows_of(tree, cases)


@pytest.mark.parametrize(("source", "cases"), SOURCES)
def test_boundaries_of_every_function(database, source, cases):
    tree = parse(source, TYPES)
    assert columns_of(database, tree, cases, TYPES, WORLD) == rows_of(tree, cases, TYPES, WORLD)


@pytest.mark.parametrize(
    ("source", "cases"), [(NESTED, TEXTS), (DIVIDED, NUMBERS), (" && ".join(["x", "y"] * 45), TEXTS)]
)
def test_what_is_nested_does_not_grow_beyond_bounds(database, source, cases):
    tree = parse(source, TYPES)
    assert columns_of(database, tree, cases, TYPES) == rows_of(tree, cases, TYPES)


@settings(max_examples=25, deadline=None)
@given(rules=rule_sets(), cases=st.lists(drawing.values, min_size=1, max_size=6))
def test_a_population_is_matched_as_polars_does_it(database, rules, cases):
    rows = frame(cases)
    found = database.to_polars(tables.match({"r": rules}, stored(rows), row="row", connection=database).order_by("row"))
    assert found["r"].to_list() == population.match({"r": rules}, rows)["r"].to_list()


def test_several_rule_sets_are_decided_side_by_side(database):
    several = {"a": RULES, "b": RuleSet((point("fee.fen > 0"),)), "nobody": RuleSet(())}
    found = database.to_polars(tables.decide(several, stored(PEOPLE), row="row").order_by("row"))
    assert found.drop("row").equals(population.decide(several, PEOPLE))


def test_a_column_that_cannot_hold_its_element_is_refused(database):
    with pytest.raises(BadColumn):
        tables.decide({"a": RULES}, stored(pl.DataFrame({"fee.fen": [1.5]})), row="row")


def test_dates_may_be_texts_and_what_does_not_fit_is_unknown(database):
    days = ["2025-02-29", "2025-2-1", "0000-01-01", "2024-02-29"]
    table = fitted(stored(pl.DataFrame({"on": days, "n": [2**60, 1, 2, 3]})), {"on": "date", "n": "integer"})
    found = database.to_polars(table.order_by("row"))
    assert found["on"].is_not_null().to_list() == [False, False, False, True]
    assert found["n"].to_list() == [None, 1, 2, 3]
