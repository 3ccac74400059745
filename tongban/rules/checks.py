"""What is wrong with a rule set although every condition has the right types. Nothing here is a guess: what is told is so for all values."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from tongban.kernel.text import Text
from tongban.rules.domains import find_domains
from tongban.rules.evaluation import Open, evaluate_tree
from tongban.rules.facts import Value, Vocabulary, fits
from tongban.rules.functions import Fault
from tongban.rules.patterns import matches
from tongban.rules.points import Point, RuleSet
from tongban.rules.tree import (
    COMPARISON,
    FUNCTIONS,
    Binary,
    Call,
    Element,
    InList,
    Literal,
    Node,
    children,
    elements_in,
    walk,
)

MAX_TRIED = 5000
NO_BASIS = Text("没有法律依据", "no legal basis")
NO_SOURCE = Text("要素“{it}”没有来源", "the element '{it}' has no source")
TOO_FEW = Text("条件少于要求的数目", "fewer conditions than are wanted")
NOT_A_DAY = Text("“{it}”不是日期", "'{it}' is no day")
NOT_A_VALUE = Text("“{it}”不是该要素的取值", "'{it}' is none of the element's values")
NOT_A_PATTERN = Text("格式“{it}”不正确", "'{it}' is no pattern")
FAILS = Text("无法计算：{it}", "cannot be computed: {it}")
NEVER_TRUE = Text("永远不会符合", "can never be met")
NEVER_FALSE = Text("永远不会不符合", "can never fail to be met")
TWICE = Text("与要点“{it}”相同", "says the same as the point '{it}'")
CONTRADICTS = Text("不能与要点“{it}”同时符合", "can never be met together with the point '{it}'")


@dataclass(frozen=True, slots=True)
class RuleFault:
    """`condition` is its number in the point, None for the point as a whole; `at` the place in its source."""

    point: str
    text: Text
    condition: int | None = None
    at: int = 0


def find_rule_faults(rule_set: RuleSet, *, sources: Mapping[str, Collection[str]] | None = None) -> list[RuleFault]:
    """Every fault, by point. `sources` by element; without them it is not asked where facts come from."""
    faults = [fault for point in rule_set.points for fault in _of_point(point, sources)]
    return faults + [fault for a, b in combinations(rule_set.points, 2) for fault in _of_two(a, b)]


def _of_point(point: Point, sources: Mapping[str, Collection[str]] | None) -> Iterator[RuleFault]:
    if not point.basis:
        yield RuleFault(point.id, NO_BASIS)
    if point.mode == "at_least" and point.at_least > len(point.conditions):
        yield RuleFault(point.id, TOO_FEW)
    for name in point.reads if sources is not None else ():
        if not (sources or {}).get(name):
            yield RuleFault(point.id, _fill(NO_SOURCE, name))
    written = [fault for number, one in enumerate(point.conditions) for fault in _written(point, number, one.tree)]
    yield from written
    if not written:
        yield from _constant(point)


def _written(point: Point, number: int, tree: Node) -> Iterator[RuleFault]:
    """Values written in the rule that can never be what they are compared with."""
    for node in walk(tree):
        for text, at in _of_node(node, point.vocabulary):
            yield RuleFault(point.id, text, number, at)


def _of_node(node: Node, words: Vocabulary) -> Iterator[tuple[Text, int]]:
    if isinstance(node, InList) or (isinstance(node, Binary) and node.operator in COMPARISON):
        yield from _held_against(node, words)
    if isinstance(node, Call):
        for one, type in zip(node.arguments, FUNCTIONS[node.function].takes, strict=True):
            if isinstance(one, Literal) and type == "date" and not fits(one.value, "date"):
                yield _fill(NOT_A_DAY, one.value), one.at
        if node.function == "matches" and isinstance(one := node.arguments[1], Literal) and not _is_pattern(one.value):
            yield _fill(NOT_A_PATTERN, one.value), one.at
    elif children(node) and not elements_in(node):
        outcome = evaluate_tree(node, {})
        if isinstance(outcome, Open):
            yield _fill(FAILS, outcome.fault), node.at


def _held_against(node: Node, words: Vocabulary) -> Iterator[tuple[Text, int]]:
    ones = children(node)
    for element in (one for one in ones if isinstance(one, Element)):
        values = words.values.get(element.name)
        for one in (one for one in ones if isinstance(one, Literal)):
            if element.type == "date" and not fits(one.value, "date"):
                yield _fill(NOT_A_DAY, one.value), one.at
            elif values and str(one.value) not in values:
                yield _fill(NOT_A_VALUE, one.value), one.at


def _is_pattern(value: Value) -> bool:
    try:
        matches("", str(value))
    except (ValueError, Fault):
        return False
    return True


def _constant(point: Point) -> Iterator[RuleFault]:
    verdicts = _verdicts((point,))
    if verdicts == {(False,)}:
        yield RuleFault(point.id, NEVER_TRUE)
    if verdicts == {(True,)}:
        yield RuleFault(point.id, NEVER_FALSE)


def _of_two(a: Point, b: Point) -> Iterator[RuleFault]:
    if _said(a) == _said(b):
        yield RuleFault(b.id, _fill(TWICE, a.id))
    elif set(a.reads) & set(b.reads):
        verdicts = _verdicts((a, b))
        possible = any(first for first, _ in verdicts) and any(second for _, second in verdicts)
        if possible and (True, True) not in verdicts:
            yield RuleFault(b.id, _fill(CONTRADICTS, a.id))


def _said(point: Point) -> tuple[object, ...]:
    return (point.mode, point.at_least, {condition.tree for condition in point.conditions})


def _verdicts(points: tuple[Point, ...]) -> set[tuple[bool | None, ...]]:
    """Every way in which the points can come out together; empty where that cannot be tried out."""
    domains = find_domains(condition.tree for point in points for condition in point.conditions)
    if not domains.exact or domains.size > MAX_TRIED:
        return set()
    return {tuple(point.decide(values) for point in points) for values in domains.every()}


def _fill(text: Text, it: object) -> Text:
    return Text(text.zh.format(it=it), text.en.format(it=it))
