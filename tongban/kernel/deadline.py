"""HTTP with one deadline for the whole of an exchange, from the connection to the last byte.

The timeouts of httpx begin anew with every read, so that a peer who drips its answer, headers included, would be read for ever.
"""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpx
from httpcore import ConnectTimeout, NetworkBackend, NetworkStream, ReadTimeout, SyncBackend, WriteTimeout

AT_ONCE = 16 * 1024
"""Bytes sent between two looks at the clock."""


class DeadlineTransport(httpx.HTTPTransport):
    """`request.extensions["deadline"]` is the end on the monotonic clock; without one it is `total_seconds` from the request on."""

    def __init__(self, *, total_seconds: float, **settings: Any) -> None:
        super().__init__(**settings)
        self.total_seconds = total_seconds
        self._pool._network_backend = _Backend()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """What goes down as `timeout` of a read, a write or a connection is the instant of its end; it stays with the request until its last read."""
        begun = time.monotonic()
        deadline: float = request.extensions.get("deadline") or begun + self.total_seconds
        given = request.extensions.get("timeout", {})
        connect = min(deadline, begun + (given.get("connect") or self.total_seconds))
        ends = {**given, "connect": connect, "read": deadline, "write": deadline}
        request.extensions = {**request.extensions, "timeout": ends}
        return super().handle_request(request)


class _Stream(NetworkStream):
    """Every `timeout` is an instant of the monotonic clock."""

    def __init__(self, stream: NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for first in range(0, len(buffer), AT_ONCE):
            self._stream.write(buffer[first : first + AT_ONCE], _left(timeout, WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout, ConnectTimeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(NetworkBackend):
    def __init__(self) -> None:
        self._backend = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        left = _left(timeout, ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, left, local_address, socket_options))


def _left(end: float | None, late: type[Exception]) -> float | None:
    """Seconds until then. Raises `late` when there are none."""
    left = None if end is None else end - time.monotonic()
    if left is not None and left <= 0:
        raise late
    return left
