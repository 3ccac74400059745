"""A rule in words, made from its tree."""

import pytest
from hypothesis import given, settings

from tongban.rules.explanation import explain, say_point
from tongban.rules.expression import compile_condition
from tongban.rules.parsing import parse
from tongban.rules.points import Point, RuleSet, evaluate
from tongban.rules.sentences import say_rule
from tongban.rules.tests import drawing
from tongban.rules.tests.factories import ELEMENTS, WORDS, facts, point
from tongban.rules.tree import Element, Literal, walk
from tongban.rules.wording import write


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ("insured.status == 'normal'", "参保状态为正常参保", "Insurance status is insured"),
        ("'normal' != insured.status", "参保状态不为正常参保", "Insurance status is not insured"),
        ("!filing.duplicate", "filing.duplicate：否", "filing.duplicate: no"),
        ("!(fee.fen > 3 && filing.duplicate)", "fee.fen不超过3，或者filing.duplicate：否", "fee.fen is at most 3 or filing.duplicate: no"),
        ("filing.end_on >= months_after(filing.start_on, 6)",
         "filing.end_on不早于filing.start_on之后6个月", "filing.end_on is not before 6 months after filing.start_on"),
        ("insured.status in ['normal', 'x']", "参保状态为以下之一：正常参保、x", "Insurance status is one of: insured, x"),
        ("filing.duplicate && (fee.fen == 0 || fee.fen > 9)",
         "filing.duplicate：是，且（fee.fen为0，或者fee.fen大于9）", "filing.duplicate: yes and (fee.fen is 0 or fee.fen is more than 9)"),
        ("insured.status == ''", "参保状态为空", "Insurance status is empty"),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_both_languages(source, zh, en):
    said = say_rule(parse(source, ELEMENTS), WORDS)
    assert (said.zh, said.en) == (zh, en)


@settings(max_examples=200, deadline=None)
@given(drawing.trees)
def test_every_name_and_value_of_a_rule_is_said(tree):
    for text in (say_rule(tree).zh, say_rule(tree).en):
        for node in walk(tree):
            if isinstance(node, Element):
                assert node.name in text
            if isinstance(node, Literal) and node.type != "boolean":
                assert str(node.value).removeprefix("-") in text


def test_a_point_says_how_its_conditions_are_joined():
    assert (
        say_point(point("fee.fen == 0", "filing.duplicate", mode="any")).en
        == "one of these: fee.fen is 0; filing.duplicate: yes"
    )
    assert say_point(point("filing.duplicate", mode="not")).zh == "以下均不成立：filing.duplicate：是"


def test_a_false_point_without_words_of_its_own_says_its_rule():
    (verdict,) = evaluate(
        RuleSet((point("insured.status == 'normal'", on_false="correct"),)), facts(insured__status="x")
    ).verdicts
    assert explain(verdict, "zh")[3] == "请补正：参保状态。应满足：参保状态为正常参保。"
    assert explain(verdict, "en")[3] == "Please correct: Insurance status. What must hold: Insurance status is insured."


@settings(max_examples=150, deadline=None)
@given(drawing.trees, drawing.values)
def test_the_values_told_are_the_values_read(tree, values):
    asked = Point("p", WORDS.element("p"), (compile_condition(write(tree), elements=drawing.TYPES),), (), WORDS)
    (verdict,) = evaluate(RuleSet((asked,)), facts(**values)).verdicts
    read = {fact.element: fact.value for fact in verdict.read}
    assert read == {name: value for name, value in values.items() if name in asked.reads}
    line = explain(verdict, "en")[1]
    for name, value in read.items():
        assert f"{name} = {WORDS.value(name, value).en} (insurance register, 2026-11-20)" in line
