"""Altered, repeated and foreign messages over real HTTP: refused, or answered with what was answered before (M)."""

import base64
import json
import socket
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.listening import Exchange, read_messages
from tests.processes import Alliance
from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.exchange.requests import sign_request
from tongban.kernel import envelopes, strictjson
from tongban.kernel.clock import now
from tongban.kernel.node import Node, create_node, load_node
from tongban.project import walk_case

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(180)]

PATH = "/txp/1/events"


@pytest.fixture(scope="module")
def case_id(alliance: Alliance) -> str:
    visitor, case_id = alliance.hand_in(alliance.newcomer())
    with visitor:
        walk_case.wait_until_effective(visitor, case_id)
    alliance.wait_for_kind("jiyang", case_id, "closed")
    return case_id


@pytest.fixture(scope="module")
def sent(alliance: Alliance, case_id: str) -> Exchange:
    """What 济阳 sent when it handed this case over, beside whatever else was waiting then, and what 临邑 answered."""
    opening = base64.b64encode(alliance.sites["jiyang"].chain(case_id)[0])
    return next(
        exchange
        for exchange in alliance.sites["linyi"].listener.exchanges
        if exchange.line.startswith(f"POST {PATH} ") and opening in exchange.body
    )


def node_of(alliance: Alliance, place: str) -> Node:
    return load_node(alliance.sites[place].home)


def post(alliance: Alliance, body: bytes, *, by: Node) -> Any:
    """The answers of 临邑, or the status it refused with."""
    with closing(PeerClient(by)) as client:
        try:
            return json.loads(client.post(alliance.sites["linyi"].url, PATH, body, at=now()))["answers"]
        except PeerUnreachable as refused:
            return refused.reason


def post_raw(alliance: Alliance, request: bytes) -> tuple[str, bytes]:
    """Bytes as they are. The status line and the body of the answer."""
    with socket.create_connection(("127.0.0.1", alliance.sites["linyi"].behind), timeout=30) as connection:
        connection.sendall(request)
        received = bytearray()
        while not (messages := list(read_messages(bytes(received)))):
            piece = connection.recv(65536)
            assert piece, "no answer"
            received += piece
    whole, body = messages[0]
    return whole.partition(b"\r\n")[0].decode(), body


@pytest.fixture
def unchanged(alliance: Alliance, case_id: str) -> Any:
    """But for what the place itself was still issuing."""
    linyi = alliance.sites["linyi"]
    before = linyi.chain(case_id)
    yield
    assert linyi.chain(case_id)[: len(before)] == before
    assert set(linyi.kinds(case_id)[len(before) :]) <= {"paper_issued", "licence_issued", "document_sealed"}


def receipts(answers: list[dict[str, str]]) -> list[str]:
    return [answer["receipt"] for answer in answers]


@pytest.mark.usefixtures("unchanged")
def test_what_comes_again_is_answered_with_the_first_receipts(alliance: Alliance, sent: Exchange) -> None:
    again = post(alliance, sent.body, by=node_of(alliance, "jiyang"))
    assert {answer["status"] for answer in again} == {"duplicate"}
    assert receipts(again) == receipts(json.loads(sent.answer)["answers"])


@pytest.mark.usefixtures("unchanged")
def test_recorded_traffic_has_no_second_effect(alliance: Alliance, sent: Exchange) -> None:
    line, body = post_raw(alliance, sent.request)
    assert line.split()[1] == "200"
    assert receipts(json.loads(body)["answers"]) == receipts(json.loads(sent.answer)["answers"])


@pytest.mark.usefixtures("unchanged")
def test_a_request_changed_on_the_way_is_not_looked_at(alliance: Alliance, sent: Exchange) -> None:
    altered = bytearray(sent.request)
    altered[-40] ^= 1
    assert post_raw(alliance, bytes(altered))[0].split()[1] == "401"


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_an_envelope_changed_by_its_sender_is_rejected(alliance: Alliance, sent: Exchange, share: float) -> None:
    item = event_in(sent)
    raw = bytearray(base64.b64decode(item["event"]))
    raw[int(len(raw) * share)] ^= 1
    answer = post(alliance, batch(item | {"event": base64.b64encode(raw).decode()}), by=node_of(alliance, "jiyang"))
    assert answer[0]["status"] == "rejected", answer


@pytest.mark.usefixtures("unchanged")
def test_another_member_cannot_post_for_the_receiving_place(alliance: Alliance, sent: Exchange) -> None:
    assert post(alliance, sent.body, by=node_of(alliance, "huimin")) == "status 403"


@pytest.mark.usefixtures("unchanged")
def test_a_node_outside_the_alliance_is_nobody(alliance: Alliance, sent: Exchange, tmp_path: Path) -> None:
    stranger = create_node(
        tmp_path / "stranger", id="370115-1", alliance="demo", regions=("370115",), url="http://jiyang.localhost:1"
    )
    assert post(alliance, sent.body, by=stranger) == "status 401"


@pytest.mark.usefixtures("unchanged")
def test_another_member_cannot_sign_for_the_receiving_place(alliance: Alliance, sent: Exchange) -> None:
    """A case of its own making, with the author's name on it and the wrong key below."""
    opening = base64.b64decode(event_in(sent)["event"])
    claims = envelopes.read(opening, type=envelopes.EVENT).claims()
    forged = envelopes.sign(
        claims | {"case": str(uuid4())},
        type=envelopes.EVENT, suite=node_of(alliance, "huimin").suite, keys=[node_of(alliance, "huimin").keys["event"]],
    )  # fmt: skip
    item = {"event": base64.b64encode(forged.raw).decode()}
    answer = post(alliance, batch(item), by=node_of(alliance, "jiyang"))
    assert answer[0]["status"] == "rejected", answer


@pytest.mark.usefixtures("unchanged")
def test_a_request_for_another_node_is_not_for_this_one(alliance: Alliance, sent: Exchange) -> None:
    """Signed by a member, addressed to 惠民, handed on to 临邑."""
    other, node = alliance.sites["huimin"], node_of(alliance, "jiyang")
    headers = sign_request(node=node, method="POST", url=f"{other.url}{PATH}", body=sent.body, at=now())
    host = other.url.removeprefix("http://")
    head = "".join(
        f"{name}: {value}\r\n" for name, value in {"Host": host, **headers, "Content-Length": len(sent.body)}.items()
    )
    line, _ = post_raw(alliance, f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + sent.body)
    assert line.split()[1] in ("400", "401")


def batch(item: dict[str, Any]) -> bytes:
    return strictjson.canonical({"to": "371424", "from": "370115", "items": [item]})


def event_in(sent: Exchange) -> dict[str, Any]:
    """The first item that is an event: proposals of other cases may travel before it."""
    return next(item for item in json.loads(sent.body)["items"] if "event" in item)
