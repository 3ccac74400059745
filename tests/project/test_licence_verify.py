"""`tongban licence verify`: the verdict in words and as its exit code, without a node."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tongban.kernel.workdays import legal_day
from tongban.licences.qr import draw_code, write_code
from tongban.licences.status import INVALID, sign_list
from tongban.licences.tests.stand import Stand, content
from tongban.project import cli

stand = Stand(at=datetime.now(UTC))
SAID = content(from_=legal_day(stand.at), until=None)
CODE = write_code(stand.sign(SAID))


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    (tmp_path / "members").write_bytes(stand.trust_file())
    return tmp_path / "members"


def run(trust: Path, what: object, *words: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["licence", "verify", str(what), "--trust", str(trust), "--json", *map(str, words)])
    return int(str(ended.value.code)), json.loads(capsys.readouterr().out)


def listed(folder: Path, *others: tuple[int, int]) -> Path:
    """As of now, however long ago the stand was put up."""
    fresh = stand.status(*others, age=stand.at - datetime.now(UTC))
    (folder / "list").write_text(sign_list(fresh, address="", key=stand.event_key))
    return folder / "list"


def test_a_code_and_its_picture(trust: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "code.png").write_bytes(draw_code(CODE, scale=5))
    for what in (CODE, tmp_path / "code.png"):
        code, told = run(trust, what, "--list", listed(tmp_path), capsys=capsys)
        assert (code, told["reason"]) == (0, "genuine")


def test_revoked_unknown_and_nothing(trust: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = run(trust, CODE, "--list", listed(tmp_path, (7, INVALID)), capsys=capsys)
    assert (told[0], told[1]["reason"]) == (1, "revoked")
    assert run(trust, CODE, capsys=capsys)[1]["reason"] == "status-unknown"
    assert run(trust, "hello", capsys=capsys)[1]["reason"] == "not-a-licence"
