"""The platform's judge and the independent one (docs/reference/licences.md) give the same reason for every code of the corpus."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from tongban_verify import licence, members

from tests.verifier.test_second_opinion import ROOT
from tongban.licences.qr import write_code
from tongban.licences.status import StatusList, read_list, sign_list
from tongban.licences.tests.corpus import Exhibit, exhibits
from tongban.licences.tests.stand import Stand, content
from tongban.licences.verifying import verify_file

STAND = Stand()
AGE = timedelta(days=300)
SINCE = f"stale-list: its status is unknown since {STAND.at - AGE:%Y-%m-%d %H:%M} UTC"
CODES = [each for each in exhibits(STAND) if not each.data.startswith((b"{", b"PK"))]
"""Files are not for the independent one: it judges the code that is printed on them."""


def token_of(known: StatusList) -> str:
    return sign_list(known, address="", key=STAND.event_key)


def opinions(exhibit: Exhibit) -> tuple[str, str]:
    tokens = {exhibit.list.list: token_of(exhibit.list)} if exhibit.list else {}
    known = {name: read_list(token, issuers=STAND.issuers) for name, token in tokens.items()}
    first = verify_file(exhibit.data, issuers=STAND.issuers, lists_of=lambda names: known, at=STAND.at)
    trusted = members.read(STAND.trust_file())
    lists = {name: licence.read_list(token, trusted) for name, token in tokens.items()}
    return str(first.reason), licence.judge(exhibit.data.decode(), trusted, lists, STAND.at)


@pytest.mark.parametrize("exhibit", CODES, ids=lambda each: each.name)
def test_both_give_the_same_reason(exhibit: Exhibit) -> None:
    assert opinions(exhibit) == (exhibit.reason, exhibit.reason)


def test_the_corpus_has_every_reason_that_a_code_can_earn() -> None:
    assert len(CODES) >= 40
    assert {each.reason for each in CODES} == licence.REASONS


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token.replace("eyJ", "eyK", 1),
        lambda token: token[:-4] + "AAAA",
        lambda token: token + "=",
        lambda token: token.replace(".", "..", 1),
    ],
)
def test_a_list_that_was_changed_is_not_read(change: Callable[[str], str]) -> None:
    token = token_of(STAND.status())
    with pytest.raises(ValueError):
        licence.read_list(change(token), members.read(STAND.trust_file()))


@pytest.mark.parametrize(("lists", "code", "says"), [(1, 1, SINCE), (0, 1, "status-unknown")])
def test_the_command_tells_the_reason(lists: int, code: int, says: str, tmp_path: Path) -> None:
    """By the clock of the machine, for which the list of this corpus is an old one or one of tomorrow."""
    trust, known = tmp_path / "trust.json", tmp_path / "list.jwt"
    trust.write_bytes(STAND.trust_file())
    known.write_text(token_of(STAND.status(age=AGE)))
    endless = write_code(STAND.sign(content(from_=date(2020, 1, 1), until=None)))
    command = [sys.executable, "-m", "tongban_verify", endless, "--trust", str(trust), *["--list", str(known)] * lists]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip().endswith(says)) == (code, True), done.stdout + done.stderr
