"""The examples of an item as tables that an official can follow: one for each situation, what is so, what is not met, what comes of it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from tongban.catalogue.definition import Definition
from tongban.catalogue.examples import Example, Result
from tongban.kernel.text import Text
from tongban.rules.explanation import UNVERIFIED, VERDICTS, say_point
from tongban.rules.facts import Value
from tongban.rules.points import Basis, Point, Truth

OUTCOMES = {
    "approve": Text("准予", "granted"),
    "correct": Text("请申请人补正", "to be corrected by the applicant"),
    "ask": Text("补问", "more is asked"),
    "refer": Text("转审核人员", "to an examiner"),
    "": Text("无此情形", "no such situation"),
}
OUTCOME = Text("结果", "Outcome")
ELSEWHERE = Text("问题引向别处", "The questions lead elsewhere")
NO_CASE = Text("不产生办件", "No case")
NOT_KNOWN = Text("没有信息", "nothing is known")


@dataclass(frozen=True, slots=True)
class Said:
    """A fact in words. `raw`: the value is as somebody wrote it, not in a language of the product."""

    element: Text
    value: Text
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """A point that is not met or not known."""

    id: str
    label: Text
    verdict: Truth
    laws: tuple[Text, ...]

    @property
    def said(self) -> Text:
        return VERDICTS[self.verdict]


@dataclass(frozen=True, slots=True)
class Line:
    """One example. `number` counts through the whole item, as the command line counts; `differs` is empty where it comes out as expected."""

    number: int
    title: str
    facts: tuple[Said, ...]
    open: tuple[Open, ...]
    outcome: Text
    expected: Text
    differs: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    label: Text
    sentence: Text
    laws: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ExampleTable:
    """`rules` are the points of the situation in words; `shared` what holds in every line that does not say otherwise."""

    name: Text
    rules: tuple[Rule, ...]
    shared: tuple[Said, ...]
    lines: tuple[Line, ...]


def tabulate(definition: Definition, results: Iterable[Result]) -> list[ExampleTable]:
    """One table for each run of examples of one file and situation, in their order."""
    numbered = list(enumerate(results, start=1))
    runs = groupby(numbered, key=lambda one: (one[1].example.file, one[1].example.situation))
    return [_table(definition, situation, list(lines)) for (_, situation), lines in runs]


def _table(definition: Definition, situation: str, numbered: list[tuple[int, Result]]) -> ExampleTable:
    known = definition.situations.get(situation)
    points = known.rule_set.points if known else ()
    name = known.name if known else Text(situation, situation) if situation else NO_CASE
    return ExampleTable(
        name=name,
        rules=tuple(Rule(point.id, point.label, say_point(point), laws_of(point)) for point in points),
        shared=tuple(_say(definition, _shared(result.example for _, result in numbered))),
        lines=tuple(_line(definition, number, result, points) for number, result in numbered),
    )


def _shared(examples: Iterable[Example]) -> dict[str, Value]:
    """What a line tells only by not telling it: the facts of the file."""
    found: dict[str, Value] = {}
    for example in examples:
        for name, value in example.facts.items():
            if name not in example.otherwise:
                found.setdefault(name, value)
    return found


def _line(definition: Definition, number: int, result: Result, points: Iterable[Point]) -> Line:
    example = result.example
    if example.answer:
        answer = definition.answers.get(example.answer)
        outcome = expected = answer.title if answer else Text(example.answer, example.answer)
    else:
        outcome, expected = OUTCOMES[result.outcome], OUTCOMES[example.outcome]
    found = [Open(one.id, one.label, result.points[one.id], laws_of(one)) for one in points if one.id in result.points]
    return Line(
        number=number,
        title=example.title,
        facts=tuple(_say(definition, example.otherwise)),
        open=tuple(one for one in found if one.verdict is not True),
        outcome=outcome,
        expected=expected,
        differs=tuple(_differences(result, found, outcome, expected)),
    )


def _differences(result: Result, found: Iterable[Open], outcome: Text, expected: Text) -> Iterator[Text]:
    if not result.differs:
        return
    wanted = result.example.points
    for one in found:
        if one.verdict is not wanted.get(one.id, True):
            yield _otherwise(one.label, one.said, VERDICTS[wanted.get(one.id, True)])
    if outcome != expected:
        yield _otherwise(OUTCOME, outcome, expected)
    elif result.outcome == result.example.outcome or result.example.answer:
        yield from (ELSEWHERE for said in result.differs if said.startswith("the questions"))


def _otherwise(what: Text, now: Text, expected: Text) -> Text:
    return Text(f"{what.zh}：{now.zh}，应为{expected.zh}", f"{what.en}: {now.en}, expected: {expected.en}")


def _say(definition: Definition, facts: Mapping[str, Value | None]) -> Iterator[Said]:
    for name, value in facts.items():
        element = definition.elements.get(name)
        label = element.label if element else Text(name, name)
        if value is None:
            yield Said(label, NOT_KNOWN)
        elif isinstance(value, bool):
            yield Said(label, Text("是", "yes") if value else Text("否", "no"))
        elif element and str(value) in element.values:
            yield Said(label, element.values[str(value)])
        else:
            yield Said(label, Text(str(value), str(value)), raw=True)


def laws_of(point: Point) -> tuple[Text, ...]:
    """Law and article under their own names; what nobody has checked says so."""
    return tuple(_law(one) for one in point.basis)


def _law(basis: Basis) -> Text:
    name = f"{basis.law} {basis.article}"
    return Text(name, name) if basis.verified else Text(name + UNVERIFIED.zh, name + UNVERIFIED.en)
