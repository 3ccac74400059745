"""A clerk asks the other place before there is a case; the answer leads to the counter with everything filled in."""

import re

import pytest
from django.test import Client

from tests.cast import ITEM, LINYI
from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tongban.kernel import registries
from tongban.kernel.node import Node

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]
ABOUT = f"{ITEM}@{LINYI}"


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def post(client: Client, shown: str, address: str, **typed: str) -> str:
    """With the command of the page that stands at `shown`; the page that stands afterwards."""
    cmd = re.search(r'name="cmd" value="([^"]+)"', text(client.get(shown)))[1]  # type: ignore[index]
    return text(client.post(address, {"cmd": cmd, **typed}, follow=True))


def asked(clerk: Client, question: str = "居住证在换发，能办吗？") -> str:
    new = "/staff/enquiries/new"
    page = post(clerk, new, new, about=ABOUT, question=question)
    assert "待答复" in page
    return re.search(r"ZX-[0-9A-F-]+", page)[0]  # type: ignore[index]


def address_of(client: Client, number: str) -> str:
    page = text(client.get("/staff/enquiries"))
    return re.search(rf'href="([^"]+)">[^<]*<span class="num">{number}', page)[1]  # type: ignore[index]


def test_asked_answered_and_on_to_the_counter(desks: Desks) -> None:
    clerk = desks.clerk()
    number = asked(clerk)
    desks.deliver()
    examiner = desks.examiner()
    there = address_of(examiner, number)
    assert "居住证在换发" in text(examiner.get(there))
    assert "可以先办" in post(examiner, there, f"{there}/answer", answer="可以先办。")
    desks.deliver()
    registries.set_node(desks.jiyang)
    page = text(clerk.get(there))
    assert "可以先办" in page and f"/staff/reception?key={ITEM}&amp;insured={LINYI}" in page
    assert re.search(
        rf'<option value="{LINYI}"\s+selected', text(clerk.get(f"/staff/reception?key={ITEM}&insured={LINYI}"))
    )
    assert "没有转为办件" in post(clerk, there, f"{there}/close", became="")


def test_a_wrong_case_number_keeps_what_was_typed(desks: Desks) -> None:
    clerk = desks.clerk()
    number = asked(clerk)
    desks.deliver()
    examiner = desks.examiner()
    there = address_of(examiner, number)
    post(examiner, there, f"{there}/answer", answer="可以。")
    desks.deliver()
    registries.set_node(desks.jiyang)
    page = post(clerk, there, f"{there}/close", became="370115-1")
    assert "没有这个办件编号" in page and 'value="370115-1"' in page


def test_without_a_question_the_choice_is_kept(desks: Desks) -> None:
    new = "/staff/enquiries/new"
    page = post(desks.clerk(), new, new, about=ABOUT, question=" ")
    assert "请写明内容" in page and f'value="{ABOUT}" selected' in page


def test_who_decides_does_not_ask(desks: Desks) -> None:
    examiner = desks.examiner()
    assert examiner.get("/staff/enquiries").status_code == 200
    assert examiner.get("/staff/enquiries/new").status_code == 403
