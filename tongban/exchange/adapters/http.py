"""Asking a peer node over HTTP: signed, bounded in time and size, no redirects, no proxies. Only addresses of the member list are asked."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType

import httpx

from tongban.exchange.requests import sign_request
from tongban.exchange.wire import MAX_BYTES
from tongban.kernel.deadline import DeadlineTransport
from tongban.kernel.node import Node

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
LOOPBACK = "127.0.0.1"
EMPTY: Mapping[str, str] = MappingProxyType({})


class PeerUnreachable(Exception):
    """No usable answer: not connected, too late, too long, or not the status that was hoped for. `reason` is short and holds no content.

    `date`: what the peer's clock shows, if it said so.
    """

    def __init__(self, reason: str, *, date: str = "") -> None:
        self.reason, self.date = reason, date
        super().__init__(reason)


class _Loopback(DeadlineTransport):
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
            transport=_Loopback(total_seconds=total_seconds),
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

    def pieces(self, base: str, path: str, *, first: int, size: int, etag: str, at: datetime) -> Iterator[bytes]:
        """Up to `size` bytes from `first` on, as they come (RFC 9110, 14); nothing when there are no more. Raises `PeerUnreachable`, also later.

        A peer that knows no ranges sends the whole, which is of use from 0 on only.
        """
        wanted = {"Range": f"bytes={first}-{first + size - 1}", "If-Range": f'"{etag}"'}
        with self._answer("GET", base, path, None, at=at, more=wanted) as (response, deadline):
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return
            begins = response.headers.get("Content-Range", "").startswith(f"bytes {first}-")
            partial = response.status_code == httpx.codes.PARTIAL_CONTENT and begins
            if not partial and (response.status_code != httpx.codes.OK or first):
                raise _unusable(response)
            left = size if partial else None
            for piece in response.iter_raw():
                if left is not None and (left := left - len(piece)) < 0:
                    raise PeerUnreachable("answer too long")
                yield piece
                if time.monotonic() > deadline:
                    raise PeerUnreachable("answer too slow")

    def close(self) -> None:
        self._client.close()

    def _ask(self, method: str, base: str, path: str, body: bytes | None, *, max_bytes: int, at: datetime) -> bytes:
        with self._answer(method, base, path, body, at=at) as (response, deadline):
            if response.status_code != httpx.codes.OK:
                raise _unusable(response)
            return _read(response.iter_raw(), max_bytes=max_bytes, deadline=deadline)

    @contextmanager
    def _answer(
        self, method: str, base: str, path: str, body: bytes | None, *, at: datetime, more: Mapping[str, str] = EMPTY
    ) -> Iterator[tuple[httpx.Response, float]]:
        """The response, whose body has not been read yet, and until when that must be done."""
        url = base.rstrip("/") + path
        deadline = time.monotonic() + self.total_seconds
        # A peer with an older member list does not know a new request key yet: it is asked again with the one before.
        keys = [self.node.keys["request"], *self.node.others("request")]
        try:
            for key in keys:
                headers = {**sign_request(node=self.node, method=method, url=url, body=body, at=at, key=key), **more}
                if body is not None:
                    headers["Content-Type"] = "application/json"
                ends = {"deadline": deadline}
                with self._client.stream(method, url, content=body, headers=headers, extensions=ends) as response:
                    if response.status_code != httpx.codes.UNAUTHORIZED or key is keys[-1]:
                        yield response, deadline
                        return
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            if time.monotonic() >= deadline:
                raise PeerUnreachable("answer too slow") from None
            raise PeerUnreachable(type(error).__name__) from None


def _unusable(response: httpx.Response) -> PeerUnreachable:
    return PeerUnreachable(f"status {response.status_code}", date=response.headers.get("Date", ""))


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
