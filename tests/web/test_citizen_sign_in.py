"""Signing in by phone, and saying who you are once."""

import pytest

from tests.cast import LUO, SUN
from tests.web.citizens import Phone, text

pytestmark = pytest.mark.django_db


def test_a_wrong_number_is_explained_and_kept(phone: Phone) -> None:
    page = phone.post("/sign-in", phone="12345")
    assert page.status_code == 422
    assert text(page).count("手机号码有误") == 2 and 'value="12345"' in text(page)


def test_the_demonstration_says_that_no_message_is_sent(phone: Phone) -> None:
    assert "演示环境，不发短信" in text(phone.post("/sign-in", phone=LUO.phone))


def test_a_wrong_code_does_not_open(phone: Phone) -> None:
    phone.post("/sign-in", phone=LUO.phone)
    page = phone.post("/sign-in/code", code="000000x")
    assert page.status_code == 422 and "citizen" not in phone.client.session


def test_the_phone_number_never_stands_in_the_session(phone: Phone) -> None:
    phone.sign_in()
    assert LUO.phone not in str(dict(phone.client.session))


def test_signing_in_changes_the_session(phone: Phone) -> None:
    phone.post("/sign-in", phone=LUO.phone)
    before = phone.client.session.session_key
    phone.sign_in(SUN)
    assert phone.client.session.session_key != before


def test_next_never_leads_to_another_site(phone: Phone) -> None:
    phone.get("/sign-in?next=https://elsewhere.example/")
    assert phone.sign_in().request["PATH_INFO"] == "/me"


def test_a_mistyped_digit_is_named(phone: Phone) -> None:
    phone.sign_in()
    page = phone.say_who(id_number=LUO.id_number[:-1] + ("1" if LUO.id_number[-1] != "1" else "2"))
    assert "校验位不符" in text(page) and f'value="{LUO.name}"' in text(page)


def test_who_you_are_is_kept(phone: Phone) -> None:
    phone.sign_in()
    phone.say_who()
    assert f'value="{LUO.name}"' in text(phone.get("/me"))


def test_signing_out_closes_the_door(phone: Phone) -> None:
    phone.sign_in()
    phone.post("/sign-out")
    assert phone.get("/cases").request["PATH_INFO"] == "/sign-in"
