import pytest

from tongban.rules.expression import MAX_SOURCE, BadCondition, compile_condition
from tongban.rules.tests.factories import ELEMENTS


def compile_(source: str):
    return compile_condition(source, elements=ELEMENTS)


def test_a_condition_knows_what_it_reads():
    condition = compile_('insured.status == "filing.end_on" && days_between(filing.start_on, "2026-01-01") > fee.fen')
    assert condition.reads == ("fee.fen", "filing.start_on", "insured.status")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("insured.status == 3", "no matching overload"),
        ("insured.name == 'x'", "undeclared reference"),
        ("insured.status", "not true or false"),
        ("filing.duplicate && (", "Syntax error"),
        ("days_between(fee.fen, filing.end_on) > 1", "no matching overload"),
        ("[1, 2].all(x, [1, 2].all(y, x < y))", "not allowed"),
        ("dyn(fee.fen) == 'x'", "not allowed"),
        ("!" * MAX_SOURCE + "filing.duplicate", "longer than"),
    ],
)
def test_a_mistake_is_found_when_the_rule_is_saved(source, reason):
    with pytest.raises(BadCondition, match=reason):
        compile_(source)


def test_an_element_name_is_a_dotted_word():
    with pytest.raises(BadCondition, match="not an element name"):
        compile_condition("Insured == 'x'", elements={"Insured": "text"})


def test_the_reason_is_told_in_both_languages():
    with pytest.raises(BadCondition) as refused:
        compile_("insured.status == 3")
    assert "无法使用" in refused.value.sentence("zh")
    assert "cannot be used" in refused.value.sentence("en")
