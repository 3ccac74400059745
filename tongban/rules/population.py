"""Rule sets over a whole population: for each row a verdict, what is still unknown, and who is only one step short of it.

Rows are cases, columns elements (`polars_columns.fitted` says which columns these may be). What is computed is what `points.evaluate` says
of each. `population_tables.py` says the same of tables that do not fit into memory.
"""

from collections.abc import Mapping

import polars as pl

from tongban.rules.points import RuleSet
from tongban.rules.polars_columns import POLARS, fitted
from tongban.rules.verdicts import FIELDS, Finding, TypesDiffer, conditions, findings, is_met, points, types_of
from tongban.rules.world import NO_WORLD, World

__all__ = ["FIELDS", "TypesDiffer", "decide", "match"]
ROW = "#row"


def decide(rule_sets: Mapping[str, RuleSet], frame: pl.DataFrame, *, world: World = NO_WORLD) -> pl.DataFrame:
    """One boolean column for each rule set: true where all points are met, false where one is not, else null.

    A rule set without points is met by nobody: null. Refuses `BadColumn` and `TypesDiffer`.
    """
    values = [is_met(rules, POLARS, world).alias(key) for key, rules in rule_sets.items()]
    return _rows(rule_sets, frame).select(ROW, *values).drop(ROW).collect()


def match(rule_sets: Mapping[str, RuleSet], frame: pl.DataFrame, *, world: World = NO_WORLD) -> pl.DataFrame:
    """One struct column for each rule set, with `FIELDS`:

    value: as in `decide`; outcome: approve, correct, ask or refer; unmet: ids of the points that are not met or unknown;
    missing: the elements that keep a point open; one_point: the only point that is unmet; one_fact: the only element that is missing where
    no point is unmet for another reason. Near misses are hints: whether one_fact is good enough is known once it is there.
    Refuses `BadColumn` and `TypesDiffer`.
    """
    rows = _rows(rule_sets, frame)
    for step in (conditions, points):
        rows = rows.with_columns(**step(rule_sets, POLARS, world))
    found = findings(rule_sets, POLARS, world)
    return rows.select(ROW, *(_struct(finding).alias(key) for key, finding in found.items())).drop(ROW).collect()


def _rows(rule_sets: Mapping[str, RuleSet], frame: pl.DataFrame) -> pl.LazyFrame:
    """The row number keeps the height, whatever is constant beside it."""
    types = types_of(rule_sets)
    present = [name for name in types if name in frame.columns]
    return fitted(frame.select(pl.int_range(pl.len()).alias(ROW), *present), types).lazy()


def _struct(finding: Finding[pl.Expr]) -> pl.Expr:
    unmet, missing = _names(finding.unmet), _names(finding.missing)
    one_fact = finding.value.is_null() & missing.list.len().eq(1) & finding.failed.not_()
    return pl.struct(
        value=finding.value,
        outcome=finding.outcome,
        unmet=unmet,
        missing=missing,
        one_point=pl.when(unmet.list.len() == 1).then(unmet.list.first()),
        one_fact=pl.when(one_fact).then(missing.list.first()),
    )


def _names(flags: Mapping[str, pl.Expr]) -> pl.Expr:
    """In each row the names whose flag is true."""
    named = [pl.when(flag).then(pl.lit(name)) for name, flag in flags.items()]
    return pl.concat_list(named).list.drop_nulls() if named else pl.lit([], pl.List(pl.String()))
