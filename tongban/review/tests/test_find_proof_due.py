"""Who signed a pledge is told until when, and the office what to do when nothing came."""

from datetime import date
from uuid import UUID

import pytest

from tests.cast import LINYI
from tongban.cases import queries
from tongban.cases.views import CaseView
from tongban.kernel.actors import system
from tongban.kernel.scope import scope
from tongban.review.follow_up import find_proof_due
from tongban.review.tests.factories import INSURED, Platform, Road, insured_says


@pytest.fixture
def pledged(road: Road) -> CaseView:
    case_id = road.taken_over(situation="long_term_pledge", consent=False, **{"pledge.signed": True})
    road.consider(case_id, insured_says({**INSURED, "filing.proof_overdue": False}))
    road.push(case_id, Platform())
    return seen(road, case_id)


def seen(road: Road, case_id: UUID) -> CaseView:
    with scope([LINYI]):
        return queries.get_case(node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at)


def test_six_months_from_the_first_day_to_the_last(pledged: CaseView) -> None:
    due = find_proof_due(pledged, today=date(2027, 5, 20))
    assert due is not None
    assert (due.material.zh, due.due_on, due.overdue, due.task) == ("居住证", date(2027, 5, 20), False, None)
    assert "六个月内补交" in due.text.zh and not due.verified


def test_the_day_after_it_is_overdue_and_a_task_of_the_office(pledged: CaseView) -> None:
    due = find_proof_due(pledged, today=date(2027, 5, 21))
    assert due is not None and due.task is not None
    assert due.overdue and "可能被暂停" in due.text.zh and "联系申请人" in due.task.zh


def test_nothing_follows_a_proof_or_a_case_that_is_not_in_effect(road: Road) -> None:
    assert find_proof_due(seen(road, road.approved()), today=date(2030, 1, 1)) is None
