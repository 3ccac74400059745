"""An item that was taken in becomes a draft at the desk of 临邑: begun with a button, filled in with forms, published by somebody else."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import LINYI
from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tests.web.test_staff_item_editor import draft_of, typed
from tests.web.test_staff_items import taken_in
from tongban.catalogue.importing.storing import store_items
from tongban.catalogue.parts.table import PARTS
from tongban.catalogue.queries import list_publications
from tongban.catalogue.tests.guides import guide, read
from tongban.catalogue.tests.test_begin_definition import filled_in
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review import drafting

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]

KEY = "002099001001-01"
EDIT = f"/staff/items/{KEY}/edit"
SHEETS = ("guide", "questions", "form", "materials")
KNOWN = {
    "summary.zh": "给示例人办示例。", "summary.en": "An example.", "name.en": "An example", "department.en": "An office",
}  # fmt: skip


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


@pytest.fixture
def editor(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "editor", "catalogue_editor")


@pytest.fixture
def taken(desks: Desks) -> str:
    return f"/staff/items/taken/{taken_in()}"


def begin(editor: Client, taken: str) -> Any:
    return editor.post(f"{taken}/draft")


def published(client: Client) -> Any:
    page = client.get(EDIT)
    return client.post(f"{EDIT}/publish", {
        "edits": page.context["draft"].edits, "valid_from": legal_day(now()).replace(year=2099).isoformat(), "reason_zh": "新事项",
    }, follow=True)  # fmt: skip


def test_an_editor_begins_a_draft_and_is_told_what_is_still_to_be_filled_in(editor: Client, taken: str) -> None:
    page = text(editor.get(taken))
    assert "用这个事项起草" in page and page.index("采集的内容") < page.index("历史版本")
    answer = begin(editor, taken)
    assert answer.status_code == 302 and answer.headers["Location"] == EDIT
    page = text(editor.get(EDIT))
    assert "示例事项办理" in page and "还没有填写" in page and "decided_at.question" in page
    assert list_publications(LINYI, key=KEY) == []


def test_every_part_of_what_was_begun_opens_and_is_seen_as_people_will_see_it(editor: Client, taken: str) -> None:
    begin(editor, taken)
    parts = {f"{EDIT}/{part}": editor.get(f"{EDIT}/{part}") for part in PARTS}
    things = [f"{address}/{one['id']}" for address, page in parts.items() for one in page.context.get("things", [])]
    sheets = [f"/staff/items/{KEY}/preview/{sheet}?situation=ordinary" for sheet in SHEETS]
    others = {address: editor.get(address) for address in (*things, *sheets, f"{EDIT}/tree", f"/staff/rules/{KEY}")}
    assert len(things) > 10 and [one for one, page in {**parts, **others}.items() if page.status_code != 200] == []


def test_a_form_is_filled_in_while_others_are_open_and_nothing_is_published_before_all_are(
    desks: Desks, editor: Client, taken: str
) -> None:
    begin(editor, taken)
    answer = editor.post(f"{EDIT}/head/item/write", typed(editor, f"{EDIT}/head", **KNOWN))
    assert answer.status_code == 302, text(answer)
    page = text(editor.get(EDIT))
    assert ">name.en<" not in page and ">materials[material-1].name.en<" in page
    other = desks.sign_in(desks.linyi, "other", "catalogue_editor")
    refused = published(other)
    assert refused.status_code == 422 and "还没有填写" in text(refused)
    fill_in(desks)
    assert published(other).status_code == 200
    assert [one.version for one in list_publications(LINYI, key=KEY)] == [1]


def fill_in(desks: Desks) -> None:
    draft = draft_of(desks, KEY)
    assert draft
    with scope([LINYI]):
        drafting.import_draft(
            node=desks.linyi, region=LINYI, document=filled_in(draft.document), replaces=True, by=system(LINYI), at=now(),
        )  # fmt: skip


def test_an_open_draft_stays_as_it_is(desks: Desks, editor: Client, taken: str) -> None:
    begin(editor, taken)
    fill_in(desks)
    before = draft_of(desks, KEY)
    assert begin(editor, taken).headers["Location"] == EDIT
    after = draft_of(desks, KEY)
    assert before and after and (before.hash, before.edits) == (after.hash, after.edits)


def test_what_is_published_is_begun_from_there(desks: Desks, editor: Client, taken: str) -> None:
    begin(editor, taken)
    fill_in(desks)
    published(desks.sign_in(desks.linyi, "other", "catalogue_editor"))
    assert begin(editor, taken).headers["Location"] == EDIT
    draft = draft_of(desks, KEY)
    assert draft and draft.parts == {} and draft.base == list_publications(LINYI, key=KEY)[0].hash


def test_a_record_that_is_too_long_says_so_on_its_page(editor: Client, taken: str) -> None:
    store_items(entries=[read(guide(acceptanceCondition="条件" * 20_000))], by=system(LINYI), at=now())
    answer = begin(editor, taken)
    assert answer.status_code == 422 and "超过" in text(answer)


def test_who_only_looks_begins_nothing(desks: Desks, taken: str) -> None:
    examiner = desks.sign_in(desks.linyi, "chengang", "examiner")
    assert "用这个事项起草" not in text(examiner.get(taken))
    assert begin(examiner, taken).status_code == 403
