"""Half on the phone, half at the counter, and the other way round: everything typed goes along."""

import re

import pytest
from django.test import Client

from tests.cast import JIYANG, LUO, SUN
from tests.web.citizens import PERMIT, Phone
from tests.web.desks import Desks
from tests.web.test_staff_reception import MR_LUO, hand_in
from tests.web.test_staff_reception import begin as begin_at_the_counter
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.slips.queries import list_passages

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]
ADDRESS = "济北街道演示路1号"


@pytest.fixture
def clerk(phone: Phone, node: Node, linyi: Node, huimin: Node) -> Client:
    return Desks(node, linyi, huimin).clerk()


def code_on(page: str) -> str:
    found = re.search(r'class="key num">([^<]+)<', page)
    assert found
    return found[1]


def begun(phone: Phone) -> tuple[str, str]:
    """A draft on the phone of Mr Luo, and its code."""
    draft = phone.begin(PERMIT)
    phone.fill(draft, **{"consent.residence_register": "yes"})
    return draft, code_on(phone.post(f"{draft}/carry").content.decode())


def present_code(clerk: Client, code: str, **person: str) -> str:
    """Where the desk goes on after the code and the person."""
    return clerk.post("/staff/reception/resume", {**MR_LUO, "code": code, **person}).headers.get("Location", "")


def test_the_desk_sees_whose_document_to_look_at(phone: Phone, clerk: Client) -> None:
    _, code = begun(phone)
    page = clerk.post("/staff/reception/resume", {"code": code}).content.decode()
    assert f'value="{LUO.name}"' in page and "来自：已有的草稿" in page


def test_half_on_the_phone_half_at_the_counter(phone: Phone, clerk: Client) -> None:
    draft, code = begun(phone)
    desk = present_code(clerk, code).removesuffix("/check")
    assert ADDRESS in clerk.get(f"{desk}/check").content.decode()
    assert "收件凭证" in hand_in(clerk, desk)
    assert phone.get(draft).status_code == 404


def test_the_rows_tell_who_passed_it_to_whom(phone: Phone, clerk: Client) -> None:
    draft, code = begun(phone)
    present_code(clerk, code)
    with scope([JIYANG]):
        (passage,) = list_passages(region=JIYANG, case_id=draft.rpartition("/")[2])
    assert passage.given_by.startswith("c-") and passage.taken_by.startswith("s-")


def test_a_code_works_once(phone: Phone, clerk: Client) -> None:
    _, code = begun(phone)
    present_code(clerk, code)
    clerk.post("/staff/reception/clear")
    assert present_code(clerk, code) == ""


def test_another_person_does_not_get_the_draft(phone: Phone, clerk: Client) -> None:
    draft, code = begun(phone)
    assert present_code(clerk, code, name=SUN.name, id_number=SUN.id_number) == ""
    assert phone.get(draft).status_code == 200


def test_without_a_look_at_the_document_the_draft_stays(phone: Phone, clerk: Client) -> None:
    draft, code = begun(phone)
    assert present_code(clerk, code, seen="") == ""
    assert phone.get(draft).status_code == 200


def test_nobody_tries_codes_at_a_desk(clerk: Client) -> None:
    answers = [clerk.post("/staff/reception/resume", {"code": f"00000 0000{n}"}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_begun_at_the_counter_finished_on_the_phone(phone: Phone, clerk: Client) -> None:
    desk = begin_at_the_counter(clerk)
    code = code_on(clerk.post(f"{desk}/carry").content.decode())
    phone.sign_in()
    phone.say_who()
    page = phone.post("/resume", code=code)
    assert page.request["PATH_INFO"] == desk.replace("/staff/reception", "/drafts")
    assert clerk.get(f"{desk}/form").status_code == 404


def test_somebody_elses_phone_does_not_get_it(phone: Phone, clerk: Client) -> None:
    desk = begin_at_the_counter(clerk)
    code = code_on(clerk.post(f"{desk}/carry").content.decode())
    phone.sign_in(SUN)
    phone.say_who(SUN)
    assert phone.post("/resume", code=code).status_code == 422
    assert clerk.get(f"{desk}/form").status_code == 200
