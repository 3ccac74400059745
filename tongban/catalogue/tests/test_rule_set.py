"""Three situations, from facts to outcome; and never a refusal by rule."""

from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue.tests.factories import AT, definition, luo
from tongban.rules.explanation import explain
from tongban.rules.facts import Fact
from tongban.rules.points import evaluate

PERMIT = {"residence.registered": True, "residence.since": "2019-05-04"}
LETTER = {"filing.end_on": "2027-05-31", "referral.hospital": "临邑县人民医院", "referral.letter_on": "2026-11-18"}
CONFIRMED = {"referral.letter_present": True, "referral.confirmed": True}


def assess(situation, **sources):
    return evaluate(definition().rule_set(situation), luo(**sources))


def test_a_registered_resident_is_approved_without_an_examiner():
    assert assess("long_term_permit", register_residence=PERMIT).outcome == "approve"


def test_a_silent_residence_register_goes_to_an_examiner():
    assessment = assess("long_term_permit")
    assert assessment.outcome == "refer"
    assert assessment.ask == ("residence.registered",)
    assert assessment.materials == ("residence-permit",)


def test_a_resident_of_nowhere_is_referred_not_refused():
    assert assess("long_term_permit", register_residence={"residence.registered": False}).outcome == "refer"


def test_nobody_declares_a_residence_permit_for_himself():
    assert assess("long_term_permit", declared={"residence.registered": True}).outcome == "refer"


def test_a_signed_pledge_is_enough():
    assert assess("long_term_pledge", declared={"pledge.signed": True}).outcome == "approve"


def test_an_unsigned_pledge_is_asked_for():
    assessment = assess("long_term_pledge", declared={"pledge.signed": False})
    assert (assessment.outcome, assessment.fields) == ("correct", ("pledge.signed",))


def test_a_referral_always_meets_a_person():
    assessment = assess("referral", declared=LETTER)
    assert assessment.outcome == "refer"
    assert set(assessment.ask) == {"referral.letter_present", "referral.confirmed"}


def test_a_confirmed_referral_is_approved():
    assert assess("referral", declared=LETTER, examiner=CONFIRMED).outcome == "approve"


def test_a_start_before_the_submission_is_corrected():
    early = {"pledge.signed": True, "filing.start_on": "2026-11-01"}
    assessment = assess("long_term_pledge", declared=early)
    assert (assessment.outcome, assessment.fields) == ("correct", ("filing.start_on",))


def test_an_insurance_that_ended_is_referred():
    ended = {"insured.status": "ended"}
    assessment = assess("long_term_permit", register_residence=PERMIT, register_insured=ended)
    assert assessment.outcome == "refer"
    assert explain(assessment.open[0], "zh")[1] == "参保状态＝终止参保（参保登记，2026-11-20）"


def test_a_silent_insured_register_is_unknown_not_false():
    silent = {name: fact for name, fact in luo(register_residence=PERMIT).items() if fact.source != "register:insured"}
    assessment = evaluate(definition().rule_set("long_term_permit"), silent)
    assert assessment.outcome == "refer"
    assert [verdict.value for verdict in assessment.open] == [None, None, None]


def test_the_best_source_wins():
    best = luo(register_residence={"filing.address": "登记地址"})["filing.address"]
    assert (best.value, best.source) == ("登记地址", "register:residence")


def test_a_value_that_does_not_fit_its_element_is_left_out():
    assert definition().best_facts([Fact("filing.duplicate", "no", "register:insured", AT)]) == {}


values = st.one_of(
    st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["normal", "371424", "2026-11-20"])
)
situations = st.sampled_from(sorted(definition().situations))


@given(situations, st.dictionaries(st.sampled_from(sorted(definition().elements)), values))
def test_whatever_is_known_no_outcome_refuses_and_each_open_point_is_explained(situation, known):
    facts = {name: Fact(name, value, "system", AT) for name, value in known.items()}
    assessment = evaluate(definition().rule_set(situation), facts)
    assert assessment.outcome in {"approve", "ask", "correct", "refer"}
    assert all(len(explain(verdict, language)) == 4 for verdict in assessment.verdicts for language in ("zh", "en"))
