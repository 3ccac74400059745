"""How long somebody stays signed in, and that one person's session opens no other's door."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client, RequestFactory

from tests.cast import JIYANG, LINYI
from tests.web.citizens import Phone, text
from tests.web.desks import PASSWORD, Desks
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.people.queries import Citizen
from tongban.web.citizen import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def age(phone: Phone, name: str, by: timedelta) -> None:
    session = phone.client.session
    session[name] = (now() - by).isoformat()
    session.save()


def where(page: Any) -> str:
    return str(page.request["PATH_INFO"])


@pytest.mark.parametrize(("name", "minutes"), [("citizen_seen", 31), ("citizen_since", 12 * 60 + 1)])
def test_a_citizen_is_signed_out_and_keeps_the_answers(phone: Phone, name: str, minutes: int) -> None:
    phone.begin()
    age(phone, name, timedelta(minutes=minutes))
    assert where(phone.get("/cases")) == "/sign-in"
    assert "citizen" not in phone.client.session
    assert any(key.startswith("trip ") for key in phone.client.session.keys())  # noqa: SIM118


def test_each_use_begins_the_idle_time_anew(phone: Phone) -> None:
    phone.sign_in()
    for _ in range(3):
        age(phone, "citizen_seen", timedelta(minutes=20))
        assert where(phone.get("/cases")) == "/cases"


def test_signing_in_changes_the_csrf_token(phone: Phone) -> None:
    phone.get("/sign-in")
    before = phone.client.cookies["csrftoken"].value
    phone.sign_in()
    assert phone.client.cookies["csrftoken"].value != before


def test_a_desk_opens_no_citizens_door_and_a_citizen_no_desk(phone: Phone, linyi: Node, huimin: Node) -> None:
    phone.sign_in()
    desks = Desks(phone.node, linyi, huimin)
    assert where(phone.get("/staff/")) == "/staff/sign-in"
    assert desks.clerk().get("/cases").headers["Location"].startswith("/sign-in")


def test_at_one_node_the_clerk_of_another_place_signs_in_at_the_same_browser(desks: Desks) -> None:
    """Region A's open desk must not make region B's password look wrong."""
    both = replace(desks.jiyang, regions=(JIYANG, LINYI))
    clerk = desks.sign_in(both, "zhaomin", "reception")
    uri = desks.enrol(replace(both, regions=(LINYI, JIYANG)), "chengang", "examiner")
    registries.set_node(both)
    clerk.post("/staff/sign-in", {"username": "chengang", "password": PASSWORD})
    clerk.post("/staff/sign-in/code", {"code": pyotp.parse_uri(uri).now()})
    assert clerk.session["staff_region"] == LINYI


def test_at_one_node_a_clerk_finds_no_case_of_the_other_place(desks: Desks) -> None:
    case_id = desks.received()
    both = replace(desks.jiyang, regions=(LINYI, JIYANG))
    other = desks.sign_in(both, "chengang", "acceptance", "examiner")
    assert other.get(f"/staff/cases/{case_id}").status_code == 404
    assert other.get(f"/staff/cases/{case_id}/record").status_code == 404
    assert "370115-" not in text(other.get("/staff/?desk=all"))


@pytest.mark.parametrize(("verified", "means"), [(True, "oidc"), (False, "sms")])
def test_a_provider_that_vouches_for_no_identity_has_witnessed_none(
    node: Node, monkeypatch: pytest.MonkeyPatch, verified: bool, means: str
) -> None:
    """A typed name must not count as checked only because somebody signed in through the provider."""
    client = Client()
    request: Any = RequestFactory().get("/sign-in/unified/return")
    request.session, request.node = client.session, node
    request.session["oidc_flow"] = "00000000-0000-0000-0000-000000000001"
    citizen = Citizen(id=new_id(), ref="c-1", phone="", verified=verified)
    monkeypatch.setattr(sign_in, "_provider", lambda: None)
    monkeypatch.setattr(sign_in.services, "finish_oidc", lambda **_: citizen)
    sign_in.unified_return(request)
    assert request.session["means"] == means
