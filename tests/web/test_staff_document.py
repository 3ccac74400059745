"""What the machine read on a letter, at the desk of 临邑: the page with its frames, what differs, and what a person confirms."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.cast import LINYI, LUO
from tests.web.desks import Desks
from tests.web.letters import read_letter
from tests.web.test_staff_case import text
from tongban.audit.models import Reading
from tongban.documents.models import FileReading
from tongban.exchange import queries as exchange
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.web.staff import case

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


@pytest.fixture
def read(desks: Desks) -> tuple[UUID, str]:
    return read_letter(desks)


@pytest.fixture
def examiner(desks: Desks, read: Any) -> Client:
    return desks.examiner()


def address(read: tuple[UUID, str]) -> str:
    return f"/staff/cases/{read[0]}/readings/{read[1]}"


def confirm(examiner: Client, read: tuple[UUID, str], **typed: str) -> Any:
    return examiner.post(f"{address(read)}/confirm", {"head": "1", "cmd": str(new_id()), **typed})


def kinds(case_id: UUID) -> list[str]:
    with scope([LINYI]):
        return [
            event.payload.kind_name.removeprefix("cases.")
            for event in exchange.get_chain(region=LINYI, case_id=case_id)
        ]


def test_the_case_page_flags_the_name_and_leads_to_the_letter(examiner: Client, read: tuple[UUID, str]) -> None:
    page = text(examiner.get(f"/staff/cases/{read[0]}"))
    assert "不一致 1 项" in page and "待核对 1 项" in page
    assert address(read) in page


def test_the_page_shows_where_each_value_stands(examiner: Client, read: tuple[UUID, str]) -> None:
    page = text(examiner.get(address(read)))
    assert len(re.findall(r'<rect class="seen', page)) == 3
    assert '<rect class="seen differs" x="30" y="40" width="60" height="20">' in page
    assert "孙丽" in page and "与填报不一致" in page and "把握 62%" in page
    assert "已转正（90°）" in page and "data:image/jpeg;base64," in page


def test_what_is_confirmed_is_signed_and_no_longer_waits(examiner: Client, read: tuple[UUID, str]) -> None:
    assert confirm(examiner, read, field="hospital", value="临邑县人民医院").headers["Location"] == address(read)
    page = text(examiner.get(address(read)))
    assert re.search("机器读作：<span[^>]*>临邑县入民医院", page) and "已由工作人员确认" in page
    assert kinds(read[0])[-2:] == ["document_read", "assessed"]


def test_each_look_at_what_was_read_is_one_row(examiner: Client, read: tuple[UUID, str]) -> None:
    examiner.get(address(read))
    confirm(examiner, read, field="letter_on", value="十八号")
    with scope([LINYI]):
        seen = list(Reading.objects.filter(case_id=read[0]).order_by("id").values_list("route", "what"))
    assert seen == [("staff:document", "file"), ("staff:document-confirm", "file")]


def test_who_has_nothing_to_do_with_the_case_sees_only_what_was_compared(desks: Desks, read: tuple[UUID, str]) -> None:
    page = text(desks.sign_in(desks.linyi, "zhouyi", "supervisor").get(address(read)))
    assert "与填报不一致" in page and "已遮盖" in page
    for hidden in ("孙丽", LUO.name, "民医院", "2026-11-18", "data:image/jpeg", "/confirm"):
        assert hidden not in page


def test_while_the_applicant_corrects_nothing_is_confirmed(examiner: Client, read: tuple[UUID, str]) -> None:
    with scope([LINYI]):
        head = len(exchange.get_chain(region=LINYI, case_id=read[0]))
    examiner.post(f"/staff/cases/{read[0]}/request-correction", {
        "head": head, "cmd": str(new_id()), "material": "referral-letter", "note": "看不清",
    })  # fmt: skip
    assert kinds(read[0])[-1] == "correction_requested"
    assert "/confirm" not in text(examiner.get(address(read)))
    refused = confirm(examiner, read, field="hospital", value="临邑县人民医院")
    assert refused.status_code == 409 and "未作确认" in text(refused)


def test_what_is_no_day_is_refused_and_what_was_typed_stays(examiner: Client, read: tuple[UUID, str]) -> None:
    refused = confirm(examiner, read, field="letter_on", value="十八号")
    assert refused.status_code == 422
    assert 'value="十八号"' in text(refused)


def test_a_node_without_the_reader_says_so(examiner: Client, read: tuple[UUID, str], monkeypatch: Any) -> None:
    monkeypatch.setattr(case, "is_installed", lambda: False)
    with scope([LINYI]):
        FileReading.objects.all().delete()
    assert "没有安装材料识读组件" in text(examiner.get(f"/staff/cases/{read[0]}"))


def test_the_receiving_place_has_no_reading_of_its_own(desks: Desks, read: tuple[UUID, str]) -> None:
    assert desks.clerk().get(address(read)).status_code == 404
