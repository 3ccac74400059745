"""Definitions over the API: taken out as text, drafted, written anew, published by somebody else."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import ITEM, LINYI
from tests.web.api.conftest import Caller, Systems
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day

pytestmark = pytest.mark.django_db
AT = f"drafts/{ITEM}"


@pytest.fixture
def editor(systems: Systems) -> Caller:
    return systems.editor()


def text_of(caller: Caller) -> str:
    text: str = caller.get(f"items/{ITEM}/definition", region=LINYI).json()["definition"]
    return text


def changed(text: str) -> str:
    assert "参保地" in text
    return text.replace("参保地", "参保的地方")


def drafted(editor: Caller) -> Any:
    made = editor.post("drafts", {"definition": changed(text_of(editor))})
    assert made.status_code == 201, made.content
    return made


def tomorrow() -> str:
    return (legal_day(now()) + timedelta(days=1)).isoformat()


def test_what_is_taken_out_and_in_again_is_the_same(editor: Caller) -> None:
    whole = editor.get(f"items/{ITEM}/definition", region=LINYI).json()
    made = editor.post("drafts", {"definition": whole["definition"]}).json()
    assert (made["hash"], made["changes"]) == (whole["hash"], [])
    assert editor.get("drafts").json()["items"][0]["key"] == ITEM


def test_a_draft_is_written_only_by_who_has_seen_it(editor: Caller) -> None:
    tag = drafted(editor).headers["ETag"]
    body = {"definition": text_of(editor)}
    assert editor.post(AT, body).status_code == 428
    assert editor.post(AT, body, tag='"77"').status_code == 412
    again = editor.post(AT, body, tag=tag)
    assert again.status_code == 200 and again.headers["ETag"] != tag
    assert editor.post(AT, body, tag=tag).status_code == 412
    assert editor.delete(AT, tag=again.headers["ETag"]).status_code == 204 and editor.get(AT).status_code == 404


def test_what_is_wrong_is_told_by_its_line(editor: Caller) -> None:
    tag = drafted(editor).headers["ETag"]
    text = editor.get(AT).json()["definition"]
    refused = editor.post(AT, {"definition": text.replace("kind: filing", "kind: wish")}, tag=tag)
    assert refused.status_code == 422 and refused.headers["Content-Type"] == "application/problem+json"
    [fault] = [one for one in refused.json()["errors"] if one["path"] == "kind"]
    assert text.splitlines()[fault["line"] - 1].startswith("kind")
    assert editor.get(AT).json()["definition"] == text


def test_somebody_else_publishes_it(systems: Systems, editor: Caller) -> None:
    tag = drafted(editor).headers["ETag"]
    body = {"valid_from": tomorrow(), "reason_zh": "说法更清楚"}
    assert editor.post(f"{AT}/publication", body, tag=tag).json()["type"].endswith("wrote-it-yourself")
    made = systems.editor("fuhe").post(f"{AT}/publication", body, tag=tag)
    assert made.status_code == 201 and made.json()["valid_from"] == tomorrow()
    assert editor.get(AT).status_code == 404


def test_who_is_no_editor_finds_no_draft(systems: Systems, editor: Caller) -> None:
    drafted(editor)
    examiner = systems.office()
    assert examiner.get(AT).status_code == 403
    assert systems.partner().get("drafts").status_code == 403


def test_an_item_tells_its_findings_and_standards(systems: Systems) -> None:
    partner = systems.partner()
    assert all(one["severity"] for one in partner.get(f"items/{ITEM}/findings", region=LINYI).json()["items"])
    offered = partner.get(f"items/{ITEM}/standards").json()["items"]
    assert LINYI in [one["standard"]["region"] for one in offered]
    assert partner.get(f"items/{ITEM}/definition", region=LINYI, version="999").status_code == 404
