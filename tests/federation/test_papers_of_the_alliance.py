"""Any version of the member list, and fence statements, over the doors of peers (R17, R19)."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance import queries
from tongban.alliance.tests.factories import TRUST, found_alliance
from tongban.alliance.tests.rotating import next_list
from tongban.exchange.lists import take_list
from tongban.exchange.requests import sign_request
from tongban.exchange.tests.factories import offered, opened, write
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(db: None, node: Node, linyi: Node, huimin: Node) -> datetime:
    at = datetime.now(UTC)
    found_alliance([node, linyi, huimin], at)
    return at


def knock(peer: Node, node: Node, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    headers = sign_request(node=peer, method=method, url=node.url + path, body=body, at=datetime.now(UTC))
    answer = Client().generic(
        method, path, body or b"", content_type="application/json",
        headers={**headers, "Host": node.url.partition("//")[2]},
    )  # fmt: skip
    return answer.status_code, answer.content


def test_every_version_is_served_as_signed(node: Node, linyi: Node, now: datetime) -> None:
    """R19"""
    assert knock(linyi, node, "GET", "/txp/1/members/1") == (200, queries.get_list_bytes(1))
    assert knock(linyi, node, "GET", "/txp/1/members/2")[0] == 404


def test_a_fence_is_given_to_who_shares_the_case(node: Node, linyi: Node, huimin: Node, now: datetime) -> None:
    """R17: 临邑 holds a case of 济阳 and 惠民 and is suspended."""
    case_id = new_id()
    write(node, case_id, opened(audience=(JIYANG, LINYI, HUIMIN)), offered(), at=now - timedelta(minutes=1))
    question = {"case": str(case_id), "fenced": linyi.id, "region": HUIMIN, "have": 0}
    assert ask(huimin, node, question)[0] == 409
    take_list(node=node, raw=next_list(now, suspended=[linyi.id]), trust=TRUST, at=now)
    status, answer = ask(huimin, node, question)
    assert (status, len(json.loads(answer)["fences"])) == (200, 1)
    assert ask(huimin, node, question | {"case": str(new_id())})[0] == 404
    assert ask(huimin, node, question | {"region": JIYANG})[0] == 403
    assert ask(huimin, node, question | {"have": -1})[0] == 400
    assert ask(linyi, node, question | {"region": LINYI})[0] == 403


def ask(peer: Node, node: Node, question: dict[str, object]) -> tuple[int, bytes]:
    return knock(peer, node, "POST", "/txp/1/fences", json.dumps(question).encode())
