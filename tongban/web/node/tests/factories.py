"""A peer that knocks at the node of the test, through the views and as bytes."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.test import RequestFactory
from django.urls import resolve

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
