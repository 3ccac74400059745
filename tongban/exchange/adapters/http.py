"""Asking a peer node over HTTP: signed, bounded in time and size, no redirects, no proxies. Only addresses of the member list are asked."""

import time
from collections.abc import Iterator
from datetime import datetime

import httpx

from tongban.exchange.requests import sign_request
from tongban.exchange.wire import MAX_BYTES
from tongban.kernel.node import Node

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
LOOPBACK = "127.0.0.1"


class PeerUnreachable(Exception):
    """No usable answer: not connected, too late, too long, or not the status that was hoped for. `reason` is short and holds no content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class _Loopback(httpx.HTTPTransport):
    """Names under .localhost mean this machine (RFC 6761), whether or not its resolver knows; the Host header keeps the name."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host.endswith(".localhost"):
            request.extensions = {**request.extensions, "sni_hostname": request.url.host}
            request.url = request.url.copy_with(host=LOOPBACK)
        return super().handle_request(request)


class PeerClient:
    """One node's side of the conversation with peers; keeps connections open. Not shared between threads."""

    def __init__(
        self, node: Node, *, connect_seconds: float = CONNECT_SECONDS, total_seconds: float = TOTAL_SECONDS
    ) -> None:
        self.node, self.total_seconds = node, total_seconds
        timeout = httpx.Timeout(total_seconds, connect=connect_seconds)
        self._client = httpx.Client(
            transport=_Loopback(),
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            headers={"Accept-Encoding": "identity"},
        )

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes:
        """The answer's body. Raises `PeerUnreachable`."""
        return self._ask("POST", base, path, body, max_bytes=MAX_BYTES, at=at)

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes:
        """The answer's body. Raises `PeerUnreachable`."""
        return self._ask("GET", base, path, None, max_bytes=max_bytes, at=at)

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, base: str, path: str, body: bytes | None, *, max_bytes: int, at: datetime) -> bytes:
        url = base.rstrip("/") + path
        headers = sign_request(node=self.node, method=method, url=url, body=body, at=at)
        if body is not None:
            headers["Content-Type"] = "application/json"
        deadline = time.monotonic() + self.total_seconds
        try:
            with self._client.stream(method, url, content=body, headers=headers) as response:
                if response.status_code != httpx.codes.OK:
                    raise PeerUnreachable(f"status {response.status_code}")
                return _read(response.iter_raw(), max_bytes=max_bytes, deadline=deadline)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PeerUnreachable(type(error).__name__) from None


def _read(pieces: Iterator[bytes], *, max_bytes: int, deadline: float) -> bytes:
    """A peer that drips one byte a second is as silent as one that sends nothing."""
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > max_bytes:
            raise PeerUnreachable("answer too long")
        if time.monotonic() > deadline:
            raise PeerUnreachable("answer too slow")
    return bytes(data)
