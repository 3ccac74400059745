"""Why a point came out as it did, in four lines, rendered from the point itself: no hand-written duplicate can disagree with the rule."""

from collections.abc import Callable, Iterable

from tongban.kernel.text import LANGUAGES, Text
from tongban.kernel.workdays import legal_day
from tongban.rules.facts import Fact, Value
from tongban.rules.points import Basis, Point, Truth, Verdict
from tongban.rules.sentences import say_rule

VERDICTS: dict[Truth, Text] = {
    True: Text("符合", "met"),
    False: Text("不符合", "not met"),
    None: Text("尚不能确定", "not yet known"),
}
CONSEQUENCES = {
    "approve": Text("无需补充。", "Nothing more is needed."),
    "correct": Text("请补正：{what}。", "Please correct: {what}."),
    "ask": Text("还需要：{what}。", "Still needed: {what}."),
    "refer": Text("由审核人员核实：{what}。", "An examiner checks: {what}."),
}  # fmt: skip
NO_VALUE = Text("没有读取到信息", "nothing could be read")
UNVERIFIED = Text("（待核实）", " (to be verified)")
WANTED = Text("应满足：{rule}。", "What must hold: {rule}.")
MODES = {
    "all": Text("{rules}", "{rules}"),
    "any": Text("以下之一：{rules}", "one of these: {rules}"),
    "not": Text("以下均不成立：{rules}", "none of these: {rules}"),
    "at_least": Text("以下至少{count}项：{rules}", "at least {count} of these: {rules}"),
}  # fmt: skip
FAULT = Text("（信息无法使用）", " (a value could not be used)")


def explain(verdict: Verdict, language: str, *, say: Callable[[str, Value], Text] | None = None) -> list[str]:
    """Four lines: point and verdict; values read with their sources; law; what would change it and where to object.

    `say` puts the value of an element into words where the caller knows better ones than the point, e.g. names of places.
    Holds the applicant's values: personal data.
    """
    point = verdict.point
    return [
        _sentence(Text("{label}：{verdict}", "{label}: {verdict}"), language, label=point.label, verdict=VERDICTS[verdict.value]),
        _values(verdict, language, say or verdict.point.vocabulary.value),
        _law(point.basis, language),
        _change(verdict, language, say or verdict.point.vocabulary.value),
    ]  # fmt: skip


def say_point(point: Point, *, say: Callable[[str, Value], Text] | None = None) -> Text:
    """What a point wants, in words made from its conditions."""
    rules = [say_rule(condition.tree, point.vocabulary, say=say) for condition in point.conditions]
    if len(rules) == 1 and point.mode != "not":
        return rules[0]
    return Text(*(_moded(point, [rule.in_(language) for rule in rules], language) for language in LANGUAGES))


def _moded(point: Point, rules: list[str], language: str) -> str:
    return MODES[point.mode].in_(language).format(rules=_join(rules, language), count=point.at_least)


def _values(verdict: Verdict, language: str, say: Callable[[str, Value], Text]) -> str:
    point = verdict.point
    parts = [_value(point, fact, language, say) for fact in verdict.read]
    parts += [_no_value(point, name, language) for name in verdict.missing]
    text = _join(parts or [NO_VALUE.in_(language)], language)
    return text + (FAULT.in_(language) if verdict.faults else "")


def _value(point: Point, fact: Fact, language: str, say: Callable[[str, Value], Text]) -> str:
    words = point.vocabulary
    return _sentence(
        Text("{element}＝{value}（{source}，{on}）", "{element} = {value} ({source}, {on})"),
        language,
        element=words.element(fact.element),
        value=say(fact.element, fact.value),
        source=words.source(fact.source),
        on=legal_day(fact.at).isoformat(),
    )


def _no_value(point: Point, name: str, language: str) -> str:
    element = point.vocabulary.element(name)
    return _sentence(Text("{element}：{none}", "{element}: {none}"), language, element=element, none=NO_VALUE)


def _law(basis: Iterable[Basis], language: str) -> str:
    return _join(
        [f"{one.law} {one.article}" + ("" if one.verified else UNVERIFIED.in_(language)) for one in basis], language
    )


def _change(verdict: Verdict, language: str, say: Callable[[str, Value], Text]) -> str:
    point, consequence = verdict.point, verdict.consequence
    if consequence == "approve":
        return CONSEQUENCES["approve"].in_(language)
    if point.change and verdict.value is False:
        first = point.change.in_(language)
    else:
        what = _join(
            [point.vocabulary.element(name).in_(language) for name in verdict.missing or point.reads], language
        )
        first = _sentence(CONSEQUENCES[consequence], language, what=what)
        if verdict.value is False:
            first += " " * (language == "en") + _sentence(WANTED, language, rule=say_point(point, say=say))
    objection = point.objection.in_(language) if point.objection else ""
    return " ".join(part for part in (first, objection) if part)


def _join(parts: Iterable[str], language: str) -> str:
    return ("; " if language == "en" else "；").join(parts)


def _sentence(text: Text, language: str, **words: Text | str) -> str:
    return text.in_(language).format(**{k: v if isinstance(v, str) else v.in_(language) for k, v in words.items()})
