"""Decided cases in the shape of the national tables: to a file, and over HTTP."""

import hashlib
import hmac
import json
import threading
from argparse import Namespace
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.cast import JIYANG, LINYI, LUO
from tests.web.desks import Desks
from tongban.cases import services as cases
from tongban.exchange import queries as exchange
from tongban.kernel import registries
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.project import wiring
from tongban.project.commands.upload import upload
from tongban.project.upload_rows import VERIFIED
from tongban.project.upload_sinks import HttpSink, UploadNotConfigured, UploadRefused

pytestmark = pytest.mark.django_db
SECRET = "a-secret-of-the-platform"


@pytest.fixture
def decided(db: None, node: Node, linyi: Node, huimin: Node) -> Iterator[Desks]:
    """One case that 临邑 has accepted and approved."""
    wiring.connect()
    desks = Desks(node, linyi, huimin).found()
    case_id = desks.taken_over()
    by = Actor("staff", "s-chengang", LINYI, frozenset({"acceptance", "examiner"}))
    with scope([LINYI]):
        cases.approve_case(
            node=linyi, region=LINYI, case_id=case_id, expected_seq=_head(desks, case_id), cmd=new_id(), by=by, at=now()
        )
    registries.set_node(linyi)
    yield desks
    registries.set_node(node)


def _head(desks: Desks, case_id: Any) -> int:
    return len(exchange.get_chain(region=LINYI, case_id=case_id))


def written(path: Path, region: str = LINYI, since: str | None = None) -> list[dict[str, Any]]:
    upload(Namespace(region=region, since=since, out=path))
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_decided_case_fills_its_tables(decided: Desks, tmp_path: Path) -> None:
    rows = written(tmp_path / "rows.jsonl")
    assert {row["table"] for row in rows} <= set(VERIFIED)
    accept = next(row["row"] for row in rows if row["table"] == "up_pro_accept")
    assert accept["applyer_name"] == LUO.name and accept["applyer_page_type"] == "111"
    assert all(accept[column] for column in VERIFIED["up_pro_accept"] - {"accept_doc_no"})
    result = next(row["row"] for row in rows if row["table"] == "up_pro_result")
    assert result["project_no"] == accept["project_no"] and result["result_type"] == "准予"
    assert [row["row"]["step_name"] for row in rows if row["table"] == "up_pro_process"] == ["收件", "受理", "决定"]


def test_the_file_is_the_owners_alone(decided: Desks, tmp_path: Path) -> None:
    written(tmp_path / "rows.jsonl")
    assert (tmp_path / "rows.jsonl").stat().st_mode & 0o077 == 0


def test_only_the_deciding_place_uploads_and_only_what_is_new(decided: Desks, tmp_path: Path) -> None:
    assert written(tmp_path / "later.jsonl", since="2099-01-01") == []
    registries.set_node(decided.jiyang)
    assert written(tmp_path / "jiyang.jsonl", region=JIYANG) == []


class Platform(ThreadingHTTPServer):
    status = 200
    got: list[tuple[dict[str, str], bytes]]


@pytest.fixture
def platform() -> Iterator[Platform]:
    class Handler(BaseHTTPRequestHandler):
        server: Platform

        def do_POST(self) -> None:
            self.server.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = Platform(("127.0.0.1", 0), Handler)
    server.got = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_is_sent_signed(decided: Desks, platform: Platform) -> None:
    with override_settings(UPLOAD_URL=f"http://127.0.0.1:{platform.server_port}/up", UPLOAD_SECRET=SECRET):
        upload(Namespace(region=LINYI, since=None, out=None))
    [(headers, body)] = platform.got
    stamp, _, mac = headers["Tongban-Signature"].removeprefix("t=").partition(",v1=")
    assert hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest() == mac
    assert headers["Idempotency-Key"] == hashlib.sha256(body).hexdigest()


def test_a_platform_that_takes_nothing_is_told_of(decided: Desks, platform: Platform) -> None:
    platform.status = 500
    with pytest.raises(UploadRefused):
        HttpSink(f"http://127.0.0.1:{platform.server_port}/up", SECRET).write([{"table": "up_pro_accept", "row": {}}])


@pytest.mark.parametrize(
    ("url", "secret"), [("", SECRET), ("http://platform.example/", SECRET), ("https://a.example/", "short")]
)
def test_without_a_safe_address_nothing_leaves(url: str, secret: str) -> None:
    with pytest.raises(UploadNotConfigured):
        HttpSink(url, secret)
