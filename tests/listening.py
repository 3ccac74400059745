"""A listener on the line in front of a node: passes every byte on and keeps what peers say to each other (TXP/1)."""

import socket
import threading
from contextlib import suppress

PIECE = 65536
PEER_PATHS = (b"POST /txp/", b"GET /txp/", b"HEAD /txp/")
LONGEST_START = 10


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
            return _end(caller)
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


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
