"""A rule tried on an example while it is being written: what each condition says, what the point, and what the whole case. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.catalogue import examples
from tongban.catalogue.definition import Definition
from tongban.catalogue.example_tables import OUTCOMES, Line, tabulate
from tongban.catalogue.examples import Example
from tongban.kernel.text import Text
from tongban.rules.explanation import explain, say_point
from tongban.rules.points import Point, Truth, evaluate, known_values
from tongban.rules.sentences import say_rule
from tongban.rules.world import NO_WORLD


@dataclass(frozen=True, slots=True)
class ConditionTried:
    source: str
    sentence: Text
    value: Truth


@dataclass(frozen=True, slots=True)
class Trial:
    """`lines` explain the point in four lines, the first is the point with its verdict; `as_expected` is about the outcome of the case."""

    conditions: tuple[ConditionTried, ...]
    verdict: Truth
    sentence: Text
    lines: tuple[Text, ...]
    outcome: Text
    expected: Text

    @property
    def as_expected(self) -> bool:
        return self.outcome == self.expected


def list_numbered(definition: Definition) -> list[tuple[int, Example]]:
    """The examples of this item for its region, by the numbers that people know them by."""
    return list(enumerate(examples.list_examples(definition.key, definition.region), start=1))


def list_fitting(definition: Definition, point: str) -> list[tuple[int, Example]]:
    """Those of a situation that uses the point."""
    uses = {one.id for one in definition.situations.values() if _find(one.rule_set.points, point)}
    return [(number, example) for number, example in list_numbered(definition) if example.situation in uses]


def try_example(definition: Definition, example: Example, point: str) -> Trial:
    """The example must be one of a situation that uses the point."""
    rule_set = definition.rule_set(example.situation)
    facts = examples.facts_of(example, definition)
    values = known_values(rule_set, facts)
    assessment = evaluate(rule_set, facts)
    verdict = next(one for one in assessment.verdicts if one.point.id == point)
    zh, en = explain(verdict, "zh"), explain(verdict, "en")
    return Trial(
        conditions=tuple(
            ConditionTried(one.source, say_rule(one.tree, verdict.point.vocabulary), one.find(values, NO_WORLD).value)
            for one in verdict.point.conditions
        ),
        verdict=verdict.value,
        sentence=say_point(verdict.point),
        lines=tuple(Text(*pair) for pair in zip(zh, en, strict=True)),
        outcome=OUTCOMES[assessment.outcome],
        expected=OUTCOMES[example.outcome],
    )


def run_examples(definition: Definition) -> list[Line]:
    """Every example, with what came of it."""
    results = [examples.run_example(example, definition) for _, example in list_numbered(definition)]
    return [line for table in tabulate(definition, results) for line in table.lines]


def _find(points: Iterable[Point], id: str) -> Point | None:
    return next((point for point in points if point.id == id), None)
