"""Items at the desks of 临邑: listed with state and findings, one with its versions, compared, suspended and resumed; items taken in."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import ITEM, LINYI
from tests.web.citizens import PERMIT, Phone, supervised_item
from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tests.web.test_staff_compare import publish_both
from tongban.catalogue.history.taken import list_taken
from tongban.catalogue.importing.storing import store_items
from tongban.catalogue.services import publish
from tongban.catalogue.tests.guides import guide, read
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]

ONE = f"/staff/items/{ITEM}"


def taken_in() -> int:
    """An item of a province's list, in two versions; its id."""
    for changes in ({}, {"commitmentLimit": "3", "commitmentLimitExplain": "3个工作日"}):
        store_items(entries=[read(guide(**changes))], by=system(LINYI), at=now())
    return list_taken(on=legal_day(now()))[0][-1].id


def adjust(editor: Client, address: str, **typed: Any) -> Any:
    return editor.post(
        f"{address}/adjust", {"reason_zh": "系统升级", "reason_en": "The system is renewed"} | typed, follow=True
    )


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


@pytest.fixture
def editor(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "editor", "catalogue_editor")


def test_the_list_tells_state_and_findings(editor: Client) -> None:
    page = text(editor.get("/staff/items"))
    assert "异地就医" in page and "办理中" in page and "提示" in page


def test_an_item_is_suspended_and_resumed_and_the_page_tells_who_and_why(editor: Client) -> None:
    page = text(adjust(editor, ONE, act="suspended"))
    assert "已暂停" in page and "理由：系统升级" in page and "不能新申请" in page
    page = text(adjust(editor, ONE, act="resumed"))
    assert "恢复" in page and "不能新申请" not in page


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"act": "suspended", "since": "2020-01-01"}, 422, "不能从过去的日期"), ({"act": "resumed"}, 409, "不能恢复"),
        ({"act": "suspended", "since": "x"}, 422, "不是日期"), ({"act": "suspended", "reason_zh": " "}, 422, "理由没有写"), ({}, 422, "没有选择"),
        ({"act": "merged", "into": ITEM}, 422, "没有可以并入的事项"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    editor: Client, typed: dict[str, str], status: int, said: str
) -> None:
    answer = adjust(editor, ONE, **typed)
    assert answer.status_code == status and said in text(answer)
    assert "The system is renewed" in text(answer)


def test_two_versions_are_compared_in_words(desks: Desks, editor: Client) -> None:
    document = supervised_item(LINYI)
    document |= {"version": document["version"] + 1, "valid_from": "2027-01-01"}
    document["limits"]["promise"]["days"] += 1
    with scope([LINYI]):
        publish(node=desks.linyi, region=LINYI, document=document, by=system(LINYI), at=now())
    page = text(editor.get(f"{ONE}/compare"))
    days = document["limits"]["promise"]["days"]
    assert f"天数：{days - 1}" in page and f"天数：{days}" in page and "更严" in page and "1 处变化" in page
    assert editor.get(f"{ONE}/compare?before=99").status_code == 404


def test_lint_leaves_out_what_matters_less(editor: Client) -> None:
    assert "待核实" in text(editor.get("/staff/items/lint?least=info"))
    assert "待核实" not in text(editor.get("/staff/items/lint?least=nonsense"))


def test_lint_is_paged_and_the_next_page_shows_as_much(
    desks: Desks, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.web.staff.items.MOST_LINTED", 1)
    publish_both(desks)
    first, second = (editor.get(f"/staff/items/lint?least=info&page={number}") for number in (1, 2))
    assert "第 1 页，共 2 页" in text(first) and 'href="?least=info&amp;page=2"' in text(first)
    assert [len(page.context["items"]) for page in (first, second)] == [1, 1]
    assert first.context["items"] != second.context["items"]


def test_items_taken_in_have_versions_findings_and_a_state(editor: Client) -> None:
    address = f"/staff/items/taken/{taken_in()}"
    assert "002099001001-01" in text(editor.get("/staff/items/taken"))
    page = text(editor.get(address))
    assert "第 2 版" in page and "变更" in page
    assert "天数：3" in text(editor.get(f"{address}/compare"))
    assert "已取消" in text(adjust(editor, address, act="withdrawn"))
    assert editor.get("/staff/items/taken/99999").status_code == 404


def test_who_only_looks_has_no_form(desks: Desks) -> None:
    examiner = desks.sign_in(desks.linyi, "chengang", "examiner")
    assert 'name="reason_zh"' not in text(examiner.get(ONE))
    assert adjust(examiner, ONE, act="suspended").status_code == 403


def test_a_citizen_is_told_why_and_since_when(desks: Desks, editor: Client) -> None:
    adjust(editor, ONE, act="suspended")
    registries.set_node(desks.jiyang)
    page = text(Phone(desks.jiyang).answer(PERMIT))
    assert "起暂停办理：系统升级" in page and "已经提交的办件照常办理" in page
