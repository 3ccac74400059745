"""Who gets a file or a record of a case, and how much of it."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.cast import JIYANG, SUN
from tests.web.citizens import Phone
from tests.web.desks import Desks
from tongban.cases import queries
from tongban.cases import services as cases
from tongban.cases.drafts import Draft
from tongban.documents.tests.files import picture
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db

PHOTO = picture("PNG")


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


@pytest.fixture
def file(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the residence permit in a case received at 济阳."""
    start = cases.start_draft

    def with_a_file(**values: Any) -> Draft:
        draft = start(**values)
        whose = {name: values[name] for name in ("node", "region", "by", "at")} | {"case_id": draft.case_id}
        return cases.attach_material(
            **whose, material="residence-permit", data=PHOTO, filename="permit.png", original_seen=True
        )

    monkeypatch.setattr(cases, "start_draft", with_a_file)
    case_id = desks.received()
    monkeypatch.undo()
    by = Actor("staff", "s-test", JIYANG, frozenset({"reception"}))
    with scope([JIYANG]):
        view = queries.get_case(node=desks.jiyang, region=JIYANG, case_id=case_id, by=by, at=now())
    cipher = next(material.ref.cipher for material in view.materials if material.ref)
    return f"/staff/cases/{case_id}/files/{cipher}"


def test_the_desk_of_the_case_gets_it_as_a_download(desks: Desks, file: str) -> None:
    answer = desks.clerk().get(file)
    assert answer.content == PHOTO
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"] and "no-store" in answer.headers["Cache-Control"]


def test_another_place_finds_none(desks: Desks, file: str) -> None:
    assert desks.examiner().get(file).status_code == 404


def test_it_is_found_in_its_own_case_only(desks: Desks, file: str) -> None:
    other = desks.received()
    assert desks.clerk().get(f"/staff/cases/{other}/files/{file.rpartition('/')[2]}").status_code == 404


@pytest.mark.parametrize("role", ["operator", "catalogue_editor", "calendar_editor"])
def test_who_administers_reads_no_case(desks: Desks, file: str, role: str) -> None:
    assert desks.sign_in(desks.jiyang, "lihua", role).get(file).status_code == 403


def test_without_a_desk_there_is_only_the_door(desks: Desks, file: str) -> None:
    assert Client().get(file).headers["Location"].startswith("/staff/sign-in")
    citizen = Phone(desks.jiyang)
    citizen.sign_in(SUN)
    assert citizen.client.get(file).headers["Location"].startswith("/staff/sign-in")


def openings(answer: Any) -> list[str]:
    payload = json.loads(base64.b64decode(json.loads(answer.content)["p"]))
    return [opening["name"] for opening in payload["openings"]]


def record(client: Client, case_id: UUID) -> Any:
    return client.get(f"/staff/cases/{case_id}/record")


def test_a_record_is_opened_only_where_the_page_shows_the_person(desks: Desks) -> None:
    case_id = desks.taken_over()
    assert "application" in openings(record(desks.examiner(), case_id))
    assert openings(record(desks.clerk(), case_id)) == []


@pytest.mark.parametrize("role", ["supervisor", "liaison", "exit"])
def test_who_only_looks_on_gets_the_history_and_no_person(desks: Desks, role: str) -> None:
    case_id = desks.received()
    answer = record(desks.sign_in(desks.jiyang, "lihua", role), case_id)
    assert answer.status_code == 200 and openings(answer) == []
