"""Rule sets over a frame: each row gets what `evaluate` says of that one case."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.text import Text
from tongban.rules.expression import compile_condition
from tongban.rules.facts import Fact
from tongban.rules.points import Point, RuleSet, evaluate
from tongban.rules.population import FIELDS, TypesDiffer, decide, match
from tongban.rules.tests import drawing
from tongban.rules.tests.factories import AT, WORDS, point
from tongban.rules.wording import write

STORED = {"text": pl.String, "date": pl.String, "integer": pl.Int64, "boolean": pl.Boolean}
PEOPLE = pl.DataFrame(
    {
        "insured.status": ["normal", "ended", None, "normal", None],
        "fee.fen": [100, 100, 100, None, None],
        "filing.duplicate": [False, False, False, False, True],
    }
)
RULES = RuleSet(
    (
        point("insured.status == 'normal'", id="insured", on_unknown="ask"),
        point("fee.fen <= 200", "fee.fen >= 0", id="fee", on_unknown="ask"),
        point("!filing.duplicate", id="once", on_false="correct"),
    )
)


def matched(rules: RuleSet, frame: pl.DataFrame) -> list[dict]:
    return match({"r": rules}, frame)["r"].to_list()


def test_who_meets_it_who_does_not_and_who_is_not_known():
    found = matched(RULES, PEOPLE)
    assert [row["value"] for row in found] == [True, False, None, None, False]
    assert [row["outcome"] for row in found] == ["approve", "refer", "ask", "ask", "ask"]


def test_what_is_unmet_and_what_is_missing_is_named():
    found = matched(RULES, PEOPLE)
    assert [row["unmet"] for row in found] == [[], ["insured"], ["insured"], ["fee"], ["insured", "fee", "once"]]
    assert [row["missing"] for row in found] == [[], [], ["insured.status"], ["fee.fen"], ["insured.status", "fee.fen"]]


def test_near_misses_are_one_point_or_one_fact_short():
    found = matched(RULES, PEOPLE)
    assert [row["one_point"] for row in found] == [None, "insured", "insured", "fee", None]
    assert [row["one_fact"] for row in found] == [None, None, "insured.status", "fee.fen", None]


def test_a_fact_is_not_enough_where_another_point_failed_to_compute():
    rules = RuleSet((point("insured.status == 'normal'"), point("fee.fen / 0 > 1", id="q")))
    (row,) = matched(rules, PEOPLE[2:3])
    assert (row["missing"], row["one_fact"], row["unmet"]) == (["insured.status"], None, ["p", "q"])


def test_several_rule_sets_are_decided_side_by_side():
    found = decide({"a": RULES, "b": RuleSet((point("fee.fen > 0"),)), "nobody": RuleSet(())}, PEOPLE)
    assert found["b"].to_list() == [True, True, True, None, None]
    assert found["nobody"].to_list() == [None] * 5
    assert found.height == 5


def test_a_rule_set_without_points_approves_nobody():
    (row, *_) = matched(RuleSet(()), PEOPLE)
    assert row == dict(zip(FIELDS, (None, "refer", [], [], None, None), strict=True))


def test_an_empty_population_has_no_verdicts():
    assert matched(RULES, PEOPLE.clear()) == []


def test_an_element_that_nobody_has_is_missing_everywhere():
    found = matched(RuleSet((point("filing.start_on > '2026-01-01'"),)), PEOPLE)
    assert [row["one_fact"] for row in found] == ["filing.start_on"] * 5


def test_one_name_cannot_have_two_types():
    other = Point("p", Text("", ""), (compile_condition("fee.fen", elements={"fee.fen": "boolean"}),), (), WORDS)
    with pytest.raises(TypesDiffer):
        decide({"a": RULES, "b": RuleSet((other,))}, PEOPLE)


@st.composite
def rule_sets(draw) -> RuleSet:
    points = []
    for number in range(draw(st.integers(0, 3))):
        trees = draw(st.lists(drawing.trees, max_size=3))
        conditions = tuple(compile_condition(write(tree), elements=drawing.TYPES) for tree in trees)
        how = draw(
            st.fixed_dictionaries({
                "mode": st.sampled_from(["all", "any", "not", "at_least"]), "at_least": st.integers(0, 3),
                "on_false": st.sampled_from(["correct", "demand", "refer"]), "on_unknown": st.sampled_from(["ask", "refer"]),
            })
        )  # fmt: skip
        points.append(Point(str(number), Text("", ""), conditions, (), WORDS, **how))
    return RuleSet(tuple(points))


@settings(max_examples=60, deadline=None)
@given(rule_sets(), st.lists(drawing.values, min_size=1, max_size=6))
def test_each_row_is_what_one_case_is(rules, cases):
    frame = pl.DataFrame(
        {
            name: pl.Series([case.get(name) for case in cases], dtype=STORED[type])
            for name, type in drawing.TYPES.items()
        }
    )
    for row, case in zip(matched(rules, frame), cases, strict=True):
        assessment = evaluate(rules, {name: Fact(name, value, "declared", AT) for name, value in case.items()})
        assert row["outcome"] == assessment.outcome
        assert row["unmet"] == [verdict.point.id for verdict in assessment.open]
        assert set(row["missing"]) == set(assessment.ask)
        assert len(row["missing"]) == len(assessment.ask)
