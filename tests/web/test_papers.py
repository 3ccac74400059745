"""Papers on the pages: received with one press on a phone, signed for or sent from a desk, and nobody else's to see."""

from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, SUN
from tests.web.citizens import Phone, text
from tests.web.desks import Desks
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.papers import services

pytestmark = pytest.mark.django_db


def issue(node: Node, case_id: UUID | str) -> None:
    with scope([JIYANG]):
        services.issue_due(node=node, region=JIYANG, case_id=UUID(str(case_id)), by=system(JIYANG), at=now())


@pytest.fixture
def address(phone: Phone) -> str:
    address = phone.hand_in()
    issue(phone.node, address.rpartition("/")[2])
    return address


def the_receipt(page: Any) -> Any:
    return next(paper for paper in page.context["papers"] if paper.kind == "receipt")


def test_a_paper_is_received_with_one_press(phone: Phone, address: str) -> None:
    receipt = the_receipt(phone.get(f"{address}/papers"))
    assert "签收并下载" in text(phone.get(f"{address}/papers/{receipt.key}"))
    pdf = phone.post(f"{address}/papers/{receipt.key}/receive")
    assert pdf.headers["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert "no-store" in pdf.headers["Cache-Control"]
    page = phone.get(f"{address}/papers")
    assert the_receipt(page).served_at and "网上阅读" in text(page)
    assert phone.get(f"{address}/papers/{receipt.key}").content == pdf.content


def test_my_own_papers_are_there_at_once(phone: Phone) -> None:
    address = phone.hand_in()
    page = phone.get(f"{address}/papers")
    assert "还没有文书" in text(page) and "其他材料" in text(page)
    form = next(paper for paper in page.context["papers"] if paper.kind == "filing-form")
    assert "异地就医备案表" in text(page)
    assert phone.get(f"{address}/papers/{form.key}").content.startswith(b"%PDF")


def test_a_stranger_finds_nothing(phone: Phone, address: str) -> None:
    receipt = the_receipt(phone.get(f"{address}/papers"))
    phone.post("/sign-out")
    phone.sign_in(SUN)
    for path in (f"{address}/papers", f"{address}/papers/{receipt.key}"):
        assert phone.get(path).status_code == 404
    assert phone.post(f"{address}/papers/{receipt.key}/receive").status_code == 404


def test_at_the_counter_it_is_signed_for(node: Node, linyi: Node, huimin: Node) -> None:
    desks = Desks(node, linyi, huimin).found()
    case_id = desks.received()
    issue(node, case_id)
    clerk = desks.clerk()
    receipt = the_receipt(clerk.get(f"/staff/cases/{case_id}/papers"))
    assert clerk.get(f"/staff/cases/{case_id}/papers/{receipt.key}").content.startswith(b"%PDF")
    serve = f"/staff/cases/{case_id}/papers/{receipt.key}/serve"
    assert clerk.post(serve, {"cmd": str(new_id()), "way": "courier"}).status_code == 422
    assert clerk.post(serve, {"cmd": str(new_id()), "way": "counter", "signed": "罗建国"}).status_code == 302
    assert "窗口签收" in text(clerk.get(f"/staff/cases/{case_id}/papers"))
    assert "送达地址确认书" in text(clerk.get(f"/staff/cases/{case_id}/papers"))
    assert clerk.get(f"/staff/cases/{case_id}/papers/service-address").content.startswith(b"%PDF")
