"""Asking over HTTP: bounded, no redirects, names under .localhost are this machine."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tongban.exchange.adapters.http import PeerClient, PeerUnreachable


class Peer(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]] = []

    def do_GET(self):
        type(self).asked.append((self.headers["Host"], self.path))
        getattr(self, self.path.strip("/"))()

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def fine(self):
        self.answer(200, b"{}")

    def moved(self):
        self.answer(302, Location="/fine")

    def broken(self):
        self.answer(503, b"<html>")

    def long(self):
        self.answer(200, b"x" * 2000)

    def packed(self):
        self.answer(200, b"\x1f\x8b not unpacked", **{"Content-Encoding": "gzip"})

    def drip(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *values):
        """Quiet."""


@pytest.fixture
def base():
    Peer.asked = []
    server = HTTPServer(("127.0.0.1", 0), Peer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://linyi.localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(node):
    client = PeerClient(node, total_seconds=0.4)
    yield client
    client.close()


def get(client, base, path, at):
    return client.get(base, path, max_bytes=1000, at=at)


def test_localhost_names_reach_this_machine(client, base, at):
    assert get(client, base, "/fine", at) == b"{}"
    assert Peer.asked == [(base.removeprefix("http://"), "/fine")]


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/moved", "status 302"), ("/broken", "status 503"), ("/long", "answer too long"), ("/drip", "answer too slow")],
)
def test_anything_else_is_no_answer(client, base, at, path, reason):
    with pytest.raises(PeerUnreachable, match=reason):
        get(client, base, path, at)
    assert [asked for _, asked in Peer.asked] == [path]


def test_nothing_is_unpacked(client, base, at):
    assert get(client, base, "/packed", at).startswith(b"\x1f\x8b")


def test_nobody_there(client, at):
    with pytest.raises(PeerUnreachable, match="ConnectError"):
        get(client, "http://linyi.localhost:9", "/fine", at)
