"""Rating and complaining on a phone; what the office sees and does with it."""

import re
from uuid import UUID

import pytest

from tests.cast import JIYANG, SUN
from tests.web.citizens import Phone, hidden_fields, text
from tests.web.desks import Desks
from tests.web.helpers import ZHOU, agent_of, signed_in
from tongban.exchange import queries as exchange
from tongban.feedback import services
from tongban.kernel.clock import now
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db


def rate(phone: Phone, address: str, about: str = "window", **typed: str) -> str:
    page = phone.get(f"{address}/rate/{about}")
    return text(phone.post(f"{address}/rate/{about}", **hidden_fields(page), **typed))


def rated_badly(phone: Phone, address: str = "") -> str:
    address = address or phone.hand_in()
    rate(phone, address, grade="1", tag="slow", text="等了一上午")
    case_id = UUID(address.rpartition("/")[2])
    with scope([JIYANG]):
        seq = exchange.list_events(JIYANG, case_id)[-1].seq
        services.note_rating(node=phone.node, region=JIYANG, case_id=case_id, seq=seq, at=now())
    return address


def desks(phone: Phone) -> Desks:
    return Desks(phone.node, phone.node, phone.node)


def test_the_reception_is_rated_once_from_the_case(phone: Phone) -> None:
    address = phone.hand_in()
    assert f"{address}/rate/window" in text(phone.get(address))
    assert "还没有选择" in rate(phone, address)
    assert "感谢您的评价" in rate(phone, address, grade="4")
    assert f"{address}/rate/window" not in text(phone.get(address))
    assert phone.get(f"{address}/rate/window").redirect_chain
    assert phone.get(f"{address}/rate/result").redirect_chain
    assert phone.get(f"{address}/rate/nothing").status_code == 404


def test_nobody_rates_for_him(phone: Phone) -> None:
    address = phone.hand_in()
    assert signed_in(phone, SUN).get(f"{address}/rate/window").status_code == 404
    assert agent_of(phone, ZHOU).get(f"{address}/rate/window").status_code == 403


def test_an_officer_sees_the_grade_and_not_whose(phone: Phone) -> None:
    address = rated_badly(phone)
    clerk = desks(phone).clerk()
    page = text(clerk.get("/staff/feedback"))
    assert "只有等级" in page and address not in page and "等了一上午" not in page
    assert "等了一上午" not in text(clerk.get(f"/staff{address}"))


def test_a_supervisor_follows_a_bad_one_up(phone: Phone) -> None:
    rated_badly(phone)
    supervisor = desks(phone).sign_in(phone.node, "weiqing", "supervisor")
    page = text(supervisor.get("/staff/feedback"))
    found = re.search(r"/staff/feedback/follow-ups/[0-9a-f-]{36}", page)
    assert found
    assert supervisor.post(found[0], {"step": "verified", "note": ""}).status_code == 422
    page = text(supervisor.post(found[0], {"step": "verified", "note": "属实，已道歉"}, follow=True))
    assert "属实，已道歉" in page and "已整改" in page


def test_a_complaint_is_numbered_answered_and_told(phone: Phone) -> None:
    address = phone.hand_in()
    case = address.rpartition("/")[2]
    wrong = phone.post("/complaints", case=case, kind="complaint", text=" ")
    assert wrong.status_code == 422 and 'href="#text"' in text(wrong)
    page = text(phone.post("/complaints", case=case, kind="complaint", concerns=JIYANG, text="等了一上午"))
    assert f"TS-{JIYANG}-" in page and "办理中" in page
    supervisor = desks(phone).sign_in(phone.node, "weiqing", "supervisor")
    listed = text(supervisor.get("/staff/feedback"))
    found = re.search(r"/staff/feedback/complaints/[0-9a-f-]{36}", listed)
    assert found and "等了一上午" in listed
    supervisor.post(found[0], {"answer": "已加开窗口"})
    assert "已加开窗口" in text(phone.get("/complaints"))
    assert "投诉建议已有答复" in text(phone.get("/notices"))


def test_one_complains_without_a_case_too_but_not_about_anothers(phone: Phone) -> None:
    address = phone.hand_in()
    other = signed_in(phone, SUN)
    assert "TS-" in text(other.post("/complaints", kind="suggestion", text="多放椅子"))
    assert other.get(f"/complaints?case={address.rpartition('/')[2]}").status_code == 404
    assert other.get("/complaints?case=1").status_code == 404


def test_a_clerk_reads_and_answers_no_complaints(phone: Phone) -> None:
    phone.sign_in()
    phone.post("/complaints", kind="complaint", text="等了一上午")
    assert "等了一上午" not in text(desks(phone).clerk().get("/staff/feedback"))
