"""Who knocks: signed, fresh, and addressed to this node."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tongban.web.node.tests.factories import knock

pytestmark = [pytest.mark.usefixtures("alliance")]

MEMBERS = "/txp/1/members"


def code(response):
    return json.loads(response.content)["type"].rpartition(":")[2]


def test_a_member_is_let_in(node, linyi):
    assert knock(node, linyi, "GET", MEMBERS).status_code == 200


def test_without_a_signature_nobody_is(node, linyi):
    response = knock(node, linyi, "GET", MEMBERS, Signature="", **{"Signature-Input": ""})
    assert (response.status_code, code(response)) == (401, "bad-request-signature")
    assert response["Content-Type"] == "application/problem+json"


def test_a_request_for_another_node_is_not_for_us(node, linyi, huimin):
    """临邑 hands on what 济阳 signed for it."""
    response = knock(node, linyi, "GET", MEMBERS, Host="huimin.localhost:1")
    assert response.status_code == 401


def test_another_host_name_is_refused_even_when_signed(node, linyi, huimin):
    from tongban.exchange.requests import sign_request

    at = datetime.now(UTC)
    headers = sign_request(node=node, method="GET", url=huimin.url + MEMBERS, body=None, at=at)
    assert knock(node, linyi, "GET", MEMBERS, Host="huimin.localhost:1", **headers).status_code == 401


def test_a_wrong_clock_gets_503_and_our_time(node, linyi):
    response = knock(node, linyi, "GET", MEMBERS, at=datetime.now(UTC) - timedelta(minutes=6))
    assert (response.status_code, code(response)) == (503, "clock-off")
    assert response["Retry-After"]


def test_a_changed_body_is_refused(node, linyi):
    response = knock(node, linyi, "POST", "/txp/1/events", b"{}", **{"Content-Digest": "sha-256=:AAAA:"})
    assert response.status_code == 401


def test_a_large_body_is_not_read(node, linyi):
    response = knock(node, linyi, "POST", "/txp/1/events", b"x" * (1024 * 1024 + 1))
    assert (response.status_code, code(response)) == (413, "message-too-large")


def test_what_is_no_batch_is_said(node, linyi):
    response = knock(node, linyi, "POST", "/txp/1/events", b"{}")
    assert (response.status_code, code(response)) == (400, "bad-batch")


@pytest.mark.parametrize(("method", "path"), [("GET", "/txp/1/events"), ("POST", MEMBERS), ("DELETE", MEMBERS)])
def test_only_the_methods_of_the_protocol(node, linyi, method, path):
    assert knock(node, linyi, method, path).status_code == 405


def test_an_expired_list_stops_exchange(node, linyi, huimin, now, monkeypatch):
    from tongban.alliance import queries

    monkeypatch.setattr(queries, "GRACE", timedelta(days=-60))
    response = knock(node, linyi, "GET", MEMBERS)
    assert (response.status_code, code(response)) == (503, "list-expired")


def test_a_database_that_is_away_says_nothing_about_events(node, linyi, monkeypatch):
    from django.db import OperationalError

    from tongban.web.node import views

    def away():
        raise OperationalError

    monkeypatch.setattr(views.alliance, "newest_list", away)
    response = knock(node, linyi, "GET", MEMBERS)
    assert (response.status_code, code(response)) == (503, "busy")
