"""A peer that asks too often is told to wait, and nothing is signed (R13)."""

import json

import pytest

from tests.cast import JIYANG, LINYI
from tongban.web.limits import Limiter, TooManyRequests
from tongban.web.node import peers
from tongban.web.node.tests.factories import knock


def test_a_share_fills_again():
    clock = [0.0]
    limiter = Limiter(2, 4, clock=lambda: clock[0])
    for _ in range(4):
        limiter.take("a", "GET")
    with pytest.raises(TooManyRequests):
        limiter.take("a", "GET")
    clock[0] = 0.5
    limiter.take("a", "GET")
    with pytest.raises(TooManyRequests):
        limiter.take("a", "GET")


def test_nobody_uses_up_what_is_another_s():
    """I13: neither of two peers, nor of reading and delivering."""
    limiter = Limiter(1, 1, clock=lambda: 0.0)
    for peer, kind in (("a", "GET"), ("a", "POST"), ("b", "GET")):
        limiter.take(peer, kind)


def test_too_many_requests_get_503(node, linyi, huimin, alliance, monkeypatch):
    limiter = Limiter(0, 2)
    monkeypatch.setattr(peers, "share", lambda: limiter)
    answers = [knock(linyi, node, "GET", "/txp/1/members") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 503]
    assert answers[2]["Retry-After"] and json.loads(answers[2].content)["type"].endswith("too-many-requests")
    assert knock(huimin, node, "GET", "/txp/1/members").status_code == 200


def test_comparing_everything_costs_more(node, linyi, alliance, monkeypatch):
    limiter = Limiter(40, 25, clock=lambda: 0.0)
    monkeypatch.setattr(peers, "share", lambda: limiter)
    path = f"/txp/1/buckets?region={JIYANG}&with={LINYI}"
    assert [knock(linyi, node, "GET", path).status_code for _ in range(2)] == [200, 503]
