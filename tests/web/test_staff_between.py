"""At the desks: what goes back, what is asked back, and what the offices say to each other."""

import re
from uuid import UUID

import pytest

from tests.web.desks import Desks
from tests.web.test_staff_case import seen, text
from tests.web.troubles import Troubles
from tongban.alliance import queries as alliance
from tongban.kernel import registries
from tongban.kernel.node import Node

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def offered(desks: Desks) -> UUID:
    """It lies at 临邑, which has not taken it over."""
    case_id = desks.received()
    Troubles(desks).hand_over(case_id)
    desks.deliver()
    return case_id


def test_a_case_is_handed_back_with_a_reason_and_passed_on_again(desks: Desks) -> None:
    case_id = offered(desks)
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    assert "退回收件地" in text(examiner.get(address)) and str(case_id) in text(examiner.get("/staff/?desk=acceptance"))
    back = {**seen(examiner.get(address)), "reason": "wrong-place", "note": "请先到街道确认"}
    assert examiner.post(f"{address}/hand-back", back).status_code == 302
    desks.deliver()
    page = text(desks.clerk().get(address))
    assert "退回收件地：不属于本地办理范围" in page and "请先到街道确认" in page and "转 临邑县 受理" in page
    assert "不予受理（" not in page and "已不予受理" not in page


def test_without_a_reason_it_stays_and_keeps_what_was_typed(desks: Desks) -> None:
    case_id = offered(desks)
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    answer = examiner.post(f"{address}/hand-back", {**seen(examiner.get(address)), "note": "说明还在"})
    assert answer.status_code == 422 and "说明还在</textarea>" in text(answer)


def test_what_was_sent_back_is_completed_at_the_counter(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    back = {
        **seen(examiner.get(address)),
        "reason": "papers-incomplete",
        "field": ["filing.address"],
        "note": "门牌号缺失",
    }
    examiner.post(f"{address}/send-back", back)
    desks.deliver()
    desks.come_back(case_id)
    clerk = desks.clerk()
    assert "补全退回的内容" in text(clerk.get(address))
    form = text(clerk.get(f"{address}/complete"))
    assert "门牌号缺失" in form and "一次性告知" not in form
    cmd = re.search(r'name="cmd" value="([^"]+)"', form)[1]  # type: ignore[index]
    sent = clerk.post(f"{address}/complete", {"cmd": cmd, "filing.address": "济阳街道演示路 1 号 2 室"})
    assert sent.status_code == 302 and "收件地已补全材料" in text(clerk.get(address))


def test_nothing_to_complete_leads_back_to_the_case(desks: Desks) -> None:
    case_id = desks.received()
    assert desks.clerk().get(f"/staff/cases/{case_id}/complete").status_code == 302


def test_b3_a_hand_over_is_asked_back(desks: Desks) -> None:
    case_id = offered(desks)
    clerk, address = desks.clerk(), f"/staff/cases/{case_id}"
    page = text(clerk.post(f"{address}/recall", seen(clerk.get(address)), follow=True))
    assert "已请求撤回转办，等待临邑县答复" in page and "请求撤回转办</button>" not in page
    desks.deliver()
    desks.deliver()
    registries.set_node(desks.jiyang)
    assert "收件地撤回转办" in text(clerk.get(address))


def test_the_offices_talk_in_one_thread(desks: Desks) -> None:
    case_id = desks.taken_over()
    clerk, address = desks.clerk(), f"/staff/cases/{case_id}"
    desks.deliver()
    page = text(
        clerk.post(f"{address}/message", {**seen(clerk.get(address)), "text": "原件已<b>核对</b>"}, follow=True)
    )
    assert "原件已&lt;b&gt;核对" in page and "正在送达" in page
    desks.deliver()
    answer = text(desks.examiner().get(address))
    assert "原件已&lt;b&gt;核对" in answer and "济阳区 · 综窗收件员" in answer


def test_an_empty_message_is_kept_from_the_record(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    assert examiner.post(f"{address}/message", {**seen(examiner.get(address)), "text": " "}).status_code == 422


def test_a_case_that_no_agreement_covers_any_more_is_not_passed_on(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = desks.received()
    clerk, address = desks.clerk(), f"/staff/cases/{case_id}"
    sent = seen(clerk.get(address))
    monkeypatch.setattr(alliance, "list_clauses", lambda **about: [])
    answer = clerk.post(f"{address}/hand-over", sent)
    assert answer.status_code == 409 and "没有生效的协议" in text(answer)
