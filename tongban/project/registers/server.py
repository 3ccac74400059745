"""The transport of every demo register: signed JSON POST in, signed JSON out. Logs nothing, for every line would be personal."""

import hmac
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tongban.kernel import strictjson
from tongban.review.adapters import base

MAX_QUESTION_BYTES = 64 * 1024
SOCKET_SECONDS = 10

Answer = dict[str, Any]
Answering = Callable[[str, Answer], Answer]
"""(request id, question) → answer; raises `Mute` to stay silent and `Unwell` for a failure that passes."""


class Mute(Exception):
    """Do not answer at all."""


class Unwell(Exception):
    """Answer 503."""


class DemoServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 only. `paths`: path → who answers there. `silence_seconds`: how long a mute register keeps the caller waiting."""

    daemon_threads = True

    def __init__(self, port: int, *, secret: str, paths: dict[str, Answering], silence_seconds: float = 60) -> None:
        self.secret = secret
        self.paths = paths
        self.silence_seconds = silence_seconds
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def server_close(self) -> None:
        self.closing.set()
        super().server_close()


class Handler(BaseHTTPRequestHandler):
    server: DemoServer
    timeout = SOCKET_SECONDS
    server_version = "register"
    sys_version = ""

    def do_POST(self) -> None:
        content = self._content()
        answering = self.server.paths.get(self.path)
        if content is None or not self._authentic(content):
            self._send(HTTPStatus.UNAUTHORIZED, {"error": "signature"})
        elif answering is None:
            self._send(HTTPStatus.NOT_FOUND, {"error": "path"})
        else:
            self._answer(answering, content)

    def _answer(self, answering: Answering, content: bytes) -> None:
        try:
            question = strictjson.parse(content)
            self._send(HTTPStatus.OK, answering(self.headers.get(base.ID, ""), question))
        except Mute:
            self.server.closing.wait(self.server.silence_seconds)
        except Unwell:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "unwell"})
        except (strictjson.NotStrict, KeyError, TypeError, AttributeError):
            self._send(HTTPStatus.BAD_REQUEST, {"error": "question"})

    def _content(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_QUESTION_BYTES:
            return None
        return self.rfile.read(int(length))

    def _authentic(self, content: bytes) -> bool:
        id, at = self.headers.get(base.ID, ""), self.headers.get(base.TIME, "")
        expected = base.request_signature(self.server.secret, path=self.path, id=id, at=at, content=content)
        given = self.headers.get(base.SIGNATURE, "").encode("latin-1", "replace")
        fresh = at.isdecimal() and abs(time.time() - int(at)) <= base.MAX_AGE_SECONDS
        return hmac.compare_digest(expected.encode(), given) and fresh

    def _send(self, status: HTTPStatus, answer: Answer) -> None:
        content = strictjson.canonical(answer)
        asked = self.headers.get(base.SIGNATURE, "")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header(base.SIGNATURE, base.answer_signature(self.server.secret, asked=asked, content=content))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""
