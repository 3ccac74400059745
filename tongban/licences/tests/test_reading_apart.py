"""A stranger's file is taken apart in a process of its own, which says what would be said here."""

import subprocess
import sys
from pathlib import Path

import pytest

from tongban.licences import reading_apart
from tongban.licences.reading_apart import find_share_code_apart, read_shown_apart
from tongban.licences.showing import MAX_FILE, Unreadable, read_shown
from tongban.licences.tests.test_showing import CODE, FILE, OTHER, Sealer, ofd, pdf, picture, saved
from tongban.licences.verdicts import Reason, Shown


def why(data: bytes) -> Reason:
    with pytest.raises(Unreadable) as refused:
        read_shown_apart(data)
    return refused.value.reason


def test_it_says_what_would_be_said_here() -> None:
    sealer = Sealer()
    for data in (saved(picture(CODE, OTHER)), sealer.seal(pdf(CODE, inside=FILE)), pdf(CODE, inside=FILE), ofd(FILE)):
        here, apart = read_shown(data), read_shown_apart(data)
        assert apart == here and seal_of(apart) == seal_of(here)
    assert read_shown_apart(FILE) == read_shown(FILE)


def seal_of(shown: Shown) -> object:
    return shown.check_seal


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", b"PK\x03\x04rest", b"\x89PNG\r\n\x1a\n" + bytes(40), b"words"])
def test_what_is_none_is_said_to_be_none(data: bytes) -> None:
    assert why(data) is Reason.NOT_A_LICENCE
    assert find_share_code_apart(data) is None


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_apart, "SECONDS", 0.01)
    assert why(saved(picture(CODE))) is Reason.TOO_LARGE
    assert why(b"%PDF-" + bytes(MAX_FILE)) is Reason.TOO_LARGE


def test_what_takes_too_much_is_ended_and_nothing_is_written(tmp_path: Path) -> None:
    greedy = "import sys; from tongban.licences import reading_apart as r; r.read_shown = lambda data: bytes(2**31); r.main()"
    done = subprocess.run([sys.executable, "-c", greedy, "shown"], input=b"%PDF-", capture_output=True, check=True)
    assert done.stdout == b'{"unreadable": "too-large"}'
    writing = "from tongban.licences import reading_apart as r; r.confine(r.LIMITS, awaited=True); open(r.sys.argv[1], 'w', 1).write('x\\n')"
    assert (
        subprocess.run(
            [sys.executable, "-c", writing, str(tmp_path / "x")], capture_output=True, check=False
        ).returncode
        != 0
    )
