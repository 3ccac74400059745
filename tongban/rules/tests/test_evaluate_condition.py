"""Three values: what is missing is unknown, what is broken is unknown, and neither is ever false or an exception."""

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.rules.expression import compile_condition, days_between, months_after
from tongban.rules.tests.factories import ELEMENTS

TYPES = {"a.x": "boolean", "a.y": "boolean", "b.n": "integer", "b.m": "integer", "c.s": "text", "c.on": "date"}


def finding(source: str, **values):
    named = {name.replace("__", "."): value for name, value in values.items()}
    return compile_condition(source, elements=ELEMENTS).examine(named)


def test_missing_is_unknown():
    result = finding("insured.status == 'normal' && fee.fen == 0", fee__fen=0)
    assert (result.value, result.missing, result.fault) == (None, ("insured.status",), "")


def test_a_known_false_settles_a_conjunction():
    assert finding("insured.status == 'normal' && fee.fen == 0", fee__fen=1).value is False
    assert finding("insured.status == 'normal' || fee.fen == 0", fee__fen=0).value is True


@pytest.mark.parametrize("source", ["10 / fee.fen > 1", "fee.fen + 9223372036854775807 > 0 && fee.fen / fee.fen == 1"])
def test_a_computation_that_fails_is_unknown_with_its_reason(source):
    result = finding(source, fee__fen=0)
    assert result.value is None
    assert result.fault == "INVALID_ARGUMENT"
    assert result.missing == ()


@pytest.mark.parametrize("value", ["2026-13-01", "20261120", "tomorrow", "", 5, True])
def test_a_value_of_the_wrong_type_is_not_known(value):
    assert finding("filing.start_on >= '2026-01-01'", filing__start_on=value).missing == ("filing.start_on",)


@pytest.mark.parametrize("value", [2**60, True, "1", None, 1.5])
def test_a_number_out_of_range_is_not_known(value):
    assert finding("fee.fen > 0", fee__fen=value).value is None


def test_a_date_function_says_nothing_of_the_value_that_broke_it():
    result = finding(
        "days_between(insured.status, filing.end_on) > 0", insured__status="罗某", filing__end_on="2026-01-01"
    )
    assert (result.value, result.fault) == (None, "OUT_OF_RANGE")


def test_months_end_on_the_last_day_that_exists():
    assert months_after("2026-08-31", 6) == "2027-02-28"
    assert months_after("2024-02-29", -12) == "2023-02-28"
    assert days_between("2026-02-28", "2026-03-01") == 1


# Random expressions with their own meaning: (source, values → True, False or None).


def _compare(operator, name, literal):
    def meaning(values):
        return None if name not in values else OPERATORS[operator](values[name], literal)

    text = f'"{literal}"' if isinstance(literal, str) else str(literal)
    return f"{name} {operator} {text}", meaning


OPERATORS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
}
operators = st.sampled_from(sorted(OPERATORS))
integers = st.integers(-3, 3)
texts = st.sampled_from(["", "正常", "normal", "2026-11-20"])
leaves = st.one_of(
    st.builds(_compare, operators, st.sampled_from(["b.n", "b.m"]), integers),
    st.builds(_compare, operators, st.just("c.s"), texts),
    st.builds(_compare, operators, st.just("c.on"), st.sampled_from(["2026-01-31", "2027-01-01"])),
    st.sampled_from(["a.x", "a.y"]).map(lambda name: (name, lambda values, name=name: values.get(name))),
)


def _not(inner):
    source, meaning = inner
    return f"!({source})", lambda values: None if meaning(values) is None else not meaning(values)


def _and(left, right):
    def meaning(values):
        both = (left[1](values), right[1](values))
        return False if False in both else (None if None in both else True)

    return f"({left[0]}) && ({right[0]})", meaning


def _or(left, right):
    _, meaning = _not(_and(_not(left), _not(right)))
    return f"({left[0]}) || ({right[0]})", meaning


expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(st.builds(_not, inner), st.builds(_and, inner, inner), st.builds(_or, inner, inner)),
    max_leaves=6,
)
full_values = st.fixed_dictionaries(
    {
        "a.x": st.booleans(),
        "a.y": st.booleans(),
        "b.n": integers,
        "b.m": integers,
        "c.s": texts,
        "c.on": st.dates().map(str),
    }
)


def _nested(values):
    nested: dict = {}
    for name, value in values.items():
        head, tail = name.split(".")
        nested.setdefault(head, {})[tail] = value
    return nested


@settings(max_examples=150, deadline=None)
@given(expressions, full_values)
def test_two_implementations_agree_on_known_values(expression, values):
    source, meaning = expression
    ours = compile_condition(source, elements=TYPES).evaluate(values)
    assert ours is cel.evaluate(source, _nested(values)) is meaning(values)


@settings(max_examples=150, deadline=None)
@given(expressions, full_values, st.sets(st.sampled_from(sorted(TYPES))))
def test_partial_knowledge_follows_kleene(expression, values, hidden):
    source, meaning = expression
    known = {name: value for name, value in values.items() if name not in hidden}
    assert compile_condition(source, elements=TYPES).evaluate(known) is meaning(known)


@settings(max_examples=150, deadline=None)
@given(expressions, full_values, st.sets(st.sampled_from(sorted(TYPES))))
def test_more_knowledge_never_turns_a_known_verdict(expression, values, hidden):
    condition = compile_condition(expression[0], elements=TYPES)
    before = condition.evaluate({name: value for name, value in values.items() if name not in hidden})
    assert before in (None, condition.evaluate(values))


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just("\ud800"), st.lists(st.text())
)
RISKY = "(10 / b.n > 1 || c.s.startsWith('a')) && (days_between(c.on, c.s) > b.m ? a.x : months_after(c.s, b.n) < c.on)"


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(TYPES)), anything))
def test_no_value_makes_an_evaluation_raise(values):
    assert compile_condition(RISKY, elements=TYPES).evaluate(values) in (True, False, None)
