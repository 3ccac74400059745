"""The same as `matching.py` for data that does not fit into memory: DuckDB reads the file, and writes what is found (extra `population`)."""

from argparse import Namespace
from collections.abc import Mapping
from functools import reduce
from typing import Any

import duckdb
import ibis

from tongban.project.commands.reporting_matches import DataUnreadable, NoSuchColumn, Row, columns_missing, print_counts
from tongban.rules.batches import WORLD
from tongban.rules.points import RuleSet
from tongban.rules.population_tables import match as match_rows
from tongban.rules.verdicts import FIELDS

ROW = "#row"


def match(args: Namespace, rule_sets: Mapping[str, RuleSet]) -> None:
    connection = ibis.duckdb.connect()
    try:
        _match(connection, args, rule_sets)
    finally:
        connection.disconnect()


def _match(connection: Any, args: Namespace, rule_sets: Mapping[str, RuleSet]) -> None:
    table = _read(connection, args)
    found = match_rows(rule_sets, table, row=ROW, connection=connection, world=WORLD)
    print_counts({name: _counts(found, name) for name in rule_sets}, columns_missing(rule_sets, table.columns))
    if args.out:
        connection.to_parquet(_lines(found, list(rule_sets)), args.out)
        print(args.out)


def _read(connection: Any, args: Namespace) -> Any:
    try:
        table = connection.read_parquet(args.data, file_row_number=args.id is None)
    except duckdb.Error as error:
        raise DataUnreadable(reason=type(error).__name__) from None
    if args.id is not None and args.id not in table.columns:
        raise NoSuchColumn(name=args.id, names=", ".join(table.columns))
    return table.mutate(**{ROW: table[args.id or "file_row_number"]})


def _counts(found: Any, name: str) -> Row:
    verdict = found[name]
    counts = found.aggregate(
        rows=found.count(),
        met=verdict.value.fill_null(False).sum(),
        unmet=(~verdict.value).fill_null(False).sum(),
        unknown=verdict.value.isnull().sum(),
        one_point=verdict.one_point.count(),
        one_fact=verdict.one_fact.count(),
    ).to_pyarrow()
    return tuple(int(column[0].as_py() or 0) for column in counts.columns)


def _lines(found: Any, names: list[str]) -> Any:
    """All rows of the first rule set, then of the next."""
    parts = [
        found.select(row=found[ROW], rule_set=ibis.literal(name), **{field: found[name][field] for field in FIELDS})
        for name in names
    ]
    return reduce(lambda one, other: one.union(other), parts)
