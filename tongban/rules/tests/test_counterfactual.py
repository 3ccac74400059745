"""What would turn a point: the smallest change, tried before it is told."""

from hypothesis import given, settings

from tongban.rules.points import RuleSet, evaluate
from tongban.rules.questions import counterfactual
from tongban.rules.tests.factories import facts, point
from tongban.rules.tests.test_partial import known_of_small, points


def test_the_one_value_that_is_wrong_is_named():
    asked = point("insured.status == 'normal'", "!filing.duplicate")
    assert counterfactual(asked, facts(insured__status="ended", filing__duplicate=False)) == (
        {"insured.status": "normal"},
    )


def test_of_ordered_values_the_nearest_is_named():
    asked = point("fee.fen >= 100 && fee.fen <= 500")
    assert counterfactual(asked, facts(fee__fen=900)) == ({"fee.fen": 500},)
    assert counterfactual(asked, facts(fee__fen=7)) == ({"fee.fen": 100},)


def test_a_day_that_hangs_on_another_is_found():
    asked = point("filing.end_on >= months_after('2026-11-20', 6)")
    assert counterfactual(asked, facts(filing__end_on="2027-01-01")) == ({"filing.end_on": "2027-05-20"},)


def test_what_is_fixed_is_left_alone():
    asked = point("insured.status == 'normal' || fee.fen == 0")
    both = counterfactual(asked, facts(insured__status="ended", fee__fen=1))
    assert both == ({"insured.status": "normal"}, {"fee.fen": 0})
    assert counterfactual(asked, facts(insured__status="ended", fee__fen=1), fixed=frozenset({"fee.fen"})) == both[:1]


def test_what_nothing_can_turn_has_no_change():
    assert counterfactual(point("1 > 2 && filing.duplicate"), {}) == ()


@settings(max_examples=150, deadline=None)
@given(points, known_of_small)
def test_every_change_told_turns_the_point(asked, known):
    for change in counterfactual(asked, facts(**known)):
        assert evaluate(RuleSet((asked,)), facts(**known | change)).verdicts[0].value is True
