import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import strictjson
from tongban.rules.points import RuleSet, evaluate, facts_from_json
from tongban.rules.tests.factories import facts, point

NORMAL = "insured.status == 'normal'"
FREE = "fee.fen == 0"
ONCE = "!filing.duplicate"
GOOD = {"insured__status": "normal", "fee__fen": 0, "filing__duplicate": False}


def outcome(*points, **values):
    return evaluate(RuleSet(points), facts(**values)).outcome


def test_every_point_true_approves():
    assert outcome(point(NORMAL), point(FREE, ONCE), **GOOD) == "approve"


def test_no_points_approve_nothing():
    assert outcome() == "refer"


def test_a_false_point_refers_or_corrects_and_never_refuses():
    assert outcome(point(NORMAL), insured__status="ended") == "refer"
    assert outcome(point(NORMAL, on_false="correct"), insured__status="ended") == "correct"
    assert outcome(point(NORMAL, on_false="demand"), insured__status="ended") == "correct"


def test_an_unknown_point_refers_or_asks():
    assert outcome(point(NORMAL)) == "refer"
    assert outcome(point(NORMAL, on_unknown="ask")) == "ask"


def test_one_list_a_correction_waits_for_what_a_person_must_see():
    corrects, refers = point(FREE, on_false="correct"), point(NORMAL)
    assert outcome(corrects, refers, fee__fen=1) == "refer"
    assert outcome(corrects, point(NORMAL, on_unknown="ask"), fee__fen=1) == "ask"


def test_what_is_still_needed_is_named_once():
    open_ = point(NORMAL, FREE, on_false="correct", correct=("filing.start_on",), demand=("pledge",))
    assessment = evaluate(RuleSet((open_, open_)), facts(fee__fen=0))
    assert assessment.ask == ("insured.status",)
    assert assessment.fields == ("filing.start_on",)
    assert assessment.materials == ("pledge",)
    assert assessment.points == {"p": None}


@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ("all", (True, True, None), None),
        ("all", (True, False, None), False),
        ("any", (False, False, None), None),
        ("any", (True, None, None), True),
        ("any", (False, False, False), False),
        ("not", (False, False, False), True),
        ("not", (False, None, False), None),
        ("not", (True, None, False), False),
        ("at_least", (True, True, None), True),
        ("at_least", (True, False, None), None),
        ("at_least", (False, False, None), False),
    ],
)
def test_conditions_are_joined_in_three_values(mode, values, expected):
    names = ("insured__status", "fee__fen", "filing__duplicate")
    wanted = {True: ("normal", 0, True), False: ("ended", 1, False)}
    known = {name: wanted[v][i] for i, (name, v) in enumerate(zip(names, values, strict=True)) if v is not None}
    joined = point(NORMAL, FREE, "filing.duplicate", mode=mode, at_least=2)
    assert evaluate(RuleSet((joined,)), facts(**known)).verdicts[0].value is expected


@given(st.fixed_dictionaries({}, optional={
    "insured__status": st.sampled_from(["normal", "ended"]), "fee__fen": st.integers(-2, 2), "filing__duplicate": st.booleans(),
}))  # fmt: skip
def test_a_decision_can_be_computed_again_from_what_was_recorded(values):
    rule_set = RuleSet((point(NORMAL), point(FREE, ONCE, mode="any", id="q")))
    assessment = evaluate(rule_set, facts(**values))
    recorded = strictjson.parse(strictjson.canonical(assessment.as_json()))
    assert evaluate(rule_set, facts_from_json(recorded)) == assessment
