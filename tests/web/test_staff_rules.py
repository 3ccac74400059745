"""Rules at the desks of 临邑: read in sentences, changed in a draft, tried while one writes, rehearsed, and the examples as a table."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.cast import ITEM, LINYI
from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tongban.catalogue.editing import find_point
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.review import drafting
from tongban.web.desk_roles import home_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]

RULES = f"/staff/rules/{ITEM}"
RESIDENCE = f"{RULES}/points/residence"
TYPED: dict[str, Any] = {
    "label_zh": "在就医地登记居住", "label_en": "Registered as living in the place of treatment", "condition": ["residence.registered", ""],
    "mode": "all", "on_false": "refer", "on_unknown": "refer", "basis": ["notice-2022-22"], "verified": "yes", "demand": ["residence-permit"],
    "change_zh": "请提交居住证，或者改用个人承诺书。", "change_en": "Hand in the residence permit or use the personal pledge.", "edits": "0",
}  # fmt: skip


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


@pytest.fixture
def editor(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "editor", "catalogue_editor")


def typed(editor: Client, **values: Any) -> dict[str, Any]:
    """The form as it stands, with some of it otherwise."""
    page = editor.get(RESIDENCE)
    situations = [one.id for one in page.context["situations"] if one.chosen]
    return {**TYPED, "situation": situations, "act": "save", **values}


def change_a_rule(editor: Client, **values: Any) -> Any:
    return editor.post(f"{RESIDENCE}/write", typed(editor, **values))


def drafted(editor: Client, **values: Any) -> Any:
    editor.post(f"{RULES}/draft")
    return change_a_rule(editor, **values)


def test_an_editor_begins_at_the_rules_and_reads_them_in_sentences(desks: Desks, editor: Client) -> None:
    page = text(editor.get("/staff/rules"))
    assert "异地就医" in page and 'href="/staff/rules"' in page
    page = text(editor.get(RULES))
    assert "residence.registered" in page and "医保发〔2022〕22号" in page and "全部符合预期" in page
    assert editor.get(f"{RULES}?situation=cancel").context["situation"] == "cancel"


@pytest.mark.parametrize(
    ("roles", "home"),
    [
        ({"catalogue_editor"}, "rules"), ({"catalogue_editor", "operator"}, "node"), ({"catalogue_editor", "chief"}, "worklist"),
        ({"operator"}, "node"), ({"calendar_editor"}, "worklist"),
    ],
)  # fmt: skip
def test_everybody_begins_where_they_have_something_to_do(roles: set[str], home: str) -> None:
    assert home_of(roles) == f"staff:{home}"


def test_what_is_published_has_no_form(desks: Desks, editor: Client) -> None:
    page = text(editor.get(RESIDENCE))
    assert "先建立草案" in page and 'name="condition"' not in page
    answer = change_a_rule(editor)
    assert answer.status_code == 409 and "已发布的规则不能直接修改" in text(answer)


def test_an_unchanged_form_changes_nothing(desks: Desks, editor: Client) -> None:
    assert drafted(editor).status_code == 302
    with scope([LINYI]):
        draft = drafting.find_draft(node=desks.linyi, region=LINYI, key=ITEM)
    assert draft and draft.changes == {}


def test_a_rule_is_changed_and_the_examples_say_what_it_does(desks: Desks, editor: Client) -> None:
    answer = drafted(editor, condition=["!residence.registered"])
    assert answer.headers["Location"] == RESIDENCE
    page = text(editor.get(RESIDENCE))
    assert "例与预期不同" in page and "在就医地登记居住：不符合，应为符合" in page and "已修改" in page
    page = text(editor.get(RULES))
    assert "已改 1 个要点" in page and "本地规定" in page


def test_what_is_typed_is_tried_and_not_kept(desks: Desks, editor: Client) -> None:
    page = text(drafted(editor, act="try", condition=["residence.registered == false"]))
    assert "整件：" in page and "应为" in page
    assert "已改 0 个要点" in text(editor.get(RULES))


def test_a_mistake_is_shown_where_it_is_and_nothing_typed_is_lost(desks: Desks, editor: Client) -> None:
    answer = drafted(editor, condition=["residence.registered && nope"], label_zh="新名字")
    page = text(answer)
    assert answer.status_code == 422 and "没有要素“nope”" in page and "第 25 个字符" in page
    assert '<mark class="at-fault">n</mark>ope' in page and 'value="新名字"' in page


def test_signs_that_nobody_sees_are_not_kept(desks: Desks, editor: Client) -> None:
    seen = {
        "label_zh": "在就医地\0登记\x1b居住",
        "change_en": "Hand\x85 it in.",
        "condition": ["!residence\0.registered"],
    }
    assert drafted(editor, **seen).status_code == 302
    with scope([LINYI]):
        draft = drafting.find_draft(node=desks.linyi, region=LINYI, key=ITEM)
    point = find_point(draft.document, "residence") if draft else None
    assert point and (point["label"]["zh"], point["change"]["en"]) == ("在就医地登记居住", "Hand it in.")
    assert point["conditions"] == ["!residence.registered"]


def test_what_is_senseless_is_kept_and_holds_the_rehearsal_up(desks: Desks, editor: Client) -> None:
    drafted(editor, condition=["residence.registered || !residence.registered"])
    assert "永远不会不符合" in text(editor.get(RESIDENCE))
    page = text(editor.get(RULES))
    assert "不能预演和发布" in page and "在以往办件上预演" not in page
    assert editor.post(f"{RULES}/rehearse").status_code == 422


def test_two_editors_do_not_overwrite_each_other(desks: Desks, editor: Client) -> None:
    drafted(editor, on_unknown="ask")
    answer = change_a_rule(editor, on_unknown="refer")
    assert answer.status_code == 409 and "草案已被修改" in text(answer)


def test_a_point_is_added_and_taken_away(desks: Desks, editor: Client) -> None:
    editor.post(f"{RULES}/draft")
    new = {
        **TYPED,
        "id": "address-told",
        "label_zh": "填了地址",
        "label_en": "Address told",
        "condition": ["filing.address != ''"],
    }
    answer = editor.post(f"{RULES}/points/new/write", {**new, "situation": ["long_term_permit"], "act": "save"})
    assert answer.headers["Location"] == f"{RULES}/points/address-told"
    assert "新增" in text(editor.get(f"{RULES}/points/address-told"))
    assert "已有这个编号" in text(editor.post(f"{RULES}/points/new/write", {**new, "act": "save"}))
    editor.post(f"{RULES}/points/address-told/write", {"act": "remove", "edits": "1"})
    assert editor.get(f"{RULES}/points/address-told").status_code == 404


def test_a_rehearsal_begins_at_the_page_and_is_linked(desks: Desks, editor: Client) -> None:
    drafted(editor, on_unknown="ask")
    answer = editor.post(f"{RULES}/rehearse")
    assert answer.headers["Location"].startswith("/staff/rehearsals/")
    assert answer.headers["Location"] in text(editor.get(RULES))


def test_a_draft_is_given_up(desks: Desks, editor: Client) -> None:
    drafted(editor, on_unknown="ask")
    editor.post(f"{RULES}/draft", {"act": "discard"})
    assert "建立草案" in text(editor.get(RULES))


def test_the_examples_are_a_table_and_a_workbook(desks: Desks, editor: Client) -> None:
    page = text(editor.get(f"{RULES}/examples"))
    assert "没有另外写明的，以下都成立" in page and "0 例与预期不同" in page
    book = openpyxl.load_workbook(io.BytesIO(editor.get(f"{RULES}/examples.xlsx").content))
    assert "示例表" in book.worksheets[0]["A1"].value


def test_an_examiner_reads_and_does_not_write(desks: Desks) -> None:
    examiner = desks.examiner()
    assert "建立草案" not in text(examiner.get(RULES))
    assert examiner.post(f"{RULES}/draft").status_code == 403
    assert desks.clerk().get("/staff/rules").status_code == 403


def test_an_item_that_is_not_published_here_is_not_there(desks: Desks, editor: Client) -> None:
    assert editor.get("/staff/rules/no-such-item").status_code == 404
    assert editor.get(f"{RULES}/points/nothing").status_code == 404
