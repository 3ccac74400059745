"""The form of a licence edited at 济阳: an editor writes and looks at a specimen, a chief publishes with a date, older licences keep theirs."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import JIYANG
from tests.web.desks import Desks
from tests.web.saved_pages import barriers, save
from tests.web.test_staff_case import text
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.licences.forms import editing
from tongban.licences.showing import Unreadable, read_shown
from tongban.licences.types import get_type
from tongban.licences.verdicts import Reason
from tongban.regions.services import load_regions

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]
TYPE = "hygiene-licence"
FORM = f"/staff/licence-forms/{TYPE}"
LINES = ("name", "code", "person", "address", "scope", "area", "rooms")


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    load_regions()
    return Desks(node, linyi, huimin)


def drafted(editor: Client, **changed: str) -> Any:
    typed = {
        "edits": "0", "sheet": "a4", "frame": "border", "colour": "ochre", "size": "normal", "intro": "经审查，准予下列场所营业。", "note": "",
        "term": "有效期限",
    }  # fmt: skip
    labels = {f"label-{rule.id}": rule.label.zh for rule in get_type(TYPE).fields}
    places = {f"place-{id}": str(number) for number, id in enumerate(LINES, 1)}
    return editor.post(f"{FORM}/edit", typed | labels | places | {"show-area": "yes"} | changed)


def form_version() -> int:
    """A draft at 济阳, written by somebody who does nothing else."""
    by = Actor("staff", "s-writes-forms", JIYANG, frozenset({"catalogue_editor"}))
    usual = editing.usual_layout(get_type(TYPE))
    with scope([JIYANG]):
        return editing.save_draft(region=JIYANG, type=TYPE, layout=usual, edits=0, by=by, at=now()).version


def test_written_looked_at_and_published_by_another(desks: Desks) -> None:
    editor = desks.sign_in(desks.jiyang, "bianji", "catalogue_editor")
    assert "编辑版式" in text(editor.get("/staff/licence-forms"))
    assert drafted(editor).status_code == 302
    page = text(editor.get(f"{FORM}/edit"))
    assert "经审查，准予下列场所营业。" in page and f"{FORM}/versions/1/picture" in page
    assert editor.get(f"{FORM}/versions/1/picture").content.startswith(b"\x89PNG")
    with pytest.raises(Unreadable) as refused:
        read_shown(editor.get(f"{FORM}/versions/1").content)
    assert refused.value.reason is Reason.SPECIMEN
    chief = desks.sign_in(desks.jiyang, "shouxi", "chief")
    answer = chief.post(f"{FORM}/publish", {"edits": "1", "from": legal_day(now()).isoformat()})
    assert answer.status_code == 302
    assert "现行" in text(chief.get(f"{FORM}/versions")) and "本地版式第 1 版" in text(
        chief.get("/staff/licence-forms")
    )


def test_what_cannot_be_printed_is_said_and_what_was_typed_stays(desks: Desks) -> None:
    editor = desks.sign_in(desks.jiyang, "bianji", "catalogue_editor")
    wrong = drafted(editor, intro="给\ue863看", colour="wine")
    page = text(wrong)
    assert wrong.status_code == 422 and "字库没有\ue863（U+E863）" in page
    assert "给\ue863看" in page and re.search(r'value="wine" selected', page)
    assert drafted(editor, **{"label-name": ""}).status_code == 422
    assert drafted(editor, sheet="a5-across", size="large", intro="字" * 200, note="注" * 200).status_code == 422
    assert drafted(editor, frame="<script>").status_code == 422


def test_two_who_write_at_once_lose_nothing_silently(desks: Desks) -> None:
    editor = desks.sign_in(desks.jiyang, "bianji", "catalogue_editor")
    drafted(editor)
    again = drafted(editor, colour="blue")
    assert again.status_code == 409 and "草案已被修改" in text(again)
    assert drafted(editor, colour="blue", edits="1").status_code == 302


def test_the_writer_does_not_publish_and_a_day_of_the_past_is_refused(desks: Desks) -> None:
    both = desks.sign_in(desks.jiyang, "liangyang", "catalogue_editor", "chief")
    drafted(both)
    today = legal_day(now()).isoformat()
    assert both.post(f"{FORM}/publish", {"edits": "1", "from": today}).status_code == 403
    chief = desks.sign_in(desks.jiyang, "shouxi", "chief")
    assert chief.post(f"{FORM}/publish", {"edits": "1", "from": "2020-01-01"}).status_code == 422
    chief.post(f"{FORM}/drop", {"edits": "1"})
    assert "起草" not in text(chief.get(f"{FORM}/versions"))
    assert chief.get(f"{FORM}/versions/1").status_code == 404


@pytest.mark.browser
def test_nothing_stands_in_the_way(desks: Desks, tmp_path: Path) -> None:
    editor = desks.sign_in(desks.jiyang, "bianji", "catalogue_editor")
    drafted(editor)
    chief = desks.sign_in(desks.jiyang, "shouxi", "chief")
    picture = editor.get(f"{FORM}/versions/1/picture").content
    pages = {
        "edit": editor.get(f"{FORM}/edit"),
        "wrong": drafted(editor, term=""),
        "waits": chief.get(f"{FORM}/versions"),
    }
    chief.post(f"{FORM}/publish", {"edits": "1", "from": legal_day(now()).isoformat()})
    pages |= {"published": chief.get(f"{FORM}/versions"), "forms": editor.get("/staff/licence-forms")}
    (tmp_path / "form.png").write_bytes(picture)
    addresses = {}
    for name, page in pages.items():
        addresses[name] = save(tmp_path / f"{name}.html", page)
        file = tmp_path / f"{name}.html"
        file.write_text(re.sub(r'src="/staff/licence-forms/[^"]*"', 'src="form.png"', file.read_text()))
    assert barriers(addresses) == []
