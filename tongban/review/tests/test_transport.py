"""What an outside system can do to us: nothing but stay silent."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tongban.review.adapters import base
from tongban.review.adapters.base import Endpoint, HttpRegister, Person, Silent
from tongban.review.adapters.business_system import Acknowledged, TurnedDown, _read

SECRET = "shared by both sides"
Reply = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def outside() -> Iterator[Callable[[Reply], Endpoint]]:
    """An outside system that answers as the test says."""
    servers = []

    def start(reply: Reply) -> Endpoint:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                with suppress(OSError):
                    reply(self)

            def log_message(self, *_: object) -> None: ...

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        return Endpoint(f"http://127.0.0.1:{server.server_address[1]}", SECRET, timeout_seconds=0.3)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def send(
    handler: BaseHTTPRequestHandler, content: bytes, *, secret: str = SECRET, asked: str = "", status: int = 200
) -> None:
    handler.send_response(status)
    asked = asked or handler.headers[base.SIGNATURE]
    handler.send_header(base.SIGNATURE, base.answer_signature(secret, asked=asked, content=content))
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(20):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.1)


def redirect(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.end_headers()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (lambda handler: send(handler, b'{"found":true}', secret="somebody else's"), "not-authentic"),
        (lambda handler: send(handler, b'{"found":true}', asked="another question"), "not-authentic"),
        (lambda handler: send(handler, b"<html>log in</html>"), "malformed"),
        (lambda handler: send(handler, b"[]"), "malformed"),
        (lambda handler: send(handler, b'{"a":1,"a":2}'), "malformed"),
        (lambda handler: send(handler, b" " * (base.MAX_ANSWER_BYTES + 1)), "too-long"),
        (lambda handler: send(handler, b"{}", status=500), "status-500"),
        (lambda handler: handler.wfile.write(b"no http at all\r\n\r\n"), "unreachable"),
        (redirect, "status-307"),
        (drip, "timeout"),
        (drip_headers, "timeout"),
    ],
)
def test_an_odd_answer_is_silence(outside: Callable[[Reply], Endpoint], reply: Reply, reason: str) -> None:
    assert base.post(outside(reply), "/ask", {}) == Silent(reason)


def test_nobody_there_is_silence() -> None:
    assert base.post(Endpoint("http://127.0.0.1:1", SECRET), "/ask", {}) == Silent("unreachable")


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint("", SECRET),
        Endpoint("http://127.0.0.1:1", "short"),
        Endpoint("http://register.example:80", SECRET),
        Endpoint("ftp://127.0.0.1:1", SECRET),
        Endpoint("http://[", SECRET),
    ],
)
def test_an_address_without_secret_or_without_tls_is_not_asked(endpoint: Endpoint) -> None:
    assert base.post(endpoint, "/ask", {}) == Silent("not-configured")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"found": "yes", "name": "same", "values": {}},
        {"found": True, "name": "maybe", "values": {}},
        {"found": True, "name": "same", "values": []},
    ],
)
def test_an_answer_of_another_shape_is_silence(answer: dict[str, object]) -> None:
    assert base.read_answer(answer, ["insured.status"]) == Silent("malformed")


def test_values_that_were_not_asked_for_are_dropped(outside: Callable[[Reply], Endpoint]) -> None:
    content = json.dumps(
        {"found": True, "name": "same", "values": {"insured.status": "normal", "health": "ill"}}
    ).encode()
    register = HttpRegister(outside(lambda handler: send(handler, content)))
    answer = register.ask(person=Person("罗建国", "111", "1"), elements=["insured.status"], about={})
    assert answer.values == {"insured.status": "normal"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"outcome": "refused", "reason": "account-frozen"}, TurnedDown("account-frozen")),
        ({"outcome": "refused", "reason": "罗建国 的账户已冻结"}, TurnedDown("unspecified")),
        ({"outcome": "acknowledged", "reference": "YB1", "valid_from": "soon"}, Silent("malformed")),
        ({"outcome": "acknowledged"}, Silent("malformed")),
        ({"outcome": "perhaps"}, Silent("malformed")),
    ],
)
def test_what_the_platform_says_is_taken_narrowly(
    answer: dict[str, str], outcome: Acknowledged | TurnedDown | Silent
) -> None:
    assert _read(answer) == outcome
