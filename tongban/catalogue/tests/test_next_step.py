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
        ({"care": "in_hospital"}, "category"),
        ({"care": "discharged"}, "manual_reimbursement"),
        ({"care": "existing"}, "existing"),
        ({"care": "inpatient", "category": "other"}, "other_temporary"),
        ({"care": "inpatient", "category": "retired", "proof_retired": "document"}, "retired_document"),
        ({"care": "inpatient", "category": "retired", "proof_retired": "pledge"}, "retired_pledge"),
        ({"care": "inpatient", "category": "posted", "proof_posted": "document"}, "posted_document"),
        ({"care": "inpatient", "category": "posted", "proof_posted": "pledge"}, "posted_pledge"),
        ({"care": "inpatient", "category": "long_term", "proof": "permit"}, "long_term_permit"),
        ({"care": "inpatient", "category": "long_term", "proof": "pledge"}, "long_term_pledge"),
        ({"care": "inpatient", "category": "referral"}, "letter"),
        ({"care": "inpatient", "category": "referral", "letter": "yes"}, "referral"),
        ({"care": "inpatient", "category": "referral", "letter": "temporary"}, "other_temporary"),
        *[({"care": "existing", "existing": one}, one) for one in ("change", "correct", "cancel", "supply")],
        ({"care": "made-up"}, "care"),
    ],
)
def test_answers_lead_on(answers, leads_to):
    assert definition().next_step(answers).id == leads_to


def test_a_referral_without_a_letter_is_led_to_long_term_living_and_shown_the_difference():
    answers = {"care": "inpatient", "category": "referral"}
    question = definition().next_step(answers)
    assert [column.zh for column in question.compare.columns] == ["异地转诊", "异地长期居住"]
    needs = question.compare.rows[0][1]
    assert "转诊证明" in needs[0].zh and "不需要医院证明" in needs[1].zh
    assert definition().next_step({**answers, "letter": "lives_here"}).id == "proof"


def test_who_paid_already_is_told_where_with_which_papers_and_that_no_case_was_opened():
    answer = definition().next_step({"care": "discharged"})
    assert [part.title.zh for part in answer.parts] == ["到哪里办", "一般要带", "还要知道"]
    assert "没有产生办件" in answer.parts[2].lines[0].zh and not answer.verified


def test_the_way_so_far_can_be_shown():
    way = definition().answered({"care": "inpatient", "category": "long_term", "stray": "yes"})
    assert [(question.id, option.id) for question, option in way] == [("care", "inpatient"), ("category", "long_term")]
