"""Decided is not effective: the platform has to acknowledge."""

from datetime import date
from uuid import UUID

import pytest

from tests.cast import LINYI, LUO
from tongban.review.adapters.base import Silent
from tongban.review.adapters.business_system import TurnedDown
from tongban.review.services import SystemSilent
from tongban.review.tests.factories import CANCEL, HELD, INSURED, Platform, Road, insured_says

BUSY, AWAY, NOWHERE = Silent("status-503"), Silent("timeout"), Silent("not-configured")


def push_until_heard(road: Road, case_id: UUID, platform: Platform) -> None:
    """As the job does."""
    while True:
        try:
            road.push(case_id, platform)
        except SystemSilent:
            continue
        return


def test_with_the_acknowledgement_the_case_takes_effect_and_is_closed(road: Road) -> None:
    case_id = road.approved()
    road.push(case_id, Platform())
    assert road.kinds(case_id)[-3:] == ["approved", "effective", "closed"]
    assert road.opened(case_id).case.effect["acknowledgement"] == "YB2026112000001"


def test_the_case_id_is_the_idempotency_key_and_the_form_is_what_is_filed(road: Road) -> None:
    case_id, platform = road.approved(), Platform()
    road.push(case_id, platform)
    [(key, filing)] = platform.pushed
    assert (key, filing.person.id_number, filing.situation) == (case_id, LUO.id_number, "long_term_permit")
    assert filing.elements["filing.start_on"] == "2026-11-20"
    assert filing.number == road.opened(case_id).case.number


def test_the_filing_is_made_for_the_city_and_says_for_how_long(road: Road) -> None:
    case_id, platform = road.approved(), Platform()
    road.push(case_id, platform)
    [(_, filing)] = platform.pushed
    assert (filing.action, filing.term, filing.place, filing.proof_due_on) == ("add", "long", "370100", None)


def test_a_pledge_tells_until_when_its_proof_must_come(road: Road) -> None:
    case_id = road.taken_over(situation="long_term_pledge", consent=False, **{"pledge.signed": True})
    road.consider(case_id, insured_says({**INSURED, "filing.proof_overdue": False}))
    platform = Platform()
    road.push(case_id, platform)
    assert platform.pushed[0][1].proof_due_on == date(2027, 5, 20)


def test_a_cancellation_cancels_what_is_meant(road: Road) -> None:
    case_id, platform = road.taken_over(situation="cancel", stated=CANCEL), Platform()
    road.consider(case_id, insured_says({"insured.region": LINYI, **HELD}))
    road.push(case_id, platform)
    [(_, filing)] = platform.pushed
    assert (filing.action, filing.term, filing.elements) == ("cancel", "", CANCEL)


def test_a_silent_platform_is_told_to_the_examiner_once_and_tried_again(road: Road) -> None:
    case_id, platform = road.approved(), Platform([BUSY, AWAY, BUSY, AWAY])
    push_until_heard(road, case_id, platform)
    assert len(platform.pushed) == 5
    assert road.kinds(case_id)[-4:] == ["approved", "effect_failed", "effective", "closed"]


def test_another_reason_is_told_again(road: Road) -> None:
    case_id = road.approved()
    push_until_heard(road, case_id, Platform([NOWHERE, NOWHERE, BUSY]))
    assert road.kinds(case_id).count("effect_failed") == 2


def test_a_platform_that_says_no_waits_for_a_person(road: Road) -> None:
    case_id = road.approved()
    road.push(case_id, Platform([TurnedDown("account-frozen")]))
    effect = road.opened(case_id).case.effect
    assert (effect["reason"], effect["permanent"]) == ("account-frozen", True)
    assert road.opened(case_id).case.state == "decided_pending_effect"


def test_after_a_person_tries_again_it_takes_effect(road: Road) -> None:
    case_id = road.approved()
    road.push(case_id, Platform([TurnedDown("account-frozen")]))
    road.push(case_id, Platform())
    assert road.opened(case_id).case.state == "closed"


def test_what_is_in_effect_is_not_pushed_again(road: Road) -> None:
    case_id, platform = road.approved(), Platform()
    road.push(case_id, Platform())
    road.push(case_id, platform)
    assert platform.pushed == []


def test_what_is_not_granted_is_not_pushed(road: Road) -> None:
    case_id, platform = road.taken_over(), Platform()
    road.consider(case_id, insured_says({}))
    road.push(case_id, platform)
    assert platform.pushed == []


def test_a_platform_that_never_answers_leaves_one_line_on_the_record(road: Road) -> None:
    case_id = road.approved()
    for _ in range(5):
        with pytest.raises(SystemSilent):
            road.push(case_id, Platform([AWAY]))
    assert road.kinds(case_id).count("effect_failed") == 1
