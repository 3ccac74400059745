"""A daemon that speaks clamd's INSTREAM over a real socket: small, and as strict as the real one about lengths."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tongban.documents.adapters.demo_scanner import EICAR


class ClamdServer:
    """Knows EICAR. `says`: a fixed answer instead. `drops`: hangs up without a word. `slow`: never answers. `limit`: StreamMaxLength."""

    def __init__(self, *, says: str = "", drops: bool = False, slow: bool = False, limit: int = 30_000_000) -> None:
        self.says, self.drops, self.slow, self.limit = says, drops, slow, limit
        self.seen: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._serve)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        while not self.done.is_set():
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            with line:
                try:
                    self._talk(line)
                except OSError:
                    continue

    def _talk(self, line: socket.socket) -> None:
        assert self._read(line, 10) == b"zINSTREAM\0"
        data = b""
        while size := int.from_bytes(self._read(line, 4)):
            data += self._read(line, size)
            if len(data) > self.limit:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(data)
        if self.slow:
            self.done.wait(10)
        elif not self.drops:
            line.sendall(f"stream: {self._verdict(data)}\0".encode())

    def _verdict(self, data: bytes) -> str:
        return self.says or ("Eicar-Signature FOUND" if EICAR in data else "OK")

    @staticmethod
    def _read(line: socket.socket, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = line.recv(size - len(data))
            if not piece:
                raise ConnectionResetError
            data += piece
        return data


@contextmanager
def clamd(**how: object) -> Iterator[ClamdServer]:
    server = ClamdServer(**how)  # type: ignore[arg-type]
    server.thread.start()
    try:
        yield server
    finally:
        server.done.set()
        # Wakes the thread that waits in `accept`.
        server.listener.shutdown(socket.SHUT_RDWR)
        server.thread.join()
        server.listener.close()
