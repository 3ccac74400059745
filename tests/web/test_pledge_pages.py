"""告知承诺 on pages: what was signed, taking it back, the ordinary way offered at the desk, the published list."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.citizens import Phone, hidden_fields, text
from tests.web.desks import Desks
from tests.web.test_staff_case import seen
from tongban.documents.tests.files import picture
from tongban.kernel import registries
from tongban.kernel.node import Node

pytestmark = pytest.mark.django_db


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin)


@pytest.fixture
def address(phone: Phone, desks: Desks) -> str:
    """A case that rests on a pledge, on the desk of 临邑."""
    address = phone.hand_in()
    desks.hand_over(UUID(address.removeprefix("/cases/")))
    settle(desks)
    return address


def settle(desks: Desks) -> None:
    desks.deliver()
    registries.set_node(desks.jiyang)


def take_back(phone: Phone, desks: Desks, address: str) -> Any:
    page = phone.get(f"{address}/withdraw-pledge")
    phone.client.post(f"{address}/withdraw-pledge", hidden_fields(page))
    settle(desks)
    return phone.get(address)


def test_the_page_says_who_signed_which_text(phone: Phone, address: str) -> None:
    page = text(phone.get(address))
    assert "证明事项告知承诺" in page and "网上签署" in page and f"{address}/withdraw-pledge" in page


def test_before_it_is_taken_back_the_page_says_what_follows(phone: Phone, address: str) -> None:
    page = text(phone.get(f"{address}/withdraw-pledge"))
    assert "申请继续有效" in page and "异地长期居住人员备案（居住证）" in page


def test_taken_back_the_ordinary_papers_are_asked(phone: Phone, desks: Desks, address: str) -> None:
    page = text(take_back(phone, desks, address))
    assert "您撤回了承诺" in page and "居住证" in page and f"{address}/correct" in page
    assert f"{address}/withdraw-pledge" not in page


def test_an_answer_may_spare_a_paper_of_the_ordinary_way(phone: Phone, desks: Desks, address: str) -> None:
    take_back(phone, desks, address)
    form = hidden_fields(phone.get(f"{address}/correct"))
    assert phone.client.post(f"{address}/correct", form).status_code == 422
    consents = form | {"consent.residence_register": "yes"}
    assert phone.client.post(f"{address}/correct", consents).status_code == 302


def test_or_it_is_brought(phone: Phone, desks: Desks, address: str) -> None:
    take_back(phone, desks, address)
    brought: Any = hidden_fields(phone.get(f"{address}/correct"))
    brought |= {"file-residence-permit": SimpleUploadedFile("a.jpg", picture("JPEG"))}
    assert phone.client.post(f"{address}/correct", brought).status_code == 302


def test_an_officer_offers_the_ordinary_way_and_refuses_nothing(phone: Phone, desks: Desks, address: str) -> None:
    examiner, at_the_desk = desks.examiner(), f"/staff{address}"
    page = examiner.get(at_the_desk)
    assert "不适用告知承诺" in text(page)
    silent = examiner.post(f"{at_the_desk}/ordinary-way", seen(page))
    assert "没有写明为什么" in text(silent)
    examiner.post(f"{at_the_desk}/ordinary-way", seen(examiner.get(at_the_desk)) | {"notice": "以前的承诺还没有补交。"})
    settle(desks)
    told = text(phone.get(address))
    assert "以前的承诺还没有补交。" in told and "这不是不予办理" in told and f"{address}/correct" in told


def test_at_the_counter_the_applicant_is_there(desks: Desks, phone: Phone, address: str) -> None:
    clerk: Client = desks.clerk()
    page = clerk.get(f"/staff{address}")
    absent = clerk.post(f"/staff{address}/withdraw-pledge", seen(page))
    assert "还没有确认申请人到场" in text(absent)
    clerk.post(f"/staff{address}/withdraw-pledge", seen(clerk.get(f"/staff{address}")) | {"asked": "yes"})
    settle(desks)
    assert "您撤回了承诺" in text(phone.get(address))


def test_the_list_is_open_to_everybody(phone: Phone) -> None:
    page = text(phone.get("/pledge-items"))
    assert "告知承诺事项清单" in page and "居住证明" in page and "国家安全" in page and "待核实" in page
