"""Signing in and staying in: one desk for each person, ended at once, a fresh code for decisions, and limits that hold for a network."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from django.test import Client, RequestFactory

from tests.architecture.test_doors import ROUTES
from tests.cast import JIYANG, LINYI
from tests.web.citizens import Phone, text
from tests.web.desks import PASSWORD, Desks
from tests.web.test_staff_case import seen
from tongban.kernel import registries
from tongban.kernel.actors import Actor, system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.people import limits, staff
from tongban.people import queries as people
from tongban.people.models import SmsFlow, Staff
from tongban.web import fresh
from tongban.web.network import network_of

pytestmark = pytest.mark.django_db


def code_of(uri: str, *, steps: int = 0) -> str:
    """Of `steps` times thirty seconds from now, for each code works once."""
    code: str = pyotp.parse_uri(uri).at(now() + timedelta(seconds=30 * steps))  # type: ignore[attr-defined]
    return code


def enter(uri: str, username: str, *, steps: int = 0, **more: Any) -> Client:
    """Through both factors."""
    client = Client(**more)
    client.post("/staff/sign-in", {"username": username, "password": PASSWORD})
    client.post("/staff/sign-in/code", {"code": code_of(uri, steps=steps)})
    return client


def page_of(client: Client, case_id: Any) -> dict[str, str]:
    return seen(client.get(f"/staff/cases/{case_id}"))


def ref_of(client: Client) -> str:
    return str(client.session["staff"])


def operator() -> Actor:
    return Actor("staff", "s-operator", JIYANG, frozenset({"operator"}))


# One desk, ended at once (SR-08, SR-09, P2, P4)


def test_signing_in_ends_the_desk_of_before(desks: Desks) -> None:
    uri = desks.enrol(desks.jiyang, "zhaomin", "reception")
    first = enter(uri, "zhaomin")
    second = enter(uri, "zhaomin", steps=1)
    assert second.get("/staff/").status_code == 200
    assert first.get("/staff/").headers["Location"].startswith("/staff/sign-in")
    assert second.get("/staff/").status_code == 200


def test_a_copied_cookie_is_worth_nothing_after_signing_out(desks: Desks) -> None:
    clerk, thief = desks.clerk(), Client()
    thief.cookies["session"] = clerk.cookies["session"].value
    assert thief.get("/staff/").status_code == 200
    clerk.post("/staff/sign-out")
    assert thief.get("/staff/").status_code == 302


def test_who_has_left_is_out_with_the_next_click(desks: Desks) -> None:
    clerk = desks.clerk()
    with scope([JIYANG]):
        staff.end_account(ref=ref_of(clerk), by=operator(), at=now())
    assert clerk.get("/staff/").status_code == 302


def test_a_role_that_was_taken_away_mid_form_is_gone_with_the_next_click(desks: Desks) -> None:
    """P4: the form was open; what it sends is refused, and nothing of it is done."""
    case_id = desks.taken_over()
    examiner = desks.examiner()
    form = page_of(examiner, case_id)
    with scope([LINYI]):
        staff.change_roles(
            node=desks.linyi, ref=ref_of(examiner), roles=frozenset({"exit"}), by=system(LINYI), at=now()
        )
    assert examiner.post(f"/staff/cases/{case_id}/accept", form).status_code == 403


def test_a_planted_session_is_not_taken_over(desks: Desks) -> None:
    uri = desks.enrol(desks.jiyang, "zhaomin", "reception")
    planted = Client()
    planted.get("/staff/sign-in")
    planted.cookies["session"] = "a" * 32
    planted.post("/staff/sign-in", {"username": "zhaomin", "password": PASSWORD})
    planted.post("/staff/sign-in/code", {"code": pyotp.parse_uri(uri).now()})
    assert planted.cookies["session"].value != "a" * 32
    assert len(planted.cookies["session"].value) >= 32 and planted.cookies["session"]["httponly"]


def test_cookies_of_production_are_bound_to_the_host() -> None:
    """SR-07, as a production process sees it."""
    show = (
        "from tongban.project import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY)"
    )
    env = {"PATH": os.environ["PATH"], "TONGBAN_MODE": "production"}
    done = subprocess.run([sys.executable, "-c", show], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "True"]


# Fresh factor (SR-10)


def age(client: Client, by: timedelta) -> None:
    session = client.session
    session["staff_proved"] = (now() - by).isoformat()
    session.save()


@pytest.fixture
def examiner(desks: Desks) -> tuple[Client, str]:
    """Signed in six minutes ago, with the secret of the authenticator."""
    uri = desks.enrol(desks.linyi, "chengang", "acceptance", "examiner")
    registries.set_node(desks.linyi)
    client = enter(uri, "chengang")
    age(client, timedelta(minutes=6))
    return client, uri


def hidden(page: Any) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text(page))
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_decision_asks_for_a_code_and_keeps_what_was_typed(desks: Desks, examiner: tuple[Client, str]) -> None:
    case_id = desks.taken_over()
    client, uri = examiner
    form = page_of(client, case_id)
    typed = {**form, "reason": "不在<参保地>", "article": "第五条"}
    asked = client.post(f"/staff/cases/{case_id}/refuse", typed)
    assert asked.status_code == fresh.ASKS and "再次输入动态口令" in text(asked)
    assert "不在<参保地>" not in text(asked) and "不在&lt;参保地&gt;" in text(asked)
    wrong = client.post(f"/staff/cases/{case_id}/refuse", {**typed, "fresh_code": "000000"})
    assert wrong.status_code == 401 and "第五条" in text(wrong)
    done = client.post(f"/staff/cases/{case_id}/refuse", {**typed, "fresh_code": code_of(uri, steps=1)})
    assert done.status_code != fresh.ASKS and "fresh_code" not in text(done)


def test_taking_the_record_away_asks_too_and_then_opens_it(desks: Desks, examiner: tuple[Client, str]) -> None:
    address = f"/staff/cases/{desks.taken_over()}/record"
    client, uri = examiner
    asked = client.get(address)
    assert asked.status_code == fresh.ASKS and hidden(asked) == {"fresh_again": "yes"}
    back = client.post(address, {"fresh_again": "yes", "fresh_code": code_of(uri, steps=1)})
    assert back.headers["Location"] == address
    assert client.get(address).headers["Content-Disposition"].startswith("attachment")


def test_reading_and_talking_ask_for_nothing(desks: Desks, examiner: tuple[Client, str]) -> None:
    case_id = desks.taken_over()
    client, _ = examiner
    form = page_of(client, case_id)
    assert client.post(f"/staff/cases/{case_id}/message", {**form, "text": "请看"}).status_code == 302


def test_a_code_that_lies_in_the_future_is_not_fresh(desks: Desks, examiner: tuple[Client, str]) -> None:
    """A clock that was set back opens nothing for longer."""
    client, _ = examiner
    age(client, -timedelta(hours=1))
    assert client.get(f"/staff/cases/{desks.taken_over()}/record").status_code == fresh.ASKS


def test_what_asks_for_a_fresh_code() -> None:
    """A new decision or export is named here on purpose."""
    found = {path.rpartition("/")[2] for path, view in ROUTES.items() if view.door.fresh}
    assert found == {
        "approve",
        "refuse",
        "not-accept",
        "record",
        "revoke",
        "propose",
        "sign",
        "leave",
        "change",
        "confirm",
        "publish",
    }
    assert all(view.door.who == "staff" for view in ROUTES.values() if view.door.fresh)


# Guessing (SR-04, SR-05, SR-49, P1, P3, B1)


def test_one_password_tried_on_many_names_is_stopped_for_the_network(desks: Desks) -> None:
    uri = desks.enrol(desks.jiyang, "zhaomin", "reception")
    at = now()
    with scope([JIYANG]):
        network = limits.network_hash(desks.jiyang, "192.0.2.7")
        for _ in range(limits.FAILURES_OF_A_NETWORK):
            limits.count_failure(network, at=at)
    refused = Client(REMOTE_ADDR="192.0.2.7").post("/staff/sign-in", {"username": "zhaomin", "password": PASSWORD})
    assert refused.status_code == 429 and "此网络" in text(refused)
    assert enter(uri, "zhaomin", REMOTE_ADDR="192.0.2.8").get("/staff/", REMOTE_ADDR="192.0.2.8").status_code == 200


def test_a_wrong_password_counts_for_its_network(desks: Desks) -> None:
    Client(REMOTE_ADDR="192.0.2.7").post("/staff/sign-in", {"username": "nobody", "password": "wrong"})
    with scope([JIYANG]):
        network = limits.network_hash(desks.jiyang, "192.0.2.7")
        assert limits.FailedSignIn.objects.filter(account=network).count() == 1


def test_a_thousand_numbers_of_one_client_get_sixty_codes(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SMS_LIMITS_OF_A_NETWORK", ((timedelta(hours=1), 3),))
    answers = [
        Client(REMOTE_ADDR="192.0.2.9").post("/sign-in", {"phone": f"199000001{i:02}"}).status_code for i in range(5)
    ]
    assert answers == [302, 302, 302, 429, 429] or answers == [302, 302, 302, 422, 422]
    assert SmsFlow.objects.count() == 3
    assert Client(REMOTE_ADDR="192.0.2.10").post("/sign-in", {"phone": "19900000199"}).status_code == 302


def test_all_networks_together_have_a_budget(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SMS_BUDGET", ((timedelta(hours=1), 2),))
    for i in range(4):
        Client(REMOTE_ADDR=f"192.0.2.{i}").post("/sign-in", {"phone": f"199000001{i:02}"})
    assert SmsFlow.objects.count() == 2


def test_a_code_of_another_visit_does_not_sign_in(phone: Phone) -> None:
    """P3, cross-flow: the right code, in the browser that did not ask for it."""
    phone.post("/sign-in", phone="19900000001")
    with scope(phone.node.regions):
        code = people.find_shown_code(node=phone.node, flow=UUID(phone.client.session["sms_flow"]))
    other = Phone(phone.node)
    other.post("/sign-in", phone="19900000002")
    other.post("/sign-in/code", code=code)
    assert "citizen" not in other.client.session
    phone.post("/sign-in/code", code=code)
    assert "citizen" in phone.client.session


@pytest.mark.parametrize(
    ("address", "header", "network"),
    [
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.4", "198.51.100.4"),
        ("127.0.0.1", "", ""),
        ("", "198.51.100.4", "198.51.100.4"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "", "192.0.2.1"),
        ("127.0.0.1", "nonsense", ""),
    ],
)
def test_the_network_is_what_the_own_proxy_says(address: str, header: str, network: str) -> None:
    headers = {"x-forwarded-for": header} if header else {}
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers)) == network


def test_no_default_account_comes_with_a_node(node: Node) -> None:
    """SR-01."""
    with scope([JIYANG]):
        assert not Staff.objects.exists()
