"""The demonstration's time-stamp authority (演示时间戳): RFC 3161 over HTTP on this machine, with keys that live as long as the process.

    python -m tongban.project.stamper [--port N]

Prints its address. Refused in production: a real node names a real authority in `TONGBAN_TSA_URL`.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.seals.stamping import OwnAuthority, make_authority

ENDED = "/ended.crl"
MAX_QUESTION_BYTES = 4096
SOCKET_SECONDS = 10


class NoDemoStamperInProduction(Refused):
    text = Text(
        "生产模式下不能启动演示时间戳服务。", "The demo time-stamp authority does not start in production mode."
    )
    advice = Text("请在设置中填写真实时间戳服务的地址。", "Put the address of a real one into TONGBAN_TSA_URL.")


class Stamper(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.authority: OwnAuthority = make_authority(
            name="演示时间戳服务", at=datetime.now(UTC), lists_at=self.url + ENDED
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Stamper
    timeout = SOCKET_SECONDS
    server_version = "stamper"
    sys_version = ""

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        try:
            if not 0 < size <= MAX_QUESTION_BYTES:
                raise ValueError("no question")
            answer = self.server.authority.answer(self.rfile.read(size), at=datetime.now(UTC))
        except ValueError:
            self._send(HTTPStatus.BAD_REQUEST, b"", "text/plain")
            return
        self._send(HTTPStatus.OK, answer, "application/timestamp-reply")

    def do_GET(self) -> None:
        found = self.path == ENDED
        data = self.server.authority.ended if found else b""
        self._send(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND, data, "application/pkix-crl")

    def _send(self, status: HTTPStatus, data: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tongban.project.stamper", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    options = parser.parse_args(arguments)
    if os.environ.get("TONGBAN_MODE") == "production":
        raise NoDemoStamperInProduction
    server = Stamper(options.port)
    print(server.url, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    try:
        server.serve_forever()
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
