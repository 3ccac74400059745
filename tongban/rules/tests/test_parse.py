"""From text to tree and back; whatever the text is, nothing worse happens than a refusal that tells the place."""

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tongban.rules.evaluation import evaluate_tree
from tongban.rules.faults import BadCondition
from tongban.rules.parsing import parse, parse_inferring
from tongban.rules.tests import drawing
from tongban.rules.tests.drawing import TYPES
from tongban.rules.tokens import MAX_SOURCE
from tongban.rules.tree import Binary, Element, Literal, walk
from tongban.rules.wording import write

NEGATIVE_TWICE = "-(-9223372036854775808) - -3 == 3"


@settings(max_examples=400, deadline=None)
@given(drawing.trees)
def test_a_rule_text_round_trips_through_the_tree(tree):
    text = write(tree)
    if len(text) <= MAX_SOURCE:
        assert parse(text, TYPES) == tree
        assert write(parse(text, TYPES)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("( a.x )&&!a.y // why", "a.x && !a.y"),
        ("a.x ? (a.y ? true : false) : a.x ? a.y : false", "a.x ? (a.y ? true : false) : a.x ? a.y : false"),
        ("b.n-(b.m-1)==-3", "b.n - (b.m - 1) == -3"),
        ("'it' + r'\\d' == \"\\u6b63\\x41\\101\\n\"", '"it" + "\\\\d" == "正AA\\n"'),
        ("c.s.size() == 0x1F", "size(c.s) == 31"),
        ("c.s in ['a', 'b',]", 'c.s in ["a", "b"]'),
        ("(c.s + 'x').startsWith('a')", '(c.s + "x").startsWith("a")'),
        (NEGATIVE_TWICE, NEGATIVE_TWICE),
    ],
)
def test_a_text_is_written_as_simply_as_it_can_be(text, written):
    assert write(parse(text, TYPES)) == written


def test_every_node_knows_its_place():
    tree = parse("a.x && b.n == 12", TYPES)
    assert isinstance(tree, Binary) and isinstance(tree.right, Binary)
    assert (tree.at, tree.right.at, tree.right.right.at) == (0, 7, 14)


pieces = st.lists(st.sampled_from([
    "a.x", "b.n", "c.s", "d.on", "'", '"', "\\", "(", ")", "[", "]", ",", "?", ":", "!", "-", "&&", "||", "==", "<", "in", "1", "0x", "1.5",
    "'a'", ".", "size", "months_after", "startsWith", "true", "null", " ", "//", "\n", "é", "\ud800", "{", "@", "9" * 30,
])).map("".join)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(), pieces))
@example("(" * 999)
@example(" " * 900 + "@")
@example("//" + " //" * 300 + "\n@")
@example("!" * 999 + "a")
@example("a.x" + "?a.x" * 200)
@example("-" * 500 + "1 < 2")
@example("[" * 900)
@example("b.n in [" * 100)
@example("'" + "\\" * 998)
def test_no_text_breaks_the_parser(text):
    try:
        tree = parse(text, TYPES)
    except BadCondition as refused:
        assert 0 <= refused.at <= MAX_SOURCE
    else:
        assert parse(write(tree), TYPES) == tree


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), pieces))
def test_no_text_breaks_the_inference(text):
    with suppress(BadCondition):
        evaluate_tree(parse_inferring(text, {"b.n": 1, "c.s": "a"}), {"b.n": 1, "c.s": "a"})


def test_types_are_inferred_from_values_and_use():
    tree = parse_inferring("(x == y) && z > 3 && p.q.startsWith(r) ? b : !c", {"y": 5})
    found = {node.name: node.type for node in _elements(tree)}
    assert found == {
        "x": "integer",
        "y": "integer",
        "z": "integer",
        "p.q": "text",
        "r": "text",
        "b": "boolean",
        "c": "boolean",
    }


def test_what_is_used_as_two_kinds_is_refused():
    with pytest.raises(BadCondition, match="no matching overload"):
        parse_inferring("x > 3 && x == 'a'", {})


def _elements(tree):
    return [node for node in walk(tree) if isinstance(node, Element)]


def test_a_literal_says_its_type():
    assert [Literal(value).type for value in (True, 1, "")] == ["boolean", "integer", "text"]
