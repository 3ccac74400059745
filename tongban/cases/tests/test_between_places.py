"""What the two places say to each other: hand back, send back, ask back, talk. None of it is ever a non-acceptance."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, citizen, clerk, examiner
from tongban.alliance import queries as alliance
from tongban.cases import queries, services, worklists
from tongban.cases.services.between import NotOfThisForm
from tongban.cases.states import NotAllowedNow, NotThisPlace
from tongban.cases.tests.zone import Zone
from tongban.exchange import queries as exchange
from tongban.exchange.services import NotTheWriter
from tongban.kernel.actors import system
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope

PERMIT = "residence-permit"


@pytest.fixture
def offered(zone: Zone) -> UUID:
    """On its way to 临邑, which has it and has not taken it over."""
    case_id = zone.submit(zone.draft()).case_id
    zone.hand_over(case_id)
    zone.network.settle(zone.at)
    return case_id


def at_jiyang(zone: Zone, service, case_id: UUID, **changes) -> None:
    values = {"cmd": new_id(), "by": clerk()} | changes
    with scope([JIYANG]):
        service(node=zone.jiyang, region=JIYANG, case_id=case_id, at=zone.at, **values)


def take_over(zone: Zone, case_id: UUID, node=None) -> None:
    node = node or zone.linyi
    with scope(node.regions):
        region = node.regions[0]
        services.take_over(node=node, region=region, case_id=case_id, by=system(region), at=zone.at)


def sentences(case) -> list[str]:
    return [entry.sentence.zh for entry in case.timeline]


def desk(zone: Zone, node, name: str) -> list[UUID]:
    region = node.regions[0]
    with scope([region]):
        worklist = worklists.list_worklist(node=node, region=region, desk=name, at=zone.at)
    return [row.case_id for row in worklist.rows]


# Handing back: the offer is declined


def test_a_person_hands_back_with_a_reason(zone: Zone, offered: UUID) -> None:
    assert desk(zone, zone.linyi, "acceptance") == [offered]
    zone.do(services.hand_back, offered, reason="wrong-place", note="应由参保地街道先行确认")
    zone.network.settle(zone.at)
    here = zone.here(offered, clerk())
    assert (here.state, here.returned.reason.zh, here.returned.note) == (
        "received", "不属于本地办理范围", "应由参保地街道先行确认",
    )  # fmt: skip
    assert desk(zone, zone.jiyang, "reception") == [offered] and not desk(zone, zone.linyi, "acceptance")


def test_it_is_no_non_acceptance_and_the_applicant_may_withdraw(zone: Zone, offered: UUID) -> None:
    zone.do(services.hand_back, offered, reason="other", note="张某口头说明")
    zone.network.settle(zone.at)
    seen = zone.here(offered)
    assert "不予受理" not in seen.whose_turn.zh + "".join(sentences(seen)) and "不用重新提交" in seen.whose_turn.zh
    assert seen.returned is None and "withdraw" in seen.actions
    at_jiyang(zone, services.withdraw_case, offered, by=citizen())
    zone.network.settle(zone.at)
    assert zone.there(offered).state == "withdrawn"


def test_after_a_hand_back_it_is_passed_on_again(zone: Zone, offered: UUID) -> None:
    zone.do(services.hand_back, offered, reason="papers-unreadable")
    zone.network.settle(zone.at)
    assert "hand_over" in zone.here(offered, clerk()).actions
    zone.hand_over(offered)
    zone.network.settle(zone.at)
    take_over(zone, offered)
    zone.do(services.approve_case, offered)
    assert zone.there(offered).state == "decided_pending_effect"


@pytest.mark.parametrize(("reason", "note"), [("", ""), ("agreement-ended", ""), ("other", " ")])
def test_a_person_says_why(zone: Zone, offered: UUID, reason: str, note: str) -> None:
    with pytest.raises(services.ReturnReasonMissing):
        zone.do(services.hand_back, offered, reason=reason, note=note)


def test_only_what_is_offered_is_handed_back(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    with pytest.raises(services.NotOffered):
        zone.do(services.hand_back, offered, reason="wrong-place")


def test_the_machine_hands_back_what_no_agreement_covers_any_more(zone: Zone, offered: UUID, monkeypatch) -> None:
    """The agreement ended while the case was on its way."""
    monkeypatch.setattr(alliance, "list_clauses", lambda **about: [])
    take_over(zone, offered)
    zone.network.settle(zone.at)
    assert sentences(zone.here(offered))[-1] == "退回收件地：合作协议已不再适用"


# Sending back: after taking over


def test_what_was_taken_over_is_finished_there_though_the_agreement_ended(zone: Zone, offered: UUID) -> None:
    """Sent back to be completed on the last day; the applicant is not sent home for what another agreed."""
    take_over(zone, offered)
    zone.do(services.send_back, offered, reason="papers-incomplete", fields=["filing.address"])
    zone.network.settle(zone.at)
    take_over(zone, offered, zone.jiyang)
    zone.end_agreement()
    at_jiyang(zone, services.supplement, offered, elements={"filing.address": "泰兴东街 12 号"})
    zone.hand_over(offered)
    zone.network.settle(zone.at)
    take_over(zone, offered)
    zone.do(services.approve_case, offered)
    assert zone.there(offered).state == "decided_pending_effect"


def test_what_was_not_taken_over_is_not_passed_on(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    zone.end_agreement()
    with pytest.raises(alliance.NotCoveredByAgreement):
        zone.hand_over(case_id)


def test_a_case_is_sent_back_completed_and_passed_on_again(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    zone.assess(offered, {"letter": "unknown"})
    zone.do(services.send_back, offered, reason="papers-incomplete", fields=["filing.address"], note="门牌号缺失")
    zone.network.settle(zone.at)
    take_over(zone, offered, zone.jiyang)
    assert desk(zone, zone.jiyang, "reception") == [offered]
    asked = zone.here(offered, clerk()).returned.asked
    assert (asked.fields, asked.note) == (("filing.address",), "门牌号缺失")
    at_jiyang(zone, services.supplement, offered, elements={"filing.address": "泰兴东街 12 号"})
    zone.hand_over(offered)
    zone.network.settle(zone.at)
    take_over(zone, offered)
    there = zone.there(offered)
    assert (there.elements["filing.address"], there.points, there.correction) == ("泰兴东街 12 号", (), None)
    zone.do(services.request_correction, offered, fields=["filing.address"], materials=[], note="仍可一次性告知")


def test_the_way_back_needs_no_agreement_in_force(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    zone.at += timedelta(days=4000)
    zone.do(services.send_back, offered, reason="identity-unclear")
    assert sentences(zone.there(offered))[-1] == "退回济阳区补全：申请人身份需再核对"


def test_while_it_goes_back_nobody_decides(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    zone.assess(offered, {"letter": "unknown"})
    zone.do(services.send_back, offered, reason="papers-incomplete")
    assert zone.there(offered).actions == {"message", "urge_case"}
    with pytest.raises(NotTheWriter):
        zone.do(services.approve_case, offered)


def test_the_receiving_place_sends_nothing_back(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    with pytest.raises(NotThisPlace):
        at_jiyang(zone, services.send_back, case_id, by=examiner(JIYANG), reason="papers-incomplete", expected_seq=2)


def test_only_what_the_form_has_is_asked_for(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    with pytest.raises(NotOfThisForm):
        zone.do(services.send_back, offered, reason="papers-incomplete", materials=["罗建国的存折"])


def test_once_accepted_it_is_decided_and_not_sent_back(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    zone.do(services.accept_case, offered)
    with pytest.raises(NotAllowedNow):
        zone.do(services.send_back, offered, reason="papers-incomplete")


# Asking back: the offering side wants it before it is taken over


def test_b3_what_is_not_taken_over_yet_is_given_back(zone: Zone, offered: UUID) -> None:
    """B3: there is no taking back by one side; the other answers with a decline that names the request."""
    at_jiyang(zone, services.recall_case, offered)
    assert "recall" not in zone.here(offered, clerk()).actions and "已请求撤回转办" in zone.here(offered).whose_turn.zh
    zone.network.settle(zone.at)
    zone.network.settle(zone.at)
    assert sentences(zone.here(offered))[-1] == "退回收件地：收件地撤回转办"
    with scope([JIYANG]):
        assert [asked.state for asked in exchange.list_proposals(JIYANG, offered)] == ["answered"]
    take_over(zone, offered)
    assert zone.there(offered).head == zone.here(offered).head


def test_b3_too_late_it_goes_on_and_says_so(zone: Zone, offered: UUID) -> None:
    at_jiyang(zone, services.recall_case, offered)
    take_over(zone, offered)
    zone.network.settle(zone.at)
    here = zone.here(offered)
    assert here.state == "received" and sentences(here)[-1] == "请求未采纳：对方已经接手"


def test_only_what_is_on_offer_is_asked_back(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    with pytest.raises(services.NotOffered):
        at_jiyang(zone, services.recall_case, case_id)
    with pytest.raises(Forbidden):
        at_jiyang(zone, services.recall_case, case_id, by=citizen())


# Talking


def talk(zone: Zone, case_id: UUID) -> list[tuple[str, str, str]]:
    thread = zone.here(case_id, clerk()).messages
    return [(message.place_name, message.text, message.state) for message in thread]


def test_both_places_talk_in_one_thread(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    zone.network.settle(zone.at)
    at_jiyang(zone, services.send_message, offered, text="原件已当面核对")
    assert talk(zone, offered) == [("济阳区", "原件已当面核对", "sent")]
    zone.network.settle(zone.at)
    with scope([LINYI]):
        services.send_message(
            node=zone.linyi, region=LINYI, case_id=offered, text="收到，谢谢", cmd=new_id(), by=examiner(), at=zone.at
        )  # fmt: skip
    zone.network.settle(zone.at)
    assert talk(zone, offered) == [("济阳区", "原件已当面核对", "said"), ("临邑县", "收到，谢谢", "said")]
    assert [m.text for m in zone.there(offered).messages] == ["原件已当面核对", "收到，谢谢"]


def test_a_message_changes_nothing_else(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    zone.assess(offered)
    with scope([LINYI]):
        services.record_effect(
            node=zone.linyi, region=LINYI, case_id=offered, acknowledgement="YB-1", valid_from=date(2026, 11, 20),
            by=system(LINYI), at=zone.at,
        )  # fmt: skip
    zone.network.settle(zone.at)
    at_jiyang(zone, services.send_message, offered, text="申请人来电致谢")
    zone.network.settle(zone.at)
    assert zone.there(offered).state == "closed" and zone.there(offered).messages


def test_the_applicant_is_not_shown_what_the_offices_say(zone: Zone, offered: UUID) -> None:
    take_over(zone, offered)
    zone.network.settle(zone.at)
    at_jiyang(zone, services.send_message, offered, text="内部说明")
    zone.network.settle(zone.at)
    assert zone.here(offered).messages == ()
    with scope([JIYANG]):
        whole, own = (
            queries.export_record(node=zone.jiyang, region=JIYANG, case_id=offered, by=by, at=zone.at)
            for by in (clerk(), citizen())
        )
    assert len(own) < len(whole)


def test_a_message_says_something(zone: Zone, offered: UUID) -> None:
    for text in (" ", "长" * 1001):
        with pytest.raises(services.MessageUnusable):
            at_jiyang(zone, services.send_message, offered, text=text)


def test_a_doubled_click_says_it_once(zone: Zone, offered: UUID) -> None:
    cmd = new_id()
    for _ in range(2):
        at_jiyang(zone, services.send_message, offered, text="一次", cmd=cmd)
    assert len(talk(zone, offered)) == 1
