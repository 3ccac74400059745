"""Signed requests: who asks, exactly what, and when."""

from datetime import timedelta

import pytest

from tongban.exchange.requests import BadRequestSignature, ClockOff, sign_request, verify_request
from tongban.exchange.tests.factories import members

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alliance")]

URL = "http://linyi.localhost:1/txp/1/events?from=2"


def verify(headers, at, **changes):
    values = {"method": "POST", "url": URL, "headers": headers, "body": b"{}", "at": at, "members": members(at)}
    return verify_request(**(values | changes))


def signed(node, at, **changes):
    return sign_request(**({"node": node, "method": "POST", "url": URL, "body": b"{}", "at": at} | changes))


def test_names_the_node_that_asks(node, at):
    assert verify(signed(node, at), at).id == node.id


def test_a_read_has_no_body(node, at):
    headers = signed(node, at, method="GET", body=None)
    assert "Content-Digest" not in headers
    assert verify(headers, at, method="GET", body=b"").id == node.id


@pytest.mark.parametrize(
    "change",
    [
        {"method": "GET"},
        {"url": URL.replace("linyi", "huimin")},
        {"url": URL.replace("from=2", "from=3")},
        {"url": URL.replace("events", "members")},
        {"body": b"[]"},
        {"body": b""},
    ],
)
def test_nothing_of_it_may_change(node, at, change):
    with pytest.raises(BadRequestSignature):
        verify(signed(node, at), at, **change)


def test_https_behind_a_proxy_is_the_same_request(node, at):
    assert verify(signed(node, at), at, url=URL.replace("http:", "https:")).id == node.id


@pytest.mark.parametrize("minutes", [6, -6, 600])
def test_a_wrong_clock_is_said_and_nothing_is_signed(node, at, minutes):
    with pytest.raises(ClockOff):
        verify(signed(node, at + timedelta(minutes=minutes)), at)


@pytest.mark.parametrize("minutes", [4, -4])
def test_five_minutes_are_allowed(node, at, minutes):
    verify(signed(node, at + timedelta(minutes=minutes)), at)


def test_a_key_of_another_purpose_does_not_ask(node, at):
    from dataclasses import replace

    wrong = replace(node, keys=node.keys | {"request": node.keys["event"]})
    with pytest.raises(BadRequestSignature):
        verify(signed(wrong, at), at)


def test_an_unsigned_request_is_refused(at):
    with pytest.raises(BadRequestSignature):
        verify({}, at)


@pytest.mark.parametrize("part", ['"@method" ', '"content-digest"', "created", 'tag="txp-1"'])
def test_every_part_must_be_covered(node, at, part):
    headers = signed(node, at)
    headers["Signature-Input"] = headers["Signature-Input"].replace(part, "")
    with pytest.raises(BadRequestSignature):
        verify(headers, at)


def test_two_signatures_are_one_too_many(node, linyi, at):
    headers = signed(node, at)
    for name in ("Signature", "Signature-Input"):
        headers[name] += ", " + headers[name].replace("txp=", "other=", 1)
    with pytest.raises(BadRequestSignature):
        verify(headers, at)
