"""The portal in a frame: for configured origins only, and only the portal."""

from typing import Any

import pytest
from django.test import Client, override_settings

from tests.cast import ITEM, JIYANG, LINYI
from tests.web.citizens import Phone

pytestmark = pytest.mark.django_db

PARTNER = "https://portal.example.gov.cn"
framed = override_settings(EMBED_ORIGINS=[PARTNER])


def policy(answer: Any) -> str:
    rules: str = answer.headers["Content-Security-Policy"]
    return next(rule for rule in rules.split("; ") if rule.startswith("frame-ancestors"))


@pytest.mark.parametrize("path", ["/embed/progress", f"/embed/apply/{ITEM}", f"/embed/apply/{ITEM}/places"])
def test_without_a_partner_there_is_nothing(phone: Phone, path: str) -> None:
    answer = phone.client.get(path)
    assert answer.status_code == 404 and policy(answer) == "frame-ancestors 'none'"


@framed
def test_a_configured_origin_may_frame_the_pages(phone: Phone) -> None:
    for path in ("/embed/progress", f"/embed/apply/{ITEM}/places"):
        answer = phone.client.get(path)
        assert answer.status_code == 200 and policy(answer) == f"frame-ancestors {PARTNER}"
        assert "X-Frame-Options" not in answer.headers


@framed
def test_every_link_and_form_stays_inside(phone: Phone) -> None:
    entrance = phone.get(f"/embed/apply/{ITEM}")
    assert entrance.redirect_chain[-1][0] == f"/embed/apply/{ITEM}/places"
    asked = phone.post(f"/embed/apply/{ITEM}/places", insured=LINYI, here=JIYANG)
    assert asked.redirect_chain[-1][0].startswith(f"/embed/apply/{ITEM}/questions")
    links = [part.split('"')[0] for part in asked.content.decode().split('href="/')[1:]]
    assert all(link.startswith(("embed/", "static/")) for link in links), links


@framed
def test_its_cookies_are_kept_apart_for_each_site_around_it(phone: Phone) -> None:
    answer = phone.client.post(f"/embed/apply/{ITEM}/places", {"insured": LINYI, "here": JIYANG})
    cookie = answer.cookies["session"].OutputString()
    assert "SameSite=None" in cookie and "Secure" in cookie and "Partitioned" in cookie


@framed
def test_outside_the_frame_everything_is_as_before(phone: Phone) -> None:
    phone.client.get("/embed/progress")
    answer = phone.client.get(f"/apply/{ITEM}/places")
    assert policy(answer) == "frame-ancestors 'none'" and answer.headers["X-Frame-Options"] == "DENY"
    assert "/embed/" not in answer.content.decode()


@framed
@pytest.mark.parametrize("path", ["staff/", "staff/sign-in", "api/v1/items", "txp/1/members", "nowhere"])
def test_nothing_else_can_be_framed(phone: Phone, path: str) -> None:
    assert Client().get(f"/embed/{path}").status_code == 404
