"""Where uploaded rows go: one file of JSON lines, or the platform's address, signed, in batches that may be repeated."""

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

import httpx

from tongban.clients.services import sign
from tongban.kernel.deadline import DeadlineTransport
from tongban.kernel.events import Json
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

BATCH = 200
SECONDS = 30.0
SHORTEST_SECRET = 16


class UploadNotConfigured(Refused):
    status = 503
    text = Text("未配置上报地址。", "No address to upload to is set.")
    advice = Text(
        "请设置 TONGBAN_UPLOAD_URL（https）和 TONGBAN_UPLOAD_SECRET，或用 --out 写入文件。",
        "Set TONGBAN_UPLOAD_URL (https) and TONGBAN_UPLOAD_SECRET, or write a file with --out.",
    )


class UploadRefused(Refused):
    """Batches before this one were taken; sending all of it again is harmless."""

    status = 503
    text = Text(
        "上报平台没有接收（{why}），已发送 {sent} 行。", "The platform did not take it ({why}); {sent} rows were sent."
    )
    advice = Text("请稍后重新执行，已接收的行不会重复。", "Run it again later; rows that were taken are not doubled.")


class Sink(Protocol):
    def write(self, rows: Iterable[Json]) -> int:
        """How many rows went."""
        ...


class FileSink:
    """A new file, readable by its owner only: the rows name people."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, rows: Iterable[Json]) -> int:
        count = 0
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        return count


class HttpSink:
    """POST of application/x-ndjson. `Tongban-Signature` as of webhooks; `Idempotency-Key` is the digest of the batch."""

    def __init__(self, url: str, secret: str) -> None:
        target = httpx.URL(url)
        here = target.host in {"127.0.0.1", "localhost"}
        if (target.scheme != "https" and not (here and target.scheme == "http")) or len(secret) < SHORTEST_SECRET:
            raise UploadNotConfigured
        self.url, self.secret = url, secret

    def write(self, rows: Iterable[Json]) -> int:
        sent = 0
        transport = DeadlineTransport(total_seconds=SECONDS, trust_env=False)
        with httpx.Client(transport=transport, timeout=SECONDS, follow_redirects=False, trust_env=False) as client:
            for batch in _batches(rows):
                if why := self._send(client, batch):
                    raise UploadRefused(why=why, sent=sent)
                sent += len(batch)
        return sent

    def _send(self, client: httpx.Client, batch: list[Json]) -> str:
        body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in batch).encode()
        headers = {
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": hashlib.sha256(body).hexdigest(),
            "Tongban-Signature": sign(self.secret, body, seconds=int(time.time())),
        }
        try:
            answer = client.post(self.url, content=body, headers=headers)
        except httpx.HTTPError:
            return "no answer"
        return "" if answer.is_success else f"status {answer.status_code}"


def _batches(rows: Iterable[Json]) -> Iterator[list[Json]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
