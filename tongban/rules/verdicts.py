"""Points and rule sets on columns: what `points.evaluate` says of one case, said of every row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.rules.column_gaps import keeps_open
from tongban.rules.columns import Engine, all_of, any_of, to_expression
from tongban.rules.facts import ElementType
from tongban.rules.points import BY_WEIGHT, Outcome, Point, RuleSet, Verdict
from tongban.rules.tree import Node
from tongban.rules.world import World

E = TypeVar("E")
FIELDS = ("value", "outcome", "unmet", "missing", "one_point", "one_fact")


class TypesDiffer(Refused):
    """Two rule sets know an element of one name by two types; no column could be both."""

    status = 422
    text = Text("要素“{name}”在各规则集中的类型不同。", "The rule sets know the element {name} by different types.")
    advice = Text("请分别匹配这些规则集。", "Match these rule sets one at a time.")


def types_of(rule_sets: Mapping[str, RuleSet]) -> dict[str, ElementType]:
    """What all of them read. Refuses `TypesDiffer`."""
    types: dict[str, ElementType] = {}
    for rules in rule_sets.values():
        for name, type in rules.types.items():
            if types.setdefault(name, type) != type:
                raise TypesDiffer(name=name)
    return types


def is_met(rules: RuleSet, engine: Engine[E], world: World) -> E:
    """True where all points are met, false where one is not, else null; without points null."""
    found = [
        _join(point, engine, [to_expression(one.tree, engine, world=world) for one in point.conditions])
        for point in rules.points
    ]
    return _all_met(found, engine)


def _all_met(columns: list[E], engine: Engine[E]) -> E:
    return all_of(engine, columns) if columns else engine.value(None, "boolean")


def _join(point: Point, engine: Engine[E], columns: list[E]) -> E:
    """`points.join` on columns."""
    match point.mode:
        case "all":
            return all_of(engine, columns)
        case "any":
            return any_of(engine, columns)
        case "not":
            return engine.negated(any_of(engine, columns))
        case "at_least":
            return _at_least(point.at_least, engine, columns)


def _at_least(needed: int, engine: Engine[E], columns: list[E]) -> E:
    enough = engine.value(needed, "integer")
    known, possible = (_how_many(engine, [engine.filled(one, so) for one in columns]) for so in (False, True))
    return engine.choose([
        (engine.compare(">=", known, enough), engine.value(True, "boolean")),
        (engine.compare("<", possible, enough), engine.value(False, "boolean")),
    ])  # fmt: skip


def _how_many(engine: Engine[E], flags: Iterable[E]) -> E:
    none, one = engine.value(0, "integer"), engine.value(1, "integer")
    total = none
    for flag in flags:
        total = engine.count("+", total, engine.choose([(flag, one), (engine.negated(flag), none)]), bounded=True)
    return total


def conditions(rule_sets: Mapping[str, RuleSet], engine: Engine[E], world: World) -> dict[str, E]:
    """Each condition once, however many points have it, by names that no element has. Over columns that fit."""
    return {name: to_expression(tree, engine, world=world) for tree, name in _named_conditions(rule_sets).items()}


def points(rule_sets: Mapping[str, RuleSet], engine: Engine[E], world: World) -> dict[str, E]:
    """Each point of each rule set, over rows to which `conditions` were added."""
    columns = [column for found in _columns(rule_sets, engine, world).values() for column in found]
    return {column.name: column.joined() for column in columns}


def findings(rule_sets: Mapping[str, RuleSet], engine: Engine[E], world: World) -> dict[str, "Finding[E]"]:
    """Of each rule set, over rows to which `conditions` and `points` were added."""
    return {key: _finding(columns, engine) for key, columns in _columns(rule_sets, engine, world).items()}


@dataclass(frozen=True, slots=True)
class Finding(Generic[E]):
    """`value` as in `is_met`. `unmet`: point → is it false or unknown? `missing`: element → does it keep a point open? `failed`: a point is
    unknown for another reason than a missing element."""

    value: E
    outcome: E
    unmet: Mapping[str, E]
    missing: Mapping[str, E]
    failed: E


@dataclass(frozen=True, slots=True)
class _Column(Generic[E]):
    """A point whose conditions, and then itself, are columns of these names."""

    point: Point
    name: str
    conditions: Mapping[Node, str]
    engine: Engine[E]
    world: World

    def joined(self) -> E:
        columns = [self.engine.column(self.conditions[condition.tree]) for condition in self.point.conditions]
        return _join(self.point, self.engine, columns)

    @property
    def value(self) -> E:
        return self.engine.column(self.name)

    @property
    def is_open(self) -> E:
        return self.engine.is_null(self.value)

    def waits(self) -> dict[str, E]:
        """Element → does it keep this point open?"""
        found: dict[str, list[E]] = {}
        for condition in self.point.conditions:
            undecided = self.engine.is_null(self.engine.column(self.conditions[condition.tree]))
            is_open = self.engine.both(self.is_open, undecided)
            for name, waits in keeps_open(condition.tree, self.engine, world=self.world).items():
                found.setdefault(name, []).append(self.engine.both(is_open, waits))
        return {name: any_of(self.engine, each) for name, each in found.items()}


def _named_conditions(rule_sets: Mapping[str, RuleSet]) -> dict[Node, str]:
    trees = [one.tree for rules in rule_sets.values() for point in rules.points for one in point.conditions]
    return {tree: f"#{number}" for number, tree in enumerate(dict.fromkeys(trees))}


def _columns(rule_sets: Mapping[str, RuleSet], engine: Engine[E], world: World) -> dict[str, list[_Column[E]]]:
    named = _named_conditions(rule_sets)
    return {
        key: [_Column(point, f"{key}@{n}", named, engine, world) for n, point in enumerate(rules.points)]
        for key, rules in rule_sets.items()
    }


def _finding(columns: list[_Column[E]], engine: Engine[E]) -> Finding[E]:
    waits = [column.waits() for column in columns]
    elements = dict.fromkeys(name for ones in waits for name in ones)
    failed = [
        engine.both(column.is_open, engine.negated(any_of(engine, ones.values())))
        for column, ones in zip(columns, waits, strict=True)
    ]
    return Finding(
        value=_all_met([column.value for column in columns], engine),
        outcome=_outcome(columns, engine),
        unmet={column.point.id: engine.negated(engine.filled(column.value, False)) for column in columns},
        missing={name: any_of(engine, [ones[name] for ones in waits if name in ones]) for name in elements},
        failed=any_of(engine, failed),
    )


def _outcome(columns: list[_Column[E]], engine: Engine[E]) -> E:
    """The heaviest consequence decides."""
    if not columns:
        return engine.value("refer", "text")
    heaviest_first = reversed(BY_WEIGHT[1:])
    cases = [(any_of(engine, _leading_to(outcome, columns, engine)), outcome) for outcome in heaviest_first]
    always = (engine.value(True, "boolean"), BY_WEIGHT[0])
    return engine.choose([(test, engine.value(outcome, "text")) for test, outcome in (*cases, always)])


def _leading_to(outcome: Outcome, columns: list[_Column[E]], engine: Engine[E]) -> Iterator[E]:
    """In which rows does a point have this consequence?"""
    for column in columns:
        if Verdict(column.point, False).consequence == outcome:
            yield engine.negated(engine.filled(column.value, True))
        if Verdict(column.point, None).consequence == outcome:
            yield column.is_open
