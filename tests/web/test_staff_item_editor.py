"""The editor of items at the desks of 临邑: every part a form in a draft, the tree, the preview, publication by somebody else, the whole as text."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.cast import ITEM, LINYI
from tests.web.desks import Desks
from tests.web.test_part_forms import posted
from tests.web.test_staff_case import text
from tongban.catalogue.layers import load_document
from tongban.catalogue.parts.table import PARTS
from tongban.catalogue.parts.text import write_text
from tongban.catalogue.queries import find_in_force, get_definition, list_publications
from tongban.catalogue.services import publish
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review import drafting
from tongban.review.drafting import DraftView

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]

ONE = f"/staff/items/{ITEM}"
EDIT = f"{ONE}/edit"
PERMIT = f"{EDIT}/materials/residence-permit"


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


@pytest.fixture
def editor(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "editor", "catalogue_editor")


def typed(client: Client, address: str, **values: Any) -> dict[str, Any]:
    """The form as it stands, with some of it otherwise."""
    page = client.get(address)
    sent = posted(page.context["lines"])
    if page.context["uses"] is not None:
        sent["uses"] = "yes"
        sent.setlist("situation", [one.id for one in page.context["uses"] if one.chosen])
    sent["edits"] = str(page.context["draft"].edits) if page.context["draft"] else "0"
    return {**dict(sent.lists()), "act": "save", **values}


def change(client: Client, address: str, **values: Any) -> Any:
    return client.post(f"{address}/write", typed(client, address, **values))


def begin(editor: Client) -> None:
    editor.post(f"{EDIT}/draft")


def draft_of(desks: Desks, key: str = ITEM) -> DraftView | None:
    with scope([LINYI]):
        return drafting.find_draft(node=desks.linyi, region=LINYI, key=key)


def step(editor: Client, **typed: Any) -> Any:
    """On the tree."""
    edits = editor.get(f"{EDIT}/tree").context["draft"].edits
    return editor.post(f"{EDIT}/tree/write", {"edits": edits, **typed})


def test_the_overview_names_every_part_and_says_that_nothing_published_is_changed(editor: Client) -> None:
    page = text(editor.get(EDIT))
    assert "先建立草案" in page and "表单填报项" in page and "情形引导" in page
    assert editor.get(f"{EDIT}/nothing").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_every_part_has_its_page_and_every_thing_its_form(editor: Client, part: str) -> None:
    begin(editor)
    page = editor.get(f"{EDIT}/{part}")
    assert page.status_code == 200
    for thing in page.context.get("things", [])[:2]:
        assert editor.get(f"{EDIT}/{part}/{thing['id']}").status_code == 200
    if "things" in page.context:
        assert editor.get(f"{EDIT}/{part}/new").status_code == 200


def test_a_material_is_changed_in_the_draft_only(desks: Desks, editor: Client) -> None:
    begin(editor)
    answer = change(editor, PERMIT, **{"name.zh": "居住证或者居住登记凭证"})
    assert answer.status_code == 302
    page = text(editor.get(EDIT))
    assert "居住证或者居住登记凭证" in page and "草案的修改（1）" in page
    in_force = find_in_force(ITEM, LINYI, legal_day(now()))
    assert in_force and "居住登记凭证" not in str(in_force.document)


def test_a_mistake_stands_in_its_place_and_nothing_typed_is_lost(desks: Desks, editor: Client) -> None:
    begin(editor)
    answer = change(editor, PERMIT, ways=[], **{"name.zh": "新名字"})
    page = text(answer)
    assert (
        answer.status_code == 422 and "至少要有一项" in page and 'value="新名字"' in page and 'href="#in-ways"' in page
    )
    draft = draft_of(desks)
    assert draft and draft.parts == {}


def test_what_is_tried_is_shown_as_people_see_it_and_not_kept(desks: Desks, editor: Client) -> None:
    begin(editor)
    page = text(change(editor, PERMIT, act="try", **{"name.zh": "试一试的名字"}))
    assert page.count("试一试的名字") >= 2 and "预览，不能提交" in page
    draft = draft_of(desks)
    assert draft and draft.parts == {}


def test_a_field_is_added_to_a_situation_and_taken_away(desks: Desks, editor: Client) -> None:
    begin(editor)
    element = next(one.id for one in editor.get(f"{EDIT}/fields/new").context["id_line"].options)
    use = {
        "purpose.zh": "用来核对",
        "purpose.en": "To check it",
        "basis": ["notice-2022-22"],
        "retention": "10",
        "recipients": ["deciding"],
    }
    new = typed(editor, f"{EDIT}/fields/new", id=element, group="apply", widget="text", situation=["referral"], **use)
    groups = [one["id"] for one in load_document(ITEM, LINYI)["groups"]]
    answer = editor.post(f"{EDIT}/fields/new/write", {**new, "group": groups[0]})
    assert answer.status_code == 302, text(answer)
    draft = draft_of(desks)
    assert draft and draft.parts["fields", element] == "new" and draft.parts["situations", "referral"] == "changed"
    change(editor, f"{EDIT}/fields/{element}", act="remove")
    draft = draft_of(desks)
    assert draft and draft.parts == {}


def test_fields_of_a_form_change_their_order(desks: Desks, editor: Client) -> None:
    begin(editor)
    address = f"{EDIT}/situations/referral"
    first, second = [
        one.id for one in next(line for line in editor.get(address).context["lines"] if line.name == "fields").options
    ][:2]
    moved = change(editor, address, act=f"down fields {first}").context["lines"]
    ids = [one.id for one in next(line for line in moved if line.name == "fields").options if one.chosen]
    assert ids[:2] == [second, first]


def test_two_editors_do_not_overwrite_each_other(desks: Desks, editor: Client) -> None:
    begin(editor)
    late = typed(editor, PERMIT)
    change(editor, PERMIT, **{"name.zh": "第一个人写的"})
    answer = editor.post(f"{PERMIT}/write", {**late, "name.zh": "第二个人写的"})
    assert answer.status_code == 409 and "草案已被修改" in text(answer) and "第二个人写的" in text(answer)


def test_the_tree_grows_by_an_answer_and_a_question(desks: Desks, editor: Client) -> None:
    begin(editor)
    first = load_document(ITEM, LINYI)["questions"][0]["id"]
    assert step(editor, act="add", question=first, to="new-end", zh="都不是", en="None of these").status_code == 302
    assert step(editor, act="ask", question=first, option="option-2", zh="急不急？", en="Urgent?").status_code == 302
    page = text(editor.get(f"{EDIT}/tree"))
    assert "都不是" in page and "急不急？" in page
    assert step(editor, act="remove", question=first, option="option-2").status_code == 302
    draft = draft_of(desks)
    assert draft and draft.parts == {}


def test_an_answer_without_words_is_not_added(editor: Client) -> None:
    begin(editor)
    answer = step(
        editor, act="add", question=load_document(ITEM, LINYI)["questions"][0]["id"], to="new-end", zh="只有中文"
    )
    assert answer.status_code == 422 and "中文和英文都要填写" in text(answer)
    assert step(editor, act="nothing").status_code == 302


@pytest.mark.parametrize("shape", ["phone", "kiosk", "counter"])
@pytest.mark.parametrize("sheet", ["guide", "questions", "form", "materials"])
def test_the_draft_is_seen_as_people_will_see_it(editor: Client, shape: str, sheet: str) -> None:
    begin(editor)
    assert editor.get(f"{ONE}/preview?as={shape}&sheet={sheet}").status_code == 200
    answer = editor.get(f"{ONE}/preview/{sheet}?as={shape}&situation=referral")
    page = text(answer)
    assert "预览：还没有发布" in page and "kiosk.js" not in page and answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_preview_walks_through_the_questions_and_keeps_nothing(desks: Desks, editor: Client) -> None:
    questions = load_document(ITEM, LINYI)["questions"]
    onward = [
        editor.post(f"{ONE}/preview/questions?q={one['id']}", {"answer": option["id"]})
        for one in questions
        for option in one["options"]
    ]
    assert {answer.status_code for answer in onward} == {302}
    assert {editor.get(answer.headers["Location"]).status_code for answer in onward} == {200}
    assert editor.post(f"{ONE}/preview/form?situation=referral", {}).status_code == 422
    assert editor.post(f"{ONE}/preview/form?situation=referral", {"turn": "1"}).status_code == 200
    assert editor.post(f"{ONE}/preview/questions", {}).status_code == 422


def published(client: Client, **typed: Any) -> Any:
    page = client.get(EDIT)
    day = legal_day(now()) + timedelta(days=3)
    return client.post(f"{EDIT}/publish", {
        "edits": page.context["draft"].edits, "valid_from": day.isoformat(), "reason_zh": "换了电话", "reason_en": "Another phone", **typed,
    }, follow=True)  # fmt: skip


def test_somebody_else_publishes_from_a_day_on(desks: Desks, editor: Client) -> None:
    begin(editor)
    change(editor, f"{EDIT}/contacts/hotline", value="0534-12393")
    own = published(editor)
    assert own.status_code == 403 and "不能自己发布" in text(own)
    other = desks.sign_in(desks.linyi, "other", "catalogue_editor")
    late = published(other, valid_from=legal_day(now()).isoformat())
    assert late.status_code == 422 and "晚于今天" in text(late)
    assert published(other).status_code == 200 and draft_of(desks) is None
    newest = list_publications(LINYI)[0]
    assert newest.version == 4 and "0534-12393" in str(get_definition(newest.hash).document)


def test_a_draft_that_decides_otherwise_is_rehearsed_first(desks: Desks, editor: Client) -> None:
    begin(editor)
    change(editor, PERMIT, waived_when="residence.registered == false")
    other = desks.sign_in(desks.linyi, "other", "catalogue_editor")
    assert "预演" in text(other.get(EDIT))
    answer = published(other)
    assert answer.status_code == 409 and "尚无签署的预演" in text(answer)
    assert editor.post(f"{EDIT}/rehearse").status_code == 302


def exported(desks: Desks, editor: Client, key: str) -> Any:
    """Published, taken out as text, and wiped: nothing of the publication is left."""
    with transaction.atomic():
        with scope([LINYI]):
            publish(node=desks.linyi, region=LINYI, document=load_document(key, LINYI), by=system(LINYI), at=now())
        out = editor.get(f"/staff/items/{key}/definition.yaml")
        transaction.set_rollback(True)
    get_definition.cache_clear()
    return out


def test_a_whole_definition_goes_out_is_wiped_and_comes_back_with_its_hash(desks: Desks, editor: Client) -> None:
    key = "disability-subsidies"
    out = exported(desks, editor, key)
    assert (
        "attachment" in out.headers["Content-Disposition"] and editor.get(f"/staff/items/{key}/edit").status_code == 404
    )
    answer = editor.post("/staff/items/definition/take", {"text": out.content.decode().replace("\n", "\r\n")})
    assert answer.status_code == 302 and answer.headers["Location"] == f"/staff/items/{key}/edit"
    draft = draft_of(desks, key)
    assert draft and draft.hash == out.headers["X-Definition-Hash"] and draft.base == ""
    pages = (f"/staff/items/{key}/edit", f"/staff/rules/{key}", "/staff/items")
    assert all("草案" in text(editor.get(page)) for page in pages)


def test_bad_text_says_its_line_and_the_draft_stays(desks: Desks, editor: Client) -> None:
    begin(editor)
    change(editor, PERMIT, **{"name.zh": "先写的"})
    good = write_text(load_document(ITEM, LINYI))
    for bad, words in (
        (f"{good}\nx: [1", "行"),
        (good.replace("scope: national", "scope: village"), "scope"),
        ("[]", "不是事项定义"),
    ):
        answer = editor.post("/staff/items/definition/take", {"text": bad, "replaces": "yes"})
        assert answer.status_code == 422 and words in text(answer)
    assert "已有草案" in text(editor.post("/staff/items/definition/take", {"text": good}))
    draft = draft_of(desks)
    assert draft and draft.parts == {("materials", "residence-permit"): "changed"}
    assert editor.post("/staff/items/definition/take", {"text": good, "replaces": "yes"}).status_code == 302


def test_a_chief_reads_and_does_not_write(desks: Desks) -> None:
    chief = desks.sign_in(desks.linyi, "chief", "chief")
    assert chief.get(PERMIT).status_code == 200 and chief.post(f"{PERMIT}/write").status_code == 403
    assert chief.get("/staff/items/definition").status_code == 403
