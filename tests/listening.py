"""A listener on the line in front of a node: passes every byte on and keeps what peers say to each other (TXP/1)."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

PIECE = 65536
PEER_PATHS = (b"POST /txp/", b"GET /txp/", b"HEAD /txp/")
LONGEST_START = 10


@dataclass(frozen=True)
class Exchange:
    """One request as it was sent and the body of its answer."""

    request: bytes
    line: str
    body: bytes
    answer: bytes


class Listener:
    """Listens on `port` of this machine, passes on to `behind`. A peer keeps its connections to itself, so the first bytes tell whose it is."""

    def __init__(self, port: int, *, behind: int) -> None:
        self.behind = behind
        self.heard: list[tuple[bytearray, bytearray]] = []
        self._socket = socket.create_server(("127.0.0.1", port), backlog=64)
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for connection in (self._socket, *tuple(self._open)):
            _end(connection)

    @property
    def conversations(self) -> list[tuple[bytes, bytes]]:
        """What a peer sent and what the node answered, one pair for each connection."""
        return [(bytes(asked), bytes(answered)) for asked, answered in self.heard]

    @property
    def everything(self) -> bytes:
        return b"".join(asked + answered for asked, answered in self.conversations)

    @property
    def exchanges(self) -> list[Exchange]:
        """Every request of a peer with its answer, in order."""
        return [
            Exchange(request, request.partition(b"\r\n")[0].decode(), body, answer)
            for asked, answered in self.conversations
            for (request, body), (_, answer) in zip(read_messages(asked), read_messages(answered), strict=False)
        ]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        try:
            start = caller.recv(PIECE)
            node = socket.create_connection(("127.0.0.1", self.behind))
        except OSError:
            # The node is down: its caller sees a connection that closes.
            _end(caller)
            return
        asked, answered = bytearray(), bytearray()
        if start[:LONGEST_START].startswith(PEER_PATHS):
            self.heard.append((asked, answered))
        self._open |= {caller, node}
        back = threading.Thread(target=_pass_on, args=(node, caller, answered), daemon=True)
        back.start()
        _pass_on(caller, node, asked, start)
        back.join()
        self._open -= {caller, node}
        for connection in (caller, node):
            connection.close()


def _pass_on(source: socket.socket, target: socket.socket, kept: bytearray, piece: bytes = b"") -> None:
    with suppress(OSError):
        while piece or (piece := source.recv(PIECE)):
            kept += piece
            target.sendall(piece)
            piece = b""
    # Who is done sending may still be answered.
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def read_messages(stream: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each whole message of a connection, and its body."""
    while (end := stream.find(b"\r\n\r\n")) >= 0:
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", stream[:end])
        size = end + 4 + (int(length[1]) if length else 0)
        if len(stream) < size:
            return
        yield stream[:size], stream[end + 4 : size]
        stream = stream[size:]


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
