"""`tongban licence verify`: the verdict in words and as its exit code, without a node."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from joserfc.jwk import OKPKey

from tongban.kernel.workdays import legal_day
from tongban.licences.qr import draw_code, write_code
from tongban.licences.sd_jwt import Wanted, issue_credential, present
from tongban.licences.status import INVALID, sign_list
from tongban.licences.tests.corpus import exhibits
from tongban.licences.tests.stand import Stand, content
from tongban.project import cli
from tongban.project.commands import verifying_licences

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


def listed(folder: Path, *others: tuple[int, int], version: int = 1) -> Path:
    """As of now, however long ago the stand was put up."""
    fresh = stand.status(*others, age=stand.at - datetime.now(UTC), version=version)
    (folder / f"list-{version}").write_text(sign_list(fresh, address="", key=stand.event_key))
    return folder / f"list-{version}"


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


def test_a_credential_is_asked_for_its_holder(trust: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, listing = OKPKey.generate_key("Ed25519"), ("--list", listed(tmp_path))
    bound = issue_credential(
        SAID, stand.sign(SAID), issuer="", status_address="", seed=b"s", key=stand.event_key, holder=key.as_dict(private=False)
    )  # fmt: skip
    asked = {"audience": "https://bank.example", "nonce": "n-1"}
    (tmp_path / "shown").write_text(
        present(bound, names=[], wanted=Wanted(**asked), key=key, at=datetime.now(UTC)) + "\n"
    )
    words = [word for name, said in asked.items() for word in (f"--{name}", said)]
    code, told = run(trust, tmp_path / "shown", *listing, *words, capsys=capsys)
    assert (code, told["reason"], told["bound"]) == (0, "genuine", "proven")
    assert run(trust, tmp_path / "shown", *listing, capsys=capsys)[1]["bound"] == "not-asked"
    for shown in (bound, CODE):
        code, told = run(trust, shown, *listing, *words, capsys=capsys)
        assert (code, told["reason"]) == (1, "holder-unproven")
    assert cli.main(["licence", "verify", bound, "--trust", str(trust), "--nonce", "n-1"]) == 1


def test_the_newest_list_counts_wherever_it_comes_from(
    trust: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, revoked = listed(tmp_path), listed(tmp_path, (7, INVALID), version=2)
    for first, then in ((before, revoked), (revoked, before)):
        assert run(trust, CODE, "--list", first, "--list", then, capsys=capsys)[1]["reason"] == "revoked"
        answer = httpx.Response(200, text=then.read_text())
        monkeypatch.setattr(httpx, "get", lambda *args, answer=answer, **how: answer)
        assert run(trust, CODE, "--list", first, "--online", capsys=capsys)[1]["reason"] == "revoked"


def test_a_file_without_end_is_not_read_to_its_end(
    trust: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(2**40)
    assert run(trust, tmp_path / "huge", capsys=capsys)[1]["reason"] == "too-large"


def test_the_corpus(
    trust: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every kind of file, at the hour of the corpus."""
    then = Stand()
    trust.write_bytes(then.trust_file())
    monkeypatch.setattr(verifying_licences, "datetime", SimpleNamespace(now=lambda zone: then.at.astimezone(zone)))
    for each in exhibits(then):
        (tmp_path / "shown").write_bytes(each.data)
        (tmp_path / "list").write_text(sign_list(each.list, address="", key=then.event_key) if each.list else "")
        lists = ["--list", tmp_path / "list"] if each.list else []
        code, told = run(trust, tmp_path / "shown", *lists, capsys=capsys)
        assert (each.name, told["reason"], code) == (each.name, each.reason, int(each.reason != "genuine"))
