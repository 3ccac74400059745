"""One line in, one line out: a value, what is unknown, or what is wrong."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.rules.batches import answer, answer_line
from tongban.rules.tests import drawing
from tongban.rules.tests.second import evaluate_with_google
from tongban.rules.wording import write


def ask(expr, **request):
    return answer_line(json.dumps({"expr": expr, **request}).encode())


@pytest.mark.parametrize(
    ("expr", "facts", "expected"),
    [
        ("a.x && b > 3", {"a.x": True, "b": 5}, {"value": True}),
        ("a.x && b > 3", {"a": {"x": True}, "b": 1}, {"value": False}),
        ("a.x && b > 3", {"a.x": False}, {"value": False}),
        ("b > 3 && a.x && c", {"c": True}, {"unknown": ["a.x", "b"]}),
        ("a || b", {"a": None, "b": False}, {"unknown": ["a"]}),
        ("(a && false) || b", {}, {"unknown": ["b"]}),
        ("a + 1", {"a": 2}, {"value": 3}),
        ("'正' + a", {"a": "x"}, {"value": "正x"}),
        ("a == b", {}, {"unknown": ["a", "b"]}),
        ("is_in(r, '370000')", {"r": "370115"}, {"value": True}),
    ],
)
def test_a_line_is_answered(expr, facts, expected):
    assert ask(expr, facts=facts) == expected


@pytest.mark.parametrize(
    "expr", ["a &&", "f(a)", "1 / 0 > 1", "a > 'x' && a > 1", "[1, 2]", "9223372036854775807 + 1 > 0", ""]
)
def test_a_mistake_is_told(expr):
    assert set(ask(expr, facts={})) <= {"error", "at"}


@pytest.mark.parametrize("value", [1.5, [1], 2**63, "\ud800"])
def test_a_value_that_no_rule_can_read_is_told_but_not_shown(value):
    assert ask("a == b", facts={"a": value}) == {"error": "a is no text, whole number of 64 bits, or boolean"}


@pytest.mark.parametrize(
    "line", [b"", b"nonsense", b"[1]", b"{}", b'{"expr": 1}', b'{"expr": "a", "facts": []}', b"\xff", b"[" * 9999]
)
def test_a_line_that_is_no_request_is_told(line):
    assert set(answer_line(line)) == {"error"}


@pytest.mark.parametrize("depth", [900, 5000])
def test_deeply_nested_facts_break_nothing(depth):
    line = b'{"expr": "a", "facts": ' + b'{"a":' * depth + b"1" + b"}" * (depth + 1)
    assert answer_line(line) in ({"unknown": ["a"]}, {"error": "nested too deeply"})


def test_with_a_vocabulary_a_value_that_does_not_fit_is_unknown():
    elements = {"on": "date", "by": "date"}
    assert ask("on < by", elements=elements, facts={"on": "2026-01-01", "by": "soon"}) == {"unknown": ["by"]}
    assert "error" in ask("on < by", elements={"on": "float"})


@settings(max_examples=200, deadline=None)
@given(drawing.trees, drawing.values)
def test_inferred_types_give_what_a_second_implementation_gives(tree, values):
    theirs = evaluate_with_google(write(tree), values)
    ours = answer(write(tree), values) if len(write(tree)) <= 1000 else {}
    assert ours.get("value") is theirs


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(), st.text().map(lambda text: json.dumps({"expr": text, "facts": {"a": 1}}).encode())))
def test_no_line_goes_unanswered(line):
    assert set(answer_line(line)) <= {"value", "unknown", "error", "at"}
