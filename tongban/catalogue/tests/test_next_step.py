"""The questions lead to the right situation, or to an answer that needs no case."""

import pytest

from tongban.catalogue.tests.factories import definition


@pytest.mark.parametrize(
    ("answers", "leads_to"),
    [
        ({}, "care"),
        ({"same_pooling_area": True}, "not_needed"),
        ({"same_pooling_area": False}, "care"),
        ({"care": "outpatient"}, "not_needed"),
        ({"care": "chronic"}, "not_needed"),
        ({"care": "emergency"}, "deemed_filed"),
        ({"care": "inpatient"}, "category"),
        ({"care": "inpatient", "category": "other"}, "ask_insured_place"),
        ({"care": "inpatient", "category": "long_term", "proof": "permit"}, "long_term_permit"),
        ({"care": "inpatient", "category": "long_term", "proof": "pledge"}, "long_term_pledge"),
        ({"care": "inpatient", "category": "referral"}, "letter"),
        ({"care": "inpatient", "category": "referral", "letter": "yes"}, "referral"),
        ({"care": "made-up"}, "care"),
    ],
)
def test_answers_lead_on(answers, leads_to):
    assert definition().next_step(answers).id == leads_to


def test_a_referral_without_a_letter_is_led_to_long_term_living_and_told_the_difference():
    answers = {"care": "inpatient", "category": "referral", "letter": "no"}
    question = definition().next_step(answers)
    assert question.id == "stay"
    assert "不需要医院证明" in question.help.zh
    assert definition().next_step({**answers, "stay": "yes"}).id == "proof"


def test_the_way_so_far_can_be_shown():
    way = definition().answered({"care": "inpatient", "category": "long_term", "stray": "yes"})
    assert [(question.id, option.id) for question, option in way] == [("care", "inpatient"), ("category", "long_term")]
