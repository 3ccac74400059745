"""Taking items in on the page: upload, report of a dry run, take; a second run changes nothing; the national tables."""

import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tongban.catalogue.tests.guides import guide
from tongban.kernel.node import Node

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]

PAGE = "/staff/items/imports"


def upload(editor: Client, *documents: Any, name: str = "指南.json") -> Any:
    raw = json.dumps(documents, ensure_ascii=False).encode()
    return editor.post(PAGE, {"file": SimpleUploadedFile(name, raw)}, follow=True)


@pytest.fixture
def editor(node: Node, linyi: Node, huimin: Node) -> Client:
    desks = Desks(node, linyi, huimin).found()
    return desks.sign_in(desks.linyi, "editor", "catalogue_editor")


def test_a_file_is_checked_then_taken_and_again_changes_nothing(editor: Client) -> None:
    for stored in ("新增 1", "没有变化 1"):
        page = upload(editor, guide(), guide(rightsCode="x"))
        assert "采用 1" in text(page) and "未采用 1" in text(page) and "采用入库" in text(page)
        taken = editor.post(f"{page.request['PATH_INFO']}/take", follow=True)
        assert stored in text(taken) and "采用入库" not in text(taken)
    assert "示例事项办理" in text(editor.get("/staff/items/taken"))
    assert text(editor.get(PAGE)).count("已入库") == 2
    assert editor.post(f"{page.request['PATH_INFO']}/take").status_code == 409


def test_unknown_words_are_told_and_nothing_crashes(editor: Client) -> None:
    page = upload(editor, guide(doScope="全宇宙", transactLevel="九级"), name="<held-back>.json")
    assert "全宇宙" in text(page) and "九级" in text(page) and "采用并有发现 1" in text(page)
    report = json.loads(editor.get(f"{page.request['PATH_INFO']}/report.json").content)
    assert {"doScope", "transactLevel"} <= {one["field"] for one in report[0]["findings"]}
    assert "没有这样的记录" in text(editor.get(f"{page.request['PATH_INFO']}?status=refused&from=0"))


def test_what_is_no_file_of_any_format_is_said(editor: Client) -> None:
    assert editor.post(PAGE).status_code == 422
    page = upload(editor, {"what": 1})
    assert "没有可以入库的内容" in text(page) and "采用入库" not in text(page)


def test_the_template_and_the_national_tables_are_workbooks(editor: Client) -> None:
    assert openpyxl.load_workbook(io.BytesIO(editor.get(f"{PAGE}/template.xlsx").content)).sheetnames[0] == "事项"
    upload(editor, guide())
    book = openpyxl.load_workbook(io.BytesIO(editor.get("/staff/items/national.xlsx?taken=yes").content))
    assert book.sheetnames[:2] == ["待补", "up_task_directory"] and "up_task_public_basic" in book.sheetnames
