"""Signing in to a desk takes a password and a code, and ends by itself."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from tests.web.desks import PASSWORD, Desks
from tongban.kernel.clock import now
from tongban.kernel.node import Node

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def enter(client: Client, username: str, password: str) -> str:
    return client.post("/staff/sign-in", {"username": username, "password": password}).content.decode()


def test_without_signing_in_no_desk_opens(node: Node) -> None:
    answer = Client().get("/staff/")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/staff/sign-in?next=")


def test_both_factors_open_the_desk(desks: Desks) -> None:
    assert desks.clerk().get("/staff/").status_code == 200


def test_a_password_alone_opens_nothing(desks: Desks) -> None:
    desks.enrol(desks.jiyang, "zhaomin", "reception")
    client = Client()
    enter(client, "zhaomin", PASSWORD)
    assert client.get("/staff/").status_code == 302
    assert client.post("/staff/sign-in/code", {"code": "000000"}).status_code == 401


def test_an_unknown_name_and_a_wrong_password_look_the_same(desks: Desks) -> None:
    desks.enrol(desks.jiyang, "zhaomin", "reception")
    known, unknown = enter(Client(), "zhaomin", "wrong"), enter(Client(), "nobody", "wrong")
    assert "用户名或密码不正确" in known
    assert known.replace("zhaomin", "nobody").split("csrf")[0] == unknown.split("csrf")[0]


def test_after_five_failures_the_sentence_says_how_long(desks: Desks) -> None:
    desks.enrol(desks.jiyang, "zhaomin", "reception")
    pages = [enter(Client(), "zhaomin", "wrong") for _ in range(6)]
    assert "15" in pages[-1].split("</h2>")[0] + pages[-1] and "用户名或密码不正确" not in pages[-1]


def test_the_session_gets_a_new_name(desks: Desks) -> None:
    uri = desks.enrol(desks.jiyang, "zhaomin", "reception")
    client = Client()
    enter(client, "zhaomin", PASSWORD)
    before = client.cookies["session"].value
    client.post("/staff/sign-in/code", {"code": pyotp.parse_uri(uri).now()})
    assert client.cookies["session"].value != before


def test_after_eight_hours_the_desk_is_closed(desks: Desks) -> None:
    clerk = desks.clerk()
    session = clerk.session
    session["staff_since"] = (now() - timedelta(hours=8, minutes=1)).isoformat()
    session.save()
    assert clerk.get("/staff/").status_code == 302
    assert "staff" not in clerk.session


def test_fifteen_minutes_of_idleness_are_allowed_anew_each_time(desks: Desks) -> None:
    clerk = desks.clerk()
    clerk.get("/staff/")
    assert clerk.session.get_expiry_age() == 900


def test_the_next_page_is_one_of_the_desks(desks: Desks) -> None:
    uri = desks.enrol(desks.jiyang, "zhaomin", "reception")
    client = Client()
    enter(client, "zhaomin", PASSWORD)
    answer = client.post("/staff/sign-in/code?next=//elsewhere.example/", {"code": pyotp.parse_uri(uri).now()})
    assert answer.headers["Location"] == "/staff/"


def test_signing_out_closes_it(desks: Desks) -> None:
    clerk = desks.clerk()
    clerk.post("/staff/sign-out")
    assert clerk.get("/staff/").status_code == 302


def test_an_administrator_reads_no_cases(desks: Desks) -> None:
    operator = desks.sign_in(desks.jiyang, "operator", "operator")
    assert operator.get("/staff/").status_code == 403
