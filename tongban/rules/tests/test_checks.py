"""Faults of a rule set that has the right types."""

import pytest
from hypothesis import given, settings

from tongban.rules.checks import find_rule_faults
from tongban.rules.domains import find_domains
from tongban.rules.evaluation import evaluate_tree
from tongban.rules.points import RuleSet
from tongban.rules.tests import drawing
from tongban.rules.tests.factories import point


def told(*points, **options):
    return [fault.text.en for fault in find_rule_faults(RuleSet(points), **options)]


def test_a_good_rule_set_has_no_fault():
    assert told(point("insured.status == 'normal'"), point("fee.fen <= 100", "!filing.duplicate", id="q")) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("filing.start_on >= 'tomorrow'", "'tomorrow' is no day"),
        ("days_between('2026-13-01', filing.end_on) > 3", "'2026-13-01' is no day"),
        ("insured.status == 'nromal'", "'nromal' is none of the element's values"),
        ("insured.status in ['normal', 'ended']", "'ended' is none of the element's values"),
        ("insured.status.matches('(')", "'(' is no pattern"),
        ("fee.fen > 1 / 0", "cannot be computed: INVALID_ARGUMENT"),
        ("fee.fen > 3 && fee.fen < 2", "can never be met"),
        ("fee.fen > 3 || fee.fen < 4", "can never fail to be met"),
        ("filing.start_on < '2026-01-01' && filing.start_on > '2026-01-01'", "can never be met"),
        ("1 < 2", "can never fail to be met"),
    ],
)
def test_what_can_never_be_otherwise_is_told(source, fault):
    assert fault in told(point(source))


def test_the_place_of_a_fault_is_told():
    (fault,) = find_rule_faults(RuleSet((point("fee.fen > 1", "filing.duplicate || insured.status == 'x'"),)))
    assert (fault.point, fault.condition, fault.at) == ("p", 1, len("filing.duplicate || insured.status == "))


def test_points_that_contradict_or_repeat_each_other_are_told():
    adult, child, again = point("fee.fen >= 18"), point("fee.fen < 18", id="q"), point("(fee.fen) >= 18", id="r")
    assert told(adult, child) == ["can never be met together with the point 'p'"]
    assert told(adult, again) == ["says the same as the point 'p'"]


def test_a_point_without_law_and_an_element_without_source_are_told():
    assert told(point("fee.fen > 3", basis=()), sources={"fee.fen": []}) == [
        "no legal basis",
        "the element 'fee.fen' has no source",
    ]


@settings(max_examples=300, deadline=None)
@given(drawing.trees, drawing.full_values)
def test_telling_values_stand_for_all(tree, values):
    domains = find_domains([tree])
    if domains.exact and domains.size <= 500:
        assert evaluate_tree(tree, values) in [evaluate_tree(tree, telling) for telling in domains.every()]
