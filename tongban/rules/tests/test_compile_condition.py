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
        ("[1, 2].all(x, [1, 2].all(y, x < y))", "only behind 'in'"),
        ("insured.status.exists(x, x == 'a')", "not allowed"),
        ("fee.fen > 1.5", "only whole numbers"),
        ("fee.fen > 9223372036854775808", "64 bits"),
        ("insured.status == 'a\\q'", "an escape"),
        ("insured.status == 'a", "means nothing"),
        ("package.x == 1", "reserved"),
        ("fee.fen == 1 fee.fen", "not expected"),
        ("(" * 50 + "true" + ")" * 50, "nested too deeply"),
        ("filing.duplicate" + "&&true" * 150, "nested too deeply"),
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


def test_the_place_of_a_mistake_is_told():
    with pytest.raises(BadCondition) as refused:
        compile_("filing.duplicate && fee.fen == 'x'")
    assert refused.value.at == len("filing.duplicate && ")
    assert "第21个字符" in refused.value.sentence("zh")
