"""Rule sets over a whole population: for each row a verdict, what is still unknown, and who is only one step short of it.

Rows are cases, columns elements (`columns.fitted` says which columns these may be). What is computed is what `points.evaluate` says of each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import polars as pl

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.rules.column_gaps import keeps_open
from tongban.rules.columns import fitted, to_expression
from tongban.rules.facts import ElementType
from tongban.rules.points import BY_WEIGHT, Point, RuleSet, Verdict
from tongban.rules.tree import Node
from tongban.rules.world import NO_WORLD, World

ROW = "#row"
FIELDS = ("value", "outcome", "unmet", "missing", "one_point", "one_fact")


class TypesDiffer(Refused):
    """Two rule sets know an element of one name by two types; no column could be both."""

    status = 422
    text = Text("要素“{name}”在各规则集中的类型不同。", "The rule sets know the element {name} by different types.")
    advice = Text("请分别匹配这些规则集。", "Match these rule sets one at a time.")


def decide(rule_sets: Mapping[str, RuleSet], frame: pl.DataFrame, *, world: World = NO_WORLD) -> pl.DataFrame:
    """One boolean column for each rule set: true where all points are met, false where one is not, else null.

    A rule set without points is met by nobody: null. Refuses `BadColumn` and `TypesDiffer`.
    """
    values = [_met([_decided(point, world) for point in rules.points]).alias(key) for key, rules in rule_sets.items()]
    return _rows(rule_sets, frame).select(ROW, *values).drop(ROW).collect()


def match(rule_sets: Mapping[str, RuleSet], frame: pl.DataFrame, *, world: World = NO_WORLD) -> pl.DataFrame:
    """One struct column for each rule set, with `FIELDS`:

    value: as in `decide`; outcome: approve, correct, ask or refer; unmet: ids of the points that are not met or unknown;
    missing: the elements that keep a point open; one_point: the only point that is unmet; one_fact: the only element that is missing where
    no point is unmet for another reason. Near misses are hints: whether one_fact is good enough is known once it is there.
    Refuses `BadColumn` and `TypesDiffer`.
    """
    rows = _rows(rule_sets, frame)
    conditions = _named_conditions(rule_sets.values())
    rows = rows.with_columns(to_expression(tree, world=world).alias(name) for tree, name in conditions.items())
    found = {
        key: [_Column(point, f"{key}@{n}", conditions, world) for n, point in enumerate(rules.points)]
        for key, rules in rule_sets.items()
    }
    rows = rows.with_columns(column.joined().alias(column.name) for columns in found.values() for column in columns)
    return rows.select(ROW, *(_finding(columns).alias(key) for key, columns in found.items())).drop(ROW).collect()


def _rows(rule_sets: Mapping[str, RuleSet], frame: pl.DataFrame) -> pl.LazyFrame:
    """The row number keeps the height, whatever is constant beside it."""
    types = _types(rule_sets)
    present = [name for name in types if name in frame.columns]
    return fitted(frame.select(pl.int_range(pl.len()).alias(ROW), *present), types).lazy()


def _types(rule_sets: Mapping[str, RuleSet]) -> dict[str, ElementType]:
    types: dict[str, ElementType] = {}
    for rules in rule_sets.values():
        for name, type in rules.types.items():
            if types.setdefault(name, type) != type:
                raise TypesDiffer(name=name)
    return types


def _decided(point: Point, world: World) -> pl.Expr:
    return _join(point, [to_expression(condition.tree, world=world) for condition in point.conditions])


def _met(points: list[pl.Expr]) -> pl.Expr:
    return reduce(and_, points) if points else pl.lit(None, pl.Boolean())


def _join(point: Point, columns: list[pl.Expr]) -> pl.Expr:
    """`points.join` on columns."""
    match point.mode:
        case "all":
            return reduce(and_, columns, pl.lit(True))
        case "any":
            return _any(columns)
        case "not":
            return _any(columns).not_()
        case "at_least":
            return _at_least(point.at_least, columns)


def _any(columns: Iterable[pl.Expr]) -> pl.Expr:
    return reduce(or_, columns, pl.lit(False))


def _at_least(needed: int, columns: list[pl.Expr]) -> pl.Expr:
    known = pl.sum_horizontal(pl.lit(0), *(column.fill_null(False).cast(pl.Int32) for column in columns))
    possible = pl.sum_horizontal(pl.lit(0), *(column.fill_null(True).cast(pl.Int32) for column in columns))
    return pl.when(known >= needed).then(True).when(possible < needed).then(False)


def _named_conditions(rule_sets: Iterable[RuleSet]) -> dict[Node, str]:
    """Each condition is a column once, however many points have it."""
    trees = [one.tree for rules in rule_sets for point in rules.points for one in point.conditions]
    return {tree: f"#{number}" for number, tree in enumerate(dict.fromkeys(trees))}


@dataclass(frozen=True, slots=True)
class _Column:
    """A point whose conditions, and then itself, are columns of these names."""

    point: Point
    name: str
    conditions: Mapping[Node, str]
    world: World

    def joined(self) -> pl.Expr:
        return _join(self.point, [pl.col(self.conditions[condition.tree]) for condition in self.point.conditions])

    def waits(self) -> dict[str, pl.Expr]:
        """Element → does it keep this point open?"""
        found: dict[str, pl.Expr] = {}
        for condition in self.point.conditions:
            is_open = pl.col(self.name).is_null() & pl.col(self.conditions[condition.tree]).is_null()
            for name, waits in keeps_open(condition.tree, world=self.world).items():
                found[name] = found.get(name, pl.lit(False)) | (is_open & waits)
        return found


def _finding(columns: list[_Column]) -> pl.Expr:
    waits = [column.waits() for column in columns]
    value = _met([pl.col(column.name) for column in columns])
    unmet = _names({column.point.id: pl.col(column.name).fill_null(False).not_() for column in columns})
    elements = dict.fromkeys(name for ones in waits for name in ones)
    missing = _names({name: _any(ones[name] for ones in waits if name in ones) for name in elements})
    failed = _any(
        pl.col(column.name).is_null() & _any(ones.values()).not_() for column, ones in zip(columns, waits, strict=True)
    )
    return pl.struct(
        value=value,
        outcome=_outcome(columns),
        unmet=unmet,
        missing=missing,
        one_point=pl.when(unmet.list.len() == 1).then(unmet.list.first()),
        one_fact=pl.when(value.is_null() & missing.list.len().eq(1) & failed.not_()).then(missing.list.first()),
    )


def _outcome(columns: list[_Column]) -> pl.Expr:
    """The heaviest consequence decides."""
    weights = [_consequence(column.point, pl.col(column.name)) for column in columns] or [
        pl.lit(BY_WEIGHT.index("refer"))
    ]
    return pl.max_horizontal(weights).replace_strict(dict(enumerate(BY_WEIGHT)), return_dtype=pl.String)


def _consequence(point: Point, value: pl.Expr) -> pl.Expr:
    weights = {
        truth: pl.lit(BY_WEIGHT.index(Verdict(point, truth).consequence), pl.Int8()) for truth in (True, False, None)
    }
    return pl.when(value).then(weights[True]).when(value.not_()).then(weights[False]).otherwise(weights[None])


def _names(flags: Mapping[str, pl.Expr]) -> pl.Expr:
    """In each row the names whose flag is true."""
    named = [pl.when(flag).then(pl.lit(name)) for name, flag in flags.items()]
    return pl.concat_list(named).list.drop_nulls() if named else pl.lit([], pl.List(pl.String()))
