"""The kiosk in a hall: the same pages, and nothing of a person for the next one."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.web.citizens import Phone
from tongban.kernel.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def kiosk(phone: Phone) -> Phone:
    phone.get("/?profile=kiosk")
    return phone


def test_the_browser_stays_a_kiosk_when_a_person_has_left(kiosk: Phone) -> None:
    kiosk.post("/kiosk/end")
    page = kiosk.get("/").content.decode()
    assert 'data-profile="kiosk"' in page and "结束并清除" in page


def test_a_phone_is_none_and_a_kiosk_can_be_unmade(phone: Phone, kiosk: Phone) -> None:
    assert 'data-profile="kiosk"' not in Client().get("/").content.decode()
    kiosk.get("/?profile=none")
    assert 'data-profile="kiosk"' not in kiosk.get("/").content.decode()


def test_a_page_ends_by_itself_without_javascript(kiosk: Phone) -> None:
    page = kiosk.get("/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="180;url=/kiosk/end"></noscript>' in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_end_leaves_nothing(kiosk: Phone, method: str) -> None:
    kiosk.begin()
    answer = getattr(kiosk.client, method)("/kiosk/end")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not kiosk.client.session.keys()


def test_nobody_is_signed_out_elsewhere_by_a_link(phone: Phone) -> None:
    phone.sign_in()
    phone.client.get("/kiosk/end")
    assert "citizen" in phone.client.session


def test_a_link_does_not_make_a_phone_a_kiosk_to_sign_it_out(phone: Phone) -> None:
    phone.sign_in()
    phone.client.get("/kiosk/end?profile=kiosk")
    assert "citizen" in phone.client.session


def test_who_went_away_is_signed_out_soon(kiosk: Phone) -> None:
    kiosk.sign_in()
    session = kiosk.client.session
    session["citizen_seen"] = (now() - timedelta(minutes=5)).isoformat()
    session.save()
    assert kiosk.get("/cases").request["PATH_INFO"] == "/sign-in"
