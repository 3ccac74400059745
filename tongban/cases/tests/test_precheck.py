"""Before the receipt: sent home, changed, handed in again, received; all of it on the record and timed."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.cast import JIYANG, clerk
from tongban.cases import services
from tongban.cases.states import NotAllowedNow
from tongban.cases.tests.zone import Zone

WRONG = {"reason": "papers-unreadable", "fields": ["filing.address"], "note": "地址不完整"}


@pytest.fixture
def submitted(zone: Zone) -> UUID:
    return zone.submit(zone.draft(), precheck=True).case_id


def by_clerk(zone: Zone, service: object, case_id: UUID, **changes: object) -> None:
    head = zone.here(case_id, clerk()).head
    zone.act_here(service, case_id, clerk(), expected_seq=head, **changes)


def test_it_waits_for_the_clerk_and_no_term_runs(zone: Zone, submitted: UUID) -> None:
    case = zone.here(submitted, clerk())
    assert (case.state, case.due_on) == ("submitted", None)
    assert {"receive_case", "return_to_applicant"} <= case.actions


def test_sent_home_it_says_what_to_change(zone: Zone, submitted: UUID) -> None:
    by_clerk(zone, services.return_to_applicant, submitted, **WRONG)
    case = zone.here(submitted)
    assert (case.state, case.prechecks[-1].notice) == ("returned", "地址不完整")
    assert "轮到您" in case.whose_turn.zh
    assert {"resubmit", "withdraw"} <= case.actions


def test_changed_and_received_the_time_of_both_sides_stands_on_the_record(zone: Zone, submitted: UUID) -> None:
    by_clerk(zone, services.return_to_applicant, submitted, **WRONG)
    zone.at += timedelta(days=2)
    zone.act_here(services.resubmit, submitted, elements={"filing.address": "泰兴东街 12 号", "treat.region": "110000"})
    zone.at += timedelta(hours=3)
    by_clerk(zone, services.receive_case, submitted)
    case = zone.here(submitted)
    (precheck,) = case.prechecks
    assert (case.state, case.elements["filing.address"]) == ("received", "泰兴东街 12 号")
    assert case.elements["treat.region"] == JIYANG
    assert precheck.back_at and precheck.back_at - precheck.at == timedelta(days=2)


def test_a_second_click_is_the_same_act(zone: Zone, submitted: UUID) -> None:
    by_clerk(zone, services.return_to_applicant, submitted, **WRONG)
    again = {"elements": {"filing.address": "泰兴东街 12 号"}, "cmd": UUID(int=7)}
    for _ in range(2):
        zone.act_here(services.resubmit, submitted, **again)
    assert [entry.sentence.zh for entry in zone.here(submitted).timeline].count("申请人修改后重新提交") == 1


def test_it_goes_home_only_with_a_reason(zone: Zone, submitted: UUID) -> None:
    with pytest.raises(services.ReturnReasonMissing):
        by_clerk(zone, services.return_to_applicant, submitted, reason="other")


def test_what_is_received_is_received_no_second_time(zone: Zone, submitted: UUID) -> None:
    by_clerk(zone, services.receive_case, submitted)
    with pytest.raises(NotAllowedNow):
        by_clerk(zone, services.receive_case, submitted)


def test_it_can_be_withdrawn_from_home(zone: Zone, submitted: UUID) -> None:
    by_clerk(zone, services.return_to_applicant, submitted, **WRONG)
    zone.act_here(services.withdraw_case, submitted)
    assert zone.here(submitted).state == "withdrawn"


def test_at_the_counter_the_check_of_the_person_stands_between(zone: Zone) -> None:
    case = zone.submit(zone.draft(clerk()), clerk(), face="officer")
    sentences = [entry.sentence.zh for entry in case.timeline]
    assert sentences[1] == "身份核验：查验证件，人像比对：工作人员当面核对"
    assert case.state == "received"
