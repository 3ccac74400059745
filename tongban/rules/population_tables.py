"""`population.py` over tables of a database through ibis: Parquet files and what does not fit into memory, on DuckDB (optional extra `population`).

A table has no order, so each row is named by a column of the caller's. The verdicts are tables too: nothing is fetched before somebody asks.
"""

from collections.abc import Mapping
from typing import Any

import ibis
from ibis.util import gen_name

from tongban.rules.ibis_columns import DuckColumns, fitted
from tongban.rules.points import RuleSet
from tongban.rules.verdicts import Finding, conditions, findings, is_met, points, types_of
from tongban.rules.world import NO_WORLD, World


def decide(rule_sets: Mapping[str, RuleSet], table: Any, *, row: str, world: World = NO_WORLD) -> Any:
    """The column `row` and one boolean column for each rule set, as `population.decide` has them. Refuses `BadColumn` and `TypesDiffer`."""
    rows = _rows(rule_sets, table, row)
    engine = DuckColumns(rows)
    return rows.select(rows[row], **{key: is_met(rules, engine, world) for key, rules in rule_sets.items()})


def match(rule_sets: Mapping[str, RuleSet], table: Any, *, row: str, connection: Any, world: World = NO_WORLD) -> Any:
    """The column `row` and one struct column for each rule set, with the fields of `population.match`.

    Conditions, points and lists are computed one after the other into temporary tables of the connection, or its query would hold each of
    them many times; the last of these is there as long as the connection. Refuses `BadColumn` and `TypesDiffer`.
    """
    fitting = _rows(rule_sets, table, row)
    decided = _kept(fitting.mutate(**conditions(rule_sets, DuckColumns(fitting), world)), connection)
    joined = _kept(decided.mutate(**points(rule_sets, DuckColumns(decided), world)), connection)
    found = findings(rule_sets, DuckColumns(joined), world)
    listed = _kept(joined.select(joined[row], **_columns(found)), connection)
    for done in (decided, joined):
        # Not `drop_table`, which looks for temporary tables elsewhere.
        connection.raw_sql(f"DROP TABLE {done.get_name()}")
    return listed.select(listed[row], **{key: _struct(listed, key) for key in rule_sets})


def _kept(rows: Any, connection: Any) -> Any:
    return connection.create_table(gen_name("population"), rows, temp=True)


def _rows(rule_sets: Mapping[str, RuleSet], table: Any, row: str) -> Any:
    types = types_of(rule_sets)
    return fitted(table.select(row, *(name for name in types if name in table.columns and name != row)), types)


def _columns(found: Mapping[str, Finding[Any]]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for key, finding in found.items():
        columns |= {
            f"{key}.value": finding.value,
            f"{key}.outcome": finding.outcome,
            f"{key}.unmet": _names(finding.unmet),
            f"{key}.missing": _names(finding.missing),
            f"{key}.failed": finding.failed,
        }
    return columns


def _struct(rows: Any, key: str) -> Any:
    value, outcome, unmet, missing, failed = (
        rows[f"{key}.{name}"] for name in ("value", "outcome", "unmet", "missing", "failed")
    )
    one_fact = value.isnull() & (missing.length() == 1) & ~failed
    return ibis.struct({
        "value": value,
        "outcome": outcome,
        "unmet": unmet,
        "missing": missing,
        "one_point": ibis.cases((unmet.length() == 1, unmet[0])),
        "one_fact": ibis.cases((one_fact, missing[0])),
    })  # fmt: skip


def _names(flags: Mapping[str, Any]) -> Any:
    """In each row the names whose flag is true."""
    nobody = ibis.literal([], "array<string>")
    named = [ibis.cases((flag, ibis.array([name])), else_=nobody) for name, flag in flags.items()]
    return nobody.concat(*named) if named else nobody
