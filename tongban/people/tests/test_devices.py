"""The devices of a window: answered, silent, too late, malformed, not authentic. None of it ever says no about a person."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest

from tongban.people.adapters import bridge, card_readers, faces, signatures
from tongban.people.adapters.bridge import Bridge, Silent
from tongban.people.adapters.card_readers import Card, DemoDevice
from tongban.people.identity import check_identity

SECRET = "a secret of bridges and nodes"
CARD = {"kind": "111", "name": "孙丽", "number": "99142419850607002X", "address": "演示路", "valid_until": "2030-01-01"}
Answer = Callable[[dict[str, Any]], dict[str, Any]]


def sign(body: bytes, secret: str = SECRET) -> str:
    return f"v1={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def answering(answer: Answer, *, secret: str = SECRET) -> Bridge:
    """A bridge that checks the signature of what it is asked, and signs what `answer` makes of it."""

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.headers["X-Tongban-Signature"] == sign(request.content)
        body = json.dumps(answer(json.loads(request.content))).encode()
        return httpx.Response(200, content=body, headers={"X-Tongban-Signature": sign(body, secret)})

    return Bridge("http://127.0.0.1:1", SECRET, transport=httpx.MockTransport(handle))


def saying(**told: Any) -> Bridge:
    return answering(lambda asked: {"nonce": asked["nonce"], **told})


def read(connected: Bridge) -> Card | Silent:
    return card_readers.get_card_reader("production", bridge=connected).read()


def test_a_card_is_read() -> None:
    card = read(saying(reading="r-1", card=CARD))
    assert isinstance(card, Card) and (card.name, card.reading) == ("孙丽", "r-1")
    assert card.expired(date(2030, 1, 2)) and not card.expired(date(2030, 1, 1))


def test_a_card_is_not_shown_by_accident() -> None:
    assert "孙丽" not in repr(read(saying(card=CARD)))


@pytest.mark.parametrize(
    "told",
    [
        {"card": {"kind": "111"}},
        {"card": {**CARD, "valid_until": "soon"}},
        {"card": "孙丽"},
        {"card": {**CARD, "name": ""}},
    ],
)
def test_what_cannot_be_a_card_is_none(told: dict[str, Any]) -> None:
    assert read(saying(**told)) == Silent("malformed")


def test_no_card_is_there() -> None:
    assert read(saying(card=None)) == Silent("nothing-there")


def test_an_answer_of_before_is_no_answer() -> None:
    assert read(answering(lambda asked: {"nonce": "another", "card": CARD})) == Silent("not-authentic")


def test_an_answer_of_somebody_else_is_no_answer() -> None:
    stranger = answering(lambda asked: {"nonce": asked["nonce"], "card": CARD}, secret="another secret")
    assert read(stranger) == Silent("not-authentic")


def test_a_bridge_that_is_slow_or_gone_is_silent() -> None:
    def too_late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("")

    assert read(Bridge("http://127.0.0.1:1", SECRET, transport=httpx.MockTransport(too_late))) == Silent("no-answer")
    assert bridge.TIMEOUT_SECONDS <= 15


VERDICTS = [(True, "matched"), (False, "different"), (None, Silent("nothing-there")), ("yes", Silent("malformed"))]


@pytest.mark.parametrize(("told", "result"), VERDICTS)
def test_a_face_is_compared_with_the_card_that_was_read(told: Any, result: object) -> None:
    def compare(asked: dict[str, Any]) -> dict[str, Any]:
        return {"nonce": asked["nonce"], "matched": told if asked["reading"] == "r-1" else "?"}

    assert faces.get_face_matcher("production", bridge=answering(compare)).compare(reading="r-1") == result


def test_a_pad_gives_a_picture() -> None:
    pad = signatures.get_signature_pad(bridge=saying(image=base64.b64encode(b"png").decode()))
    assert pad.capture() == b"png"
    assert signatures.get_signature_pad(bridge=saying(image=None)).capture() == Silent("nothing-there")
    assert signatures.get_signature_pad(bridge=saying(image="%%")).capture() == Silent("malformed")


def test_production_without_devices_reads_nothing() -> None:
    assert card_readers.get_card_reader("production", bridge=None).read() == Silent("not-connected")
    assert faces.get_face_matcher("production", bridge=None).compare(reading="") == Silent("not-connected")
    assert signatures.get_signature_pad(bridge=None).capture() == Silent("not-connected")


@pytest.mark.parametrize("device", [card_readers.DemoReader, faces.DemoFaces])
def test_a_made_up_device_warns_and_refuses_production(device: type[Any]) -> None:
    assert device("demo").warns
    with pytest.raises(DemoDevice):
        device("production")


@pytest.mark.parametrize("card", card_readers.DEMO_CARDS, ids=lambda card: card.reading)
def test_made_up_cards_belong_to_nobody(card: Card) -> None:
    assert check_identity(card.kind, card.number, allow_demo=True).demo
