"""The examples that an official reads are what the rules do; together they show every point true, false and unknown."""

from collections import defaultdict
from functools import cache

import pytest

from tongban.catalogue.examples import Example, load_examples, run_example
from tongban.catalogue.layers import LayerUnreadable, list_items, load_document
from tongban.catalogue.reading import read_definition
from tongban.catalogue.tests.factories import KEY, definition
from tongban.kernel.crypto import SUITES

EXAMPLES = [(key, example) for key in list_items() for example in load_examples(key)]


@cache
def defined(key, region):
    return read_definition(load_document(key, region), suite=SUITES[1])


@pytest.mark.parametrize(("key", "example"), EXAMPLES, ids=lambda value: getattr(value, "title", value))
def test_the_example_comes_out_as_written(key, example):
    assert run_example(example, defined(key, example.region)).differs == ()


def test_there_are_enough_to_judge_by():
    assert len(EXAMPLES) >= 30


def test_every_point_is_shown_true_false_and_unknown():
    seen = defaultdict(set)
    for key, example in EXAMPLES:
        for id, verdict in run_example(example, defined(key, example.region)).points.items():
            seen[id].add(verdict)
    points = {point.id for one in definition().situations.values() for point in one.rule_set.points}
    assert {id: seen[id] for id in points if seen[id] != {True, False, None}} == {}


def test_every_situation_and_every_answer_is_reached_by_its_questions():
    reached = {example.situation or example.answer for key, example in EXAMPLES if example.answers}
    there = defined(KEY, "371621")
    assert {*there.situations, *there.answers} == reached


def test_every_outcome_is_shown_and_none_refuses():
    assert {example.outcome for _, example in EXAMPLES if not example.answer} == {"approve", "correct", "ask", "refer"}


def test_no_example_is_told_twice():
    titles = [example.title for _, example in EXAMPLES]
    assert sorted(set(titles)) == sorted(titles)


def test_what_differs_is_said_in_words():
    wrong = Example(
        "x", "错", "371424", {"care": "emergency"}, "", "cancel", {}, {"lock": True, "stray": False}, "approve"
    )
    said = run_example(wrong, definition()).differs
    assert "the questions lead to deemed_filed, cancel expected" in said
    assert "lock: unknown, true expected" in said
    assert "stray: no such point here" in said and "outcome refer, approve expected" in said


def test_a_careless_file_is_refused_with_its_name(tmp_path):
    folder = tmp_path / KEY / "examples"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text("region: x\n")
    with pytest.raises(LayerUnreadable, match=r"a\.yaml"):
        load_examples(KEY, root=tmp_path)
