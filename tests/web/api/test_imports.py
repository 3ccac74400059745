"""Taking items in over the API: a file is checked, its report is the command's, what was checked is taken once; the national tables."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.web.api.conftest import Caller, Systems
from tongban.catalogue.importing.storing import list_item_versions
from tongban.catalogue.tests.guides import guide, write
from tongban.project import cli
from tongban.web.api.forms import LONGEST_CONTENT

pytestmark = pytest.mark.django_db
KEY = ("template", "002099001001-01")


def packed(raw: bytes) -> dict[str, str]:
    return {"filename": "指南.json", "content": base64.b64encode(raw).decode()}


def sent(*documents: Any) -> dict[str, str]:
    return packed(json.dumps(documents, ensure_ascii=False).encode())


def checked(editor: Caller, *documents: Any) -> str:
    made = editor.post("imports", sent(*documents))
    assert made.status_code == 201, made.content
    return str(made.json()["id"])


@pytest.fixture
def editor(systems: Systems) -> Caller:
    return systems.editor()


def test_checking_tells_what_the_command_tells_and_takes_nothing(editor: Caller, tmp_path: Path, capsys: Any) -> None:
    documents = [guide(doScope="全宇宙"), guide(rightsCode="x")]
    (file,) = write(tmp_path, documents)
    cli.main(["catalogue", "import", str(file), "--dry-run", "--json"])
    printed = [{**one, "file": "指南.json"} for one in json.loads(capsys.readouterr().out)]
    assert editor.post("imports", sent(*documents)).json()["report"] == printed
    assert [one["status"] for one in printed] == ["taken_with_findings", "refused"]
    assert list_item_versions(*KEY) == []


def test_what_was_checked_is_taken_and_the_same_file_again_changes_nothing(editor: Caller) -> None:
    for act in ("added", "unchanged"):
        report = editor.post(f"imports/{checked(editor, guide(), guide(rightsCode='x'))}/take").json()["report"]
        assert [one["stored"] for one in report] == [act, "refused"]
    assert [one.act for one in list_item_versions(*KEY)] == ["added"]


def test_a_file_is_taken_once_and_the_same_request_is_answered_as_before(editor: Caller) -> None:
    address = f"imports/{checked(editor, guide())}/take"
    first, again = (editor.post(address, key="take-once") for _ in range(2))
    assert again.json() == first.json() and again.headers["Idempotency-Replayed"] == "true"
    assert editor.post(address).json()["type"].endswith("already-taken")
    assert editor.post(f"imports/{uuid4()}/take").status_code == 404


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"{", b"PK\x03\x04 no workbook", b'{"what": 1}'])
def test_a_bad_file_is_a_report_and_nothing_of_it_is_taken(editor: Caller, raw: bytes) -> None:
    found = editor.post("imports", packed(raw)).json()
    assert [(one["status"], one["item"]) for one in found["report"]] == [("refused", None)]
    assert [one["stored"] for one in editor.post(f"imports/{found['id']}/take").json()["report"]] == ["refused"]


@pytest.mark.parametrize(
    "content", ["no base64!", "AAA", "A" * (LONGEST_CONTENT + 4)], ids=["no base64", "cut", "too long"]
)
def test_what_is_no_file_is_a_problem(editor: Caller, content: str) -> None:
    refused = editor.post("imports", {"filename": "x.json", "content": content})
    assert refused.status_code == 422 and refused.headers["Content-Type"] == "application/problem+json"


def test_only_an_editor_takes_anything(systems: Systems, editor: Caller) -> None:
    assert systems.partner().post("imports", sent(guide())).json()["type"].endswith("scope-missing")
    examiner = systems.editor("chengang", "examiner")
    for answer in (
        examiner.post("imports", sent(guide())), examiner.post(f"imports/{checked(editor, guide())}/take"), examiner.get("national-tables"),
    ):  # fmt: skip
        assert answer.status_code == 403


def test_items_go_out_in_the_shape_of_the_national_tables(editor: Caller) -> None:
    editor.post(f"imports/{checked(editor, guide())}/take")
    published, whole = (editor.get("national-tables", taken=taken).json()["items"] for taken in ("no", "yes"))
    assert {one["item"] for one in whole} - {one["item"] for one in published} == {"示例事项办理"}
    first = next(one for one in whole if one["item"] == "示例事项办理")
    assert (first["table"], first["row"]["catalog_code"]) == ("up_task_directory", "002099001001")
    assert "error" in {finding["severity"] for one in whole for finding in one["findings"]}
