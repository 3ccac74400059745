"""Rehearsals and samples at the desks of 临邑: one starts, another signs, the editor publishes; a person's opinion on a machine's decision."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import ITEM, LINYI
from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tongban.catalogue.layers import load_document
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review import guard, rehearsal, rehearsals

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def asking_more() -> bytes:
    """A draft under which whatever is unknown is asked of the applicant instead of going to an examiner."""
    document: Any = load_document(ITEM, LINYI)
    points = [point | {"on_unknown": "ask"} for point in document["points"]]
    return json.dumps(document | {"valid_from": "2020-01-01", "points": points}).encode()


def started(desks: Desks, editor: Client, draft: bytes | None = None) -> str:
    file = SimpleUploadedFile("draft.json", asking_more() if draft is None else draft)
    address = editor.post("/staff/rehearsals/start", {"draft": file})
    return address.headers.get("Location", text(address))


def rehearsed(desks: Desks, editor: Client) -> str:
    address = started(desks, editor)
    rehearsal.run_rehearsal(node=desks.linyi, region=LINYI, rehearsal_id=UUID(address.rpartition("/")[2]), at=now())
    return address


def drawn(desks: Desks, case_id: UUID) -> UUID:
    """As if the machine had decided this case, and the lot had fallen on it."""
    every = guard.Limits(one_in=1)
    given = {"node": desks.linyi, "region": LINYI, "key": ITEM, "number": "n-1", "definition": "d", "at": now()}
    with scope([LINYI]):
        guard.draw_sample(case_id=case_id, limits=every, **given)  # type: ignore[arg-type]
        [sample] = rehearsals.list_samples(node=desks.linyi, region=LINYI, at=now())
    return sample.id


def digest_of(page: str) -> str:
    return re.search(r'name="digest" value="([0-9a-f]+)"', page)[1]  # type: ignore[index]


def editor_of(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "editor", "catalogue_editor")


def test_a_draft_goes_from_the_file_to_the_day_from_which_it_applies(desks: Desks) -> None:
    case_id = desks.taken_over()
    editor = editor_of(desks)
    address = rehearsed(desks, editor)
    page = text(editor.get(address))
    assert "1 件结果翻转" in page and f"/staff/cases/{case_id}" not in page
    chief = desks.sign_in(desks.linyi, "sunli", "chief")
    page = text(chief.get(address))
    assert f"/staff/cases/{case_id}" in page and "转审核人员 → 补问" in page
    chief.post(f"{address}/sign", {"digest": digest_of(page), "note": "先问申请人"})
    assert "先问申请人" in text(chief.get(address))
    day = legal_day(now()) + timedelta(days=30)
    editor.post(f"{address}/publish", {"valid_from": day.isoformat()})
    assert f"{day.year}年{day.month}月{day.day}日 起施行" in text(editor.get(address))


def test_what_is_wrong_is_said_on_the_page(desks: Desks) -> None:
    editor = editor_of(desks)
    assert "草案文件无法读取" in started(desks, editor, b"- 1")
    assert "草案文件无法读取" in started(desks, editor, b"a: &x [1]\nb: *x")
    assert "草案不属于区划" in started(desks, editor, b"region: '370115'")
    address = started(desks, editor)
    assert "正在试算" in text(editor.get(address))
    chief = desks.sign_in(desks.linyi, "sunli", "chief")
    assert "预演尚未完成" in text(chief.post(f"{address}/sign", {"digest": ""}))
    assert "尚未签署" in text(editor.post(f"{address}/publish", {"valid_from": "x"}))


def test_flips_are_shown_by_point(desks: Desks) -> None:
    desks.taken_over()
    editor = editor_of(desks)
    address = rehearsed(desks, editor)
    assert "没有翻转的办件" in text(editor.get(f"{address}?point=none"))
    assert editor.get(f"{address}?after=x").status_code == 200
    page = text(editor.get(f"{address}?point=residence"))
    assert "尚不能确定（转审核人员） → 尚不能确定（补问）" in page
    assert "1 件翻转" in text(editor.get("/staff/rehearsals"))


def test_reception_neither_rehearses_nor_judges(desks: Desks) -> None:
    clerk = desks.clerk()
    for path in ("/staff/rehearsals", "/staff/automatic"):
        assert clerk.get(path).status_code == 403
    assert "规则预演" not in text(clerk.get("/staff/"))


def test_a_sample_is_looked_at_and_the_item_stopped_and_let_go_on(desks: Desks) -> None:
    case_id = desks.taken_over()
    sample = drawn(desks, case_id)
    chief = desks.sign_in(desks.linyi, "sunli", "chief")
    address = f"/staff/automatic/samples/{sample}"
    assert f"/staff/cases/{case_id}" in text(chief.get("/staff/automatic"))
    assert "请写明理由" in text(chief.post(address, {"opinion": "disagrees"}))
    chief.post(address, {"opinion": "disagrees", "note": "地址不符"})
    assert "地址不符" in text(chief.get("/staff/automatic"))
    chief.post("/staff/automatic/steer", {"key": ITEM, "act": "stop", "reason": "登记系统有误"})
    assert "已暂停" in text(chief.get("/staff/automatic"))
    chief.post("/staff/automatic/steer", {"key": ITEM, "act": "restart", "reason": "系统已修复"})
    assert "系统已修复" in text(chief.get("/staff/automatic"))


def test_an_examiner_does_not_steer_and_nobody_looks_at_what_is_not_there(desks: Desks) -> None:
    examiner = desks.examiner()
    assert examiner.post("/staff/automatic/steer", {"key": ITEM}).status_code == 403
    assert examiner.post(f"/staff/automatic/samples/{new_id()}", {"opinion": "agrees"}).status_code == 404
