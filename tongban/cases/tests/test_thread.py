"""One case through both places: received in 济阳, decided in 临邑, in effect, provable in both."""

from datetime import date, timedelta

import pytest

from tests.cast import JIYANG, LINYI, citizen, clerk, examiner
from tongban.alliance.tests.factories import TRUST, list_document, signed_list
from tongban.cases import queries, services, worklists
from tongban.cases.record import read_members, verify_record, write_members
from tongban.cases.services.deciding import NotTheDecidingPlace
from tongban.cases.states import NotAllowedNow
from tongban.cases.tests.zone import Zone
from tongban.exchange.services import NotTheWriter, StaleHead
from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope


def effective(zone: Zone, case_id) -> None:
    with scope([LINYI]):
        services.record_effect(
            node=zone.linyi, region=LINYI, case_id=case_id, acknowledgement="YB-1", valid_from=date(2026, 11, 20),
            by=system(LINYI), at=zone.at,
        )  # fmt: skip


def test_all_points_true_decides_without_a_person_and_both_places_hold_the_same(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.assess(case_id)
    effective(zone, case_id)
    zone.network.settle(zone.at)
    here, there = zone.here(case_id), zone.there(case_id)
    assert here.state == there.state == "closed"
    assert here.decision.by_rules
    assert [entry.hash for entry in here.timeline] == [entry.hash for entry in there.timeline]


def test_both_places_records_verify(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.assess(case_id)
    effective(zone, case_id)
    zone.network.settle(zone.at)
    lists = [signed_list(list_document([zone.jiyang, zone.linyi, zone.huimin], zone.at))]
    members = read_members(write_members(TRUST, lists))
    for node, region, by in ((zone.jiyang, JIYANG, citizen()), (zone.linyi, LINYI, examiner())):
        with scope([region]):
            record = queries.export_record(node=node, region=region, case_id=case_id, by=by, at=zone.at)
        verified = verify_record(record, members=members)
        assert (verified.state, verified.events) == ("closed", 10)
        assert verified.receipts > 0


def test_an_unknown_point_goes_to_a_person_and_is_never_refused(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.assess(case_id, {"insured": "unknown"})
    case = zone.there(case_id)
    assert (case.state, case.decision) == ("received", None)
    assert {"approve", "refuse", "request_correction"} <= case.actions


def test_rules_cannot_approve_a_point_that_is_not_true(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.assess(case_id, {"insured": "false"}, approve=True)
    assert zone.there(case_id).decision is None


def test_an_examiner_grants_and_accepts_in_one_act(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.assess(case_id, {"letter": "unknown"})
    zone.do(services.approve_case, case_id, note="已与医院核实")
    case = zone.there(case_id)
    assert (case.state, case.decision.by_rules, case.decision.reason) == (
        "decided_pending_effect",
        False,
        "已与医院核实",
    )


def test_a_refusal_carries_reason_article_and_remedy_to_the_citizen(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.refuse_case, case_id, reason="转诊证明不是参保地医院开具", article="医保发〔2022〕22号 第八条")
    zone.network.settle(zone.at)
    decision = zone.here(case_id).decision
    assert (decision.outcome, decision.reason, decision.article) == (
        "refused", "转诊证明不是参保地医院开具", "医保发〔2022〕22号 第八条",
    )  # fmt: skip
    assert any("行政复议" in remedy.zh for remedy in decision.remedies)


def test_a_refusal_without_reason_or_article_is_not_taken(zone: Zone) -> None:
    case_id = zone.taken_over()
    with pytest.raises(services.ReasonMissing):
        zone.do(services.refuse_case, case_id, reason=" ", article="第八条")


def test_the_receiving_place_cannot_decide(zone: Zone) -> None:
    case_id = zone.taken_over()
    at_jiyang = Actor("staff", "s-1", JIYANG, frozenset({"examiner"}))
    with scope([JIYANG]), pytest.raises(NotTheDecidingPlace):
        services.approve_case(
            node=zone.jiyang, region=JIYANG, case_id=case_id, expected_seq=5, cmd=case_id, by=at_jiyang, at=zone.at
        )  # fmt: skip


def test_a_clerk_of_another_role_or_place_cannot_decide(zone: Zone) -> None:
    case_id = zone.taken_over()
    for by in (clerk(LINYI), examiner(JIYANG)):
        with pytest.raises(Forbidden):
            zone.do(services.approve_case, case_id, by=by)


def test_a_decision_on_a_stale_head_is_refused(zone: Zone) -> None:
    case_id = zone.taken_over()
    stale = zone.there(case_id).head
    zone.assess(case_id, {"letter": "unknown"})
    with pytest.raises(StaleHead):
        zone.do(services.approve_case, case_id, expected_seq=stale)


def test_a_case_is_decided_once(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.approve_case, case_id)
    with pytest.raises(NotAllowedNow):
        zone.do(services.refuse_case, case_id, reason="理由", article="第一条")


def test_correction_is_asked_once_and_comes_back_through_the_receiving_place(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.request_correction, case_id, fields=["filing.address"], materials=[], note="地址不完整")
    zone.network.settle(zone.at)
    asked = zone.here(case_id).correction
    assert (asked.note, asked.fields) == ("地址不完整", ("filing.address",))
    with scope([JIYANG]):
        services.supplement(
            node=zone.jiyang, region=JIYANG, case_id=case_id, elements={"filing.address": "泰兴东街 12 号"}, cmd=case_id,
            by=citizen(), at=zone.at,
        )  # fmt: skip
    zone.network.settle(zone.at)
    there = zone.there(case_id)
    assert (there.state, there.elements["filing.address"]) == ("received", "泰兴东街 12 号")
    with pytest.raises(services.AlreadyCorrectedOnce):
        zone.do(services.request_correction, case_id, fields=["filing.address"], materials=[], note="再来")


def test_withdrawn_before_the_hand_over_it_never_leaves(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    withdraw(zone, case_id)
    assert zone.here(case_id).state == "withdrawn"
    with scope([LINYI]), pytest.raises(Missing):
        queries.get_case(node=zone.linyi, region=LINYI, case_id=case_id, by=examiner(), at=zone.at)


def test_withdrawn_after_the_hand_over_the_other_place_writes_it_down(zone: Zone) -> None:
    case_id = zone.taken_over()
    withdraw(zone, case_id)
    zone.network.settle(zone.at)
    assert zone.here(case_id).state == zone.there(case_id).state == "withdrawn"


def test_a_withdrawal_that_comes_after_the_decision_is_answered_on_the_record(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.network.settle(zone.at)
    zone.do(services.approve_case, case_id)
    withdraw(zone, case_id)
    zone.network.settle(zone.at)
    assert "请求未采纳" in zone.here(case_id).timeline[-1].sentence.zh


def withdraw(zone: Zone, case_id) -> None:
    with scope([JIYANG]):
        services.withdraw_case(node=zone.jiyang, region=JIYANG, case_id=case_id, cmd=case_id, by=citizen(), at=zone.at)


def test_while_the_other_place_is_down_the_page_says_why_it_waits(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    zone.hand_over(case_id)
    zone.network.down.add(zone.linyi.id)
    zone.network.deliver(zone.jiyang, zone.at)
    case = zone.here(case_id)
    assert (case.state, case.waiting[0].peer_name) == ("received", "临邑县")
    assert "不用重新提交" in case.whose_turn.zh
    zone.network.down.clear()
    zone.network.deliver(zone.jiyang, zone.at + timedelta(minutes=10))
    assert zone.here(case_id).waiting == ()


def test_a_platform_that_refuses_leaves_the_case_pending_and_warns_the_examiner(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.assess(case_id)
    for _ in range(2):
        with scope([LINYI]):
            services.record_effect_failure(
                node=zone.linyi, region=LINYI, case_id=case_id, reason="no-answer", permanent=False, by=system(LINYI), at=zone.at
            )  # fmt: skip
    case = zone.there(case_id)
    assert (case.state, case.effect.attempts) == ("decided_pending_effect", 1)
    assert "没有答复" in case.effect.last_error.zh
    with scope([LINYI]):
        worklist = worklists.list_worklist(node=zone.linyi, region=LINYI, desk="effect", at=zone.at)
    assert [row.case_id for row in worklist.rows] == [case_id]


def test_work_cannot_be_written_while_it_is_offered(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    zone.hand_over(case_id)
    zone.network.settle(zone.at)
    with pytest.raises(NotTheWriter):
        zone.do(services.approve_case, case_id)
