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

    def piece(self):
        first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
        data = b"0123456789"[int(first) : int(last) + 1]
        if not data:
            return self.answer(416)
        return self.answer(206, data, **{"Content-Range": f"bytes {first}-{int(first) + len(data) - 1}/10"})

    def wrong(self):
        self.answer(206, b"0123", **{"Content-Range": "bytes 0-3/10"})

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


def pieces(client, base, path, at, *, first=0, size=4):
    return b"".join(client.pieces(base, path, first=first, size=size, etag="x", at=at))


def test_a_file_is_asked_for_piece_by_piece(client, base, at):
    assert [pieces(client, base, "/piece", at, first=first) for first in (0, 4, 8, 10)] == [
        b"0123",
        b"4567",
        b"89",
        b"",
    ]


def test_a_peer_without_ranges_sends_the_whole_from_the_beginning_only(client, base, at):
    assert pieces(client, base, "/fine", at) == b"{}"
    with pytest.raises(PeerUnreachable, match="status 200"):
        pieces(client, base, "/fine", at, first=1)


@pytest.mark.parametrize(("path", "first", "size"), [("/wrong", 4, 4), ("/wrong", 0, 3), ("/broken", 0, 4)])
def test_another_piece_is_no_answer(client, base, at, path, first, size):
    with pytest.raises(PeerUnreachable):
        pieces(client, base, path, at, first=first, size=size)


def test_w4_what_dripped_in_before_the_time_was_up_is_kept(client, base, at):
    """W4, W5: a narrow line makes progress."""
    came = b""
    with pytest.raises(PeerUnreachable, match="answer too slow"):
        for piece in client.pieces(base, "/drip", first=0, size=100, etag="x", at=at):
            came += piece
    assert came


def test_an_error_tells_the_peer_s_clock(client, base, at):
    with pytest.raises(PeerUnreachable) as caught:
        get(client, base, "/broken", at)
    assert caught.value.date.endswith("GMT")
