"""Comparison at the desks: an agreement and an item graded, tables, tasks of liaison officers, a standard followed with its reasons."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.cast import JIYANG, LINYI
from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tongban.alliance.tests.test_comparing import KEY, THREE, differing
from tongban.catalogue.layers import load_document
from tongban.catalogue.queries import list_publications
from tongban.catalogue.services import publish
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]

ITEM = f"/staff/compare/items/{KEY}"
STANDARD = f"/staff/compare/standards/{KEY}"


def publish_both(desks: Desks) -> None:
    """济阳 as the layers say, 临邑 with one material, one limit and one rule otherwise."""
    for node, region, document in (
        (desks.jiyang, JIYANG, load_document(KEY, JIYANG)), (desks.linyi, LINYI, differing())
    ):  # fmt: skip
        with scope([region]):
            publish(node=node, region=region, document=document, by=system(region), at=now())


def reasons(page: Any) -> dict[str, Any]:
    """The form filled in with a reason for each path."""
    paths = [one for one in page.context["departures"] if one["needed"]]
    return {"standard": page.context["chosen"], "path": [one["said"]["path"] for one in paths]} | {
        f"reason-{one['number']}-zh": "试点" for one in paths
    }


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    desks = Desks(node, linyi, huimin).found()
    publish_both(desks)
    return desks


@pytest.fixture
def editor(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "editor", "catalogue_editor", "liaison")


@pytest.fixture
def second(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "second", "catalogue_editor")


def publish_proposed(client: Client) -> Any:
    """By whoever looks at the page, what stands on it."""
    proposal = client.get(STANDARD).context["proposal"].id
    return client.post(f"{STANDARD}/adopt", {"act": "publish", "proposal": proposal}, follow=True)


def test_the_page_tells_exactly_these_three(editor: Client) -> None:
    page = editor.get(f"{ITEM}?places={JIYANG},{LINYI}")
    assert {one.path: one.grade for one in page.context["one"].differences} == THREE
    assert "3 处差异" in text(page) and all(path in text(page) for path in THREE)
    assert "points[severe]" not in text(editor.get(f"{ITEM}?grade=stricter"))
    assert editor.get(f"{ITEM}?places={JIYANG}").status_code == 404


def test_conditions_are_told_in_words_and_stand_below_as_they_are_written(editor: Client) -> None:
    page = editor.get(f"{ITEM}?places={JIYANG},{LINYI}")
    rows = {row["path"]: row for _, rows in page.context["groups"] for row in rows}
    rule = rows["points[severe]"]
    said = [line.zh for each in rule["said"] for line in each["lines"]]
    assert rule["sources"] and not any(source in line for _, source in rule["sources"] for line in said)
    assert "=" not in "".join(said) and "points[" not in rule["label"].zh


def test_places_are_chosen_by_name(editor: Client) -> None:
    page = editor.get(f"{ITEM}?places=济阳区，临邑县")
    assert set(page.context["one"].places) == {JIYANG, LINYI} and "济阳区" in text(page)
    assert editor.get(ITEM, {"places": [JIYANG, "临邑县"]}).context["unknown"] == []
    assert "没有这个地方" in text(editor.get(f"{ITEM}?places=月亮县"))
    chosen = [code for group in page.context["choices"] for code, _, ticked in group["places"] if ticked]
    assert set(chosen) == {JIYANG, LINYI}


def test_an_agreement_lists_its_items(editor: Client) -> None:
    assert "2 处待处理" in text(editor.get("/staff/compare"))
    page = text(editor.get("/staff/compare/agreements/jlh"))
    assert "残疾人" in page and "矛盾 1" in page and "未约定" in page
    assert editor.get("/staff/compare/agreements/other").status_code == 404
    assert f"places={JIYANG}" in editor.get(f"/staff/compare?key={KEY}&places={JIYANG}, {LINYI}").headers["Location"]


@pytest.mark.parametrize("asked", ["agreement=jlh", f"item={KEY}"])
def test_the_differences_can_be_taken_away(editor: Client, asked: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(editor.get(f"/staff/compare/table?{asked}").content))
    assert {row[1].value for row in list(book.active.rows)[1:]} == set(THREE)
    lines = editor.get(f"/staff/compare/table?{asked}&format=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4 and lines[0].endswith(f"{JIYANG},{LINYI}")


def test_a_key_that_is_none_is_not_found(editor: Client) -> None:
    assert [editor.get("/staff/compare", {"key": key}).status_code for key in ("a/b", "事项")] == [404, 404]


def test_tasks_are_noted_and_settled_by_declaring(editor: Client, second: Client) -> None:
    page = text(editor.post("/staff/compare/tasks/recheck", follow=True))
    assert page.count("materials[household]") == 1 and "points[severe]" in page and "limits.promise" not in page
    task = editor.get("/staff/compare/tasks").context["places"][0]["tasks"][0]["task"]
    assert editor.post(f"/staff/compare/tasks/{task.id}/note", {"note": " "}).status_code == 422
    assert "正在修改" in text(editor.post(f"/staff/compare/tasks/{task.id}/note", {"note": "正在修改"}, follow=True))
    chosen = list_publications(JIYANG, key=KEY)[0].hash
    editor.post(f"{STANDARD}/adopt", reasons(editor.get(f"{STANDARD}?standard={chosen}")))
    publish_proposed(second)
    page = text(editor.post("/staff/compare/tasks/recheck", follow=True))
    assert "没有待办" in page and page.count("已申明理由") == 2


def test_a_standard_is_followed_with_reasons_or_not_at_all(editor: Client, second: Client) -> None:
    page = editor.get(f"{STANDARD}?standard={list_publications(JIYANG, key=KEY)[0].hash}")
    typed = reasons(page)
    some = {name: value for name, value in typed.items() if not name.startswith("reason-0")}
    refused = editor.post(f"{STANDARD}/adopt", some)
    assert refused.status_code == 422 and "还没有申明理由" in text(refused) and "试点" in text(refused)
    assert "等待另一位编辑发布" in text(editor.post(f"{STANDARD}/adopt", typed, follow=True))
    assert "本地现依" in text(publish_proposed(second))
    assert "不符合" not in text(editor.get(ITEM)) and "试点" in text(editor.get(ITEM))
    editor.post(f"{STANDARD}/adopt", {"standard": ""})
    assert "本地现依" not in text(publish_proposed(second))


def test_whoever_proposes_a_standard_does_not_publish_it(editor: Client, second: Client) -> None:
    typed = reasons(editor.get(f"{STANDARD}?standard={list_publications(JIYANG, key=KEY)[0].hash}"))
    editor.post(f"{STANDARD}/adopt", typed)
    assert publish_proposed(editor).status_code == 403
    editor.post(f"{STANDARD}/adopt", typed)
    stale = second.get(STANDARD).context["proposal"].id
    editor.post(f"{STANDARD}/adopt", typed)
    assert second.post(f"{STANDARD}/adopt", {"act": "publish", "proposal": stale}).status_code == 409
    second.post(f"{STANDARD}/adopt", {"act": "drop"})
    assert second.get(STANDARD).context["proposal"] is None and "本地现依" not in text(editor.get(STANDARD))


def test_who_only_looks_declares_nothing(desks: Desks) -> None:
    chief = desks.sign_in(desks.linyi, "chief", "chief")
    assert "<textarea" not in text(chief.get(f"{STANDARD}?standard={list_publications(JIYANG, key=KEY)[0].hash}"))
    assert chief.post(f"{STANDARD}/adopt", {"standard": ""}).status_code == 403
