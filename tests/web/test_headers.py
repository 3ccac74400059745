"""What every answer carries, whoever gives it: pages, redirects, refusals, errors, static files, downloads, peers."""

from typing import Any

import pytest
from django.test import Client, override_settings

from tests.web.citizens import Phone
from tests.web.desks import Desks
from tongban.kernel.node import Node
from tongban.regions.services import load_regions

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ANSWERS = {
    "page": ("/", 200),
    "redirect to the door": ("/cases", 302),
    "desk": ("/staff/", 302),
    "nothing there": ("/nowhere", 404),
    "refused": ("/sign-in/unified", 404),
    "peer": ("/txp/1/members", 503),
    "style": ("/static/tongban.css", 200),
}


@pytest.fixture(autouse=True)
def places(db: None) -> None:
    load_regions()


def require_headers(answer: Any) -> None:
    found = {name: answer.headers.get(name) for name in ALWAYS}
    assert found == ALWAYS
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_carries_the_headers(node: Node, kind: str) -> None:
    path, status = ANSWERS[kind]
    answer = Client().get(path)
    answer.close()
    assert answer.status_code == status
    require_headers(answer)


def test_pages_frame_nothing_and_are_framed_by_nobody(node: Node) -> None:
    policy = Client().get("/").headers["Content-Security-Policy"]
    for rule in (
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "script-src 'self'",
        "style-src 'self'",
    ):
        assert rule in policy


def test_a_foreign_host_name_gets_the_headers_and_nothing_of_itself(node: Node) -> None:
    answer = Client().get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400 and b"elsewhere" not in answer.content
    require_headers(answer)


def test_a_bug_says_nothing_and_carries_the_headers(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("罗建国")

    monkeypatch.setattr("tongban.web.citizen.home._together", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500 and "罗建国" not in answer.content.decode()
    require_headers(answer)


def test_a_forged_form_is_refused_with_the_headers(node: Node) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in", {"phone": "19900000001"})
    assert answer.status_code == 403
    require_headers(answer)


@override_settings(SECURE_SSL_REDIRECT=True)
def test_the_way_to_tls_carries_the_headers(node: Node) -> None:
    answer = Client().get("/")
    assert answer.status_code == 301 and answer.headers["Location"].startswith("https://")
    require_headers(answer)


def test_nothing_of_a_person_stays_in_a_browser(phone: Phone) -> None:
    address = phone.hand_in()
    for path in ("/", "/me", "/cases", address, f"{address}/record", f"{address}/submitted"):
        assert "no-store" in phone.get(path).headers["Cache-Control"]
    style = phone.get("/static/tongban.css")
    style.close()
    assert "no-store" not in style.headers["Cache-Control"]


def test_a_download_is_neither_shown_nor_run(node: Node, linyi: Node, huimin: Node) -> None:
    desks = Desks(node, linyi, huimin).found()
    case_id = desks.received()
    answer = desks.clerk().get(f"/staff/cases/{case_id}/record")
    require_headers(answer)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
