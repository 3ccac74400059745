"""Desks beside the straight road: two pairs of eyes, the clock stopped and extended, assigned and recused, a second list, a day's work."""

from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.cast import ITEM, LINYI
from tests.web.desks import Desks
from tests.web.test_staff_case import seen, text
from tongban.catalogue import services as catalogue
from tongban.catalogue.layers import load_document
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


@pytest.fixture
def two_eyes(desks: Desks) -> Desks:
    """The same service, published again by 临邑 with two pairs of eyes."""
    document = load_document(ITEM, LINYI)
    newer = {
        **document, "version": document["version"] + 1, "valid_from": "2020-01-02",
        "policy": {**document["policy"], "single_examiner": False},
    }  # fmt: skip
    with scope([LINYI]):
        catalogue.publish(node=desks.linyi, region=LINYI, document=newer, by=system(LINYI), at=now())
    return desks


def send(client: Client, case_id: UUID, act: str, **typed: Any) -> HttpResponse:
    """From the page as it is now, to the page as it is then."""
    address = f"/staff/cases/{case_id}"
    return client.post(f"{address}/{act}", {**seen(client.get(address)), **typed}, follow=True)


OPINION = {"recommends": "approve", "reasons": "材料与登记一致。"}


def test_who_examines_does_not_decide(two_eyes: Desks) -> None:
    case_id, examiner = two_eyes.taken_over(), two_eyes.examiner()
    assert "准予备案" not in text(examiner.get(f"/staff/cases/{case_id}"))
    page = text(send(examiner, case_id, "examine", **OPINION))
    assert "审核意见：建议准予" in page and "材料与登记一致" in page and "/approve" not in page


def test_the_chief_decides_on_the_examiner_s_opinion(two_eyes: Desks) -> None:
    case_id = two_eyes.taken_over()
    send(two_eyes.examiner(), case_id, "examine", **OPINION)
    chief = two_eyes.sign_in(two_eyes.linyi, "sunli", "chief")
    assert str(case_id) in text(chief.get("/staff/"))
    assert "准予备案" in text(send(chief, case_id, "approve"))


def test_an_opinion_without_reasons_keeps_what_was_typed(two_eyes: Desks) -> None:
    case_id = two_eyes.taken_over()
    answer = send(two_eyes.examiner(), case_id, "examine", recommends="refuse", reasons="参保已终止")
    assert answer.status_code == 422 and "参保已终止</textarea>" in text(answer)


def test_nothing_is_decided_before_the_countersignature(desks: Desks) -> None:
    case_id, examiner = desks.taken_over(), desks.examiner()
    send(examiner, case_id, "accept")
    page = text(send(examiner, case_id, "countersign/ask", role="chief", note="居住时间请复核"))
    assert "等待会签：首席代表" in page and "/approve" not in page
    chief = desks.sign_in(desks.linyi, "sunli", "chief")
    assert "待我会签" in text(chief.get("/staff/?desk=countersign")) and str(case_id) in text(
        chief.get("/staff/?desk=countersign")
    )
    assert "会签同意" in text(send(chief, case_id, "countersign", opinion="agree", note="属实"))
    assert "/approve" in text(examiner.get(f"/staff/cases/{case_id}"))


def test_a_special_procedure_stops_the_clock(desks: Desks) -> None:
    case_id, examiner = desks.taken_over(), desks.examiner()
    send(examiner, case_id, "accept")
    assert (
        send(examiner, case_id, "special/start", procedure="site_visit", basis="第四十五条", until="").status_code
        == 422
    )
    begun = {"procedure": "site_visit", "basis": "行政许可法第四十五条", "until": "2999-01-01", "note": "上门核实"}
    page = text(send(examiner, case_id, "special/start", **begun))
    assert "特别程序：现场核查" in page and "不计时" in page
    assert "预计至" in page and "预计至" not in text(send(examiner, case_id, "special/end"))


def test_a_case_is_assigned_by_lot_and_the_recused_get_no_more(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, chief = desks.examiner(), desks.sign_in(desks.linyi, "sunli", "chief")
    assert "审核人员：" in text(send(chief, case_id, "assign"))
    assert str(case_id) in text(examiner.get("/staff/?desk=mine"))
    assert "已回避 1 人" in text(send(examiner, case_id, "recuse", note="当事人是亲属"))
    assert "名单为空" in text(send(chief, case_id, "assign"))


def test_who_is_recused_opens_neither_files_nor_record(desks: Desks) -> None:
    case_id, examiner = desks.taken_over(), desks.examiner()
    address = f"/staff/cases/{case_id}"
    assert examiner.get(f"{address}/record").status_code == 200
    assert examiner.get(f"{address}/files/{'0' * 64}").status_code == 404
    send(examiner, case_id, "recuse", note="当事人是亲属")
    for end in ("record", f"files/{'0' * 64}"):
        answer = examiner.get(f"{address}/{end}")
        assert answer.status_code == 403 and "您已回避此办件" in text(answer)


def test_only_examiners_are_given_cases(desks: Desks) -> None:
    case_id = desks.taken_over()
    chief = desks.sign_in(desks.linyi, "sunli", "chief")
    assert send(chief, case_id, "assign", officer="s-nobody").status_code == 404


def test_a_second_list_needs_a_supervisor(desks: Desks) -> None:
    case_id, examiner = desks.taken_over(), desks.examiner()
    send(examiner, case_id, "request-correction", field=["filing.address"], note="门牌号缺失")
    page = text(desks.sign_in(desks.linyi, "wangwu", "supervisor").get(f"/staff/cases/{case_id}"))
    assert "已一次性告知补正" in page and "罗建国" not in page


def test_many_are_assigned_and_each_answers_for_itself(desks: Desks) -> None:
    cases = [desks.taken_over(), desks.taken_over()]
    desks.examiner()
    supervisor = desks.sign_in(desks.linyi, "wangwu", "supervisor")
    page = supervisor.post("/staff/bulk", {"act": "assign", "desk": "overdue", "case": [str(id) for id in cases]})
    assert "分派给" in text(page) and text(page).count('name="line"') == 2
    page = supervisor.post("/staff/bulk", {"act": "draw", "desk": "overdue", "case": [str(id) for id in cases]})
    heads = [part.partition('"')[0] for part in text(page).split('name="line" value="')[1:]]
    done = supervisor.post("/staff/bulk/do", {"act": "draw", "cmd": seen_cmd(page), "line": heads})
    assert "已办理 2 件" in text(done)


def seen_cmd(page: HttpResponse) -> str:
    return text(page).partition('name="cmd" value="')[2].partition('"')[0]


def test_a_day_s_work_is_the_officer_s_own(desks: Desks) -> None:
    case_id, examiner = desks.taken_over(), desks.examiner()
    send(examiner, case_id, "accept")
    page = text(examiner.get("/staff/today"))
    assert "1 次办理，1 件" in page and "受理" in page and "罗**" in page
    assert "还没有办理记录" in text(desks.examiner("liwei").get("/staff/today"))
    assert "还没有办理记录" in text(examiner.get("/staff/today?day=2021-01-01"))


def test_an_office_asks_to_hurry_once_a_day(desks: Desks) -> None:
    case_id = desks.taken_over()
    clerk = desks.clerk()
    send(clerk, case_id, "urge")
    assert send(clerk, case_id, "urge").status_code in {200, 409}
