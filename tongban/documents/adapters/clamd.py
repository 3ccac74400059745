"""ClamAV's daemon (clamd), asked by INSTREAM over a Unix socket or TCP. The file goes through the socket and touches no disk of ours."""

import socket
import time
from contextlib import suppress

from tongban.documents.adapters.base import CLEAN, Verdict

TIMEOUT_SECONDS = 20.0
CHUNK = 256 * 1024
LONGEST_ANSWER = 4096

_QUARANTINED = {"Heuristics.Limits.Exceeded": "oversize", "Heuristics.Encrypted": "encrypted"}
"""What clamd calls found, and only says that it could not look inside (`AlertExceedsMax`, `AlertEncrypted`)."""


class Clamd:
    """`address`: the path of a Unix socket, or host:port."""

    def __init__(self, address: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self.address, self.timeout = address, timeout

    def scan(self, data: bytes) -> Verdict:
        until = time.monotonic() + self.timeout
        try:
            with self._connect() as line:
                return read_answer(_ask(line, data, until))
        except TimeoutError:
            return Verdict("quarantined", "timeout")
        except OSError:
            return Verdict("quarantined", "down")

    def _connect(self) -> socket.socket:
        if self.address.startswith("/"):
            return self._connect_here()
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=self.timeout)

    def _connect_here(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self.timeout)
        try:
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


def read_answer(answer: bytes) -> Verdict:
    """Only the exact sentence for a clean file means clean."""
    said = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if said == "stream: OK":
        return CLEAN
    if said.startswith("INSTREAM size limit exceeded"):
        return Verdict("quarantined", "oversize")
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return _found(said.removeprefix("stream: ").removesuffix(" FOUND"))
    return Verdict("quarantined", "down")


def _found(name: str) -> Verdict:
    for beginning, reason in _QUARANTINED.items():
        if name.startswith(beginning):
            return Verdict("quarantined", reason)  # type: ignore[arg-type]
    return Verdict("infected", found=name)


def _ask(line: socket.socket, data: bytes, until: float) -> bytes:
    # It says why before it hangs up: the stream was longer than it takes.
    with suppress(BrokenPipeError, ConnectionResetError):
        _send(line, data, until)
    return _answer(line, until)


def _send(line: socket.socket, data: bytes, until: float) -> None:
    _limit(line, until)
    line.sendall(b"zINSTREAM\0")
    for first in range(0, len(data), CHUNK):
        chunk = data[first : first + CHUNK]
        _limit(line, until)
        line.sendall(len(chunk).to_bytes(4, "big") + chunk)
    line.sendall(bytes(4))


def _answer(line: socket.socket, until: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        _limit(line, until)
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer


def _limit(line: socket.socket, until: float) -> None:
    """One limit for the whole question, however slowly it is answered."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)
