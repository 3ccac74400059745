"""A peer that knocks at the node of the test, through the views and as bytes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.test import RequestFactory
from django.urls import resolve

from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.requests import sign_request
from tongban.kernel import registries
from tongban.kernel.node import Node


def knock(peer: Node, receiver: Node, method: str, path: str, body: bytes | None = None, **headers):
    """The response to a signed request; `headers` override what was signed."""
    registries.set_node(receiver)
    at = headers.pop("at", None) or datetime.now(UTC)
    signed = sign_request(node=peer, method=method, url=receiver.url + path, body=body, at=at)
    signed |= {"Host": urlsplit(receiver.url).netloc} | headers
    request = RequestFactory().generic(
        method, path, body or b"", content_type="application/json", headers=signed, QUERY_STRING=urlsplit(path).query
    )
    match = resolve(urlsplit(path).path.removeprefix("/txp/1"), "tongban.web.node.tests.routes")
    return match.func(request, *match.args, **match.kwargs)


@dataclass
class Caller:
    """A node's client whose requests go through the receiver's views. `down`: nodes that do not answer; `asked`: paths."""

    node: Node
    nodes: list[Node]
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes:
        return self.request(base, path).content

    def pieces(self, base: str, path: str, *, first: int, size: int, etag: str, at: datetime):
        response = self.request(base, path, Range=f"bytes={first}-{first + size - 1}")
        yield b"" if response.status_code == 416 else response.content

    def request(self, base: str, path: str, **headers):
        receiver = next(node for node in self.nodes if node.url == base)
        self.asked.append(path)
        if receiver.id in self.down:
            raise PeerUnreachable("ConnectError")
        before = registries.current_node()
        response = knock(self.node, receiver, "GET", path, **headers)
        registries.set_node(before)
        if response.status_code not in {200, 206, 416}:
            raise PeerUnreachable(f"status {response.status_code}")
        return response
