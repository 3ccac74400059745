"""Malware: what clamd says over a real socket, and what the demonstration does instead."""

import subprocess
import time
from pathlib import Path
from shutil import which

import pytest
from structlog.testing import capture_logs

from tongban.documents.adapters.base import CLEAN, Verdict
from tongban.documents.adapters.clamd import Clamd, read_answer
from tongban.documents.adapters.demo_scanner import EICAR, DemoScanner
from tongban.documents.scanning import ScannerNotConfigured, get_scanner
from tongban.documents.tests.clamd_server import clamd
from tongban.documents.uploads import MAX_BYTES

DOWN = Verdict("quarantined", "down")


def test_a_clean_file_passes_and_arrived_whole() -> None:
    data = bytes(range(256)) * 4096
    with clamd() as server:
        assert Clamd(server.address).scan(data) == CLEAN
        assert server.seen == [data]


def test_malware_is_named() -> None:
    with clamd() as server:
        assert Clamd(server.address).scan(b"%PDF-" + EICAR) == Verdict("infected", found="Eicar-Signature")


@pytest.mark.parametrize("padding", [0, MAX_BYTES - 100])
def test_malware_behind_a_long_padding_is_found(padding: int) -> None:
    with clamd() as server:
        assert Clamd(server.address).scan(bytes(padding) + EICAR).state == "infected"


def test_nobody_listening_is_a_quarantine() -> None:
    with clamd() as server:
        address = server.address
    assert Clamd(address).scan(b"x") == DOWN
    assert Clamd("/nowhere/clamd.ctl").scan(b"x") == DOWN


def test_a_daemon_that_hangs_up_is_a_quarantine() -> None:
    with clamd(drops=True) as server:
        assert Clamd(server.address).scan(b"x") == DOWN


def test_a_daemon_that_says_nothing_is_given_up_in_time() -> None:
    started = time.monotonic()
    with clamd(slow=True) as server:
        assert Clamd(server.address, timeout=0.2).scan(b"x") == Verdict("quarantined", "timeout")
        assert time.monotonic() - started < 2


def test_more_than_the_daemon_takes_is_a_quarantine() -> None:
    with clamd(limit=1000) as server:
        assert Clamd(server.address).scan(bytes(2000)) == Verdict("quarantined", "oversize")


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND", Verdict("quarantined", "oversize")),
        ("stream: Heuristics.Limits.Exceeded FOUND", Verdict("quarantined", "oversize")),
        ("stream: Heuristics.Encrypted.PDF FOUND", Verdict("quarantined", "encrypted")),
        ("stream: Win.Test.OK FOUND", Verdict("infected", found="Win.Test.OK")),
        ("stream: Can't allocate memory ERROR", DOWN),
        ("stream: OK and more", DOWN),
        ("stream: ", DOWN),
        ("OK", DOWN),
        ("", DOWN),
    ],
)
def test_only_one_sentence_means_clean(said: str, verdict: Verdict) -> None:
    assert read_answer(said.encode() + b"\0") == verdict


def test_the_demonstration_says_loudly_that_it_is_none() -> None:
    with capture_logs() as logs:
        scanner = DemoScanner()
    assert [line["log_level"] for line in logs] == ["warning"] and "DEMONSTRATION" in logs[0]["event"]
    assert scanner.scan(b"x" + EICAR + b"y").state == "infected"
    assert scanner.scan(b"harmless") == CLEAN


def test_production_has_no_demonstration_scanner() -> None:
    with pytest.raises(ScannerNotConfigured):
        get_scanner("production", "")
    assert isinstance(get_scanner("production", "127.0.0.1:3310"), Clamd)


CLAMD_CONF = Path(__file__).parents[3] / "docs" / "how-to" / "clamd.conf"


def settings_of(conf: str) -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in conf.splitlines() if line and not line.startswith("#")]
    return dict(lines)


def test_the_shipped_configuration_leaves_nothing_unscanned() -> None:
    """ClamAV's defaults call what is beyond a limit clean."""
    said = settings_of(CLAMD_CONF.read_text())
    assert said["AlertExceedsMax"] == said["AlertEncrypted"] == "yes"
    sizes = [int(said[name].removesuffix("M")) for name in ("StreamMaxLength", "MaxFileSize", "MaxScanSize")]
    assert min(sizes) * 1024 * 1024 > MAX_BYTES


@pytest.mark.skipif(which("clamd") is None, reason="clamd is not installed (Debian: clamav-daemon)")
def test_the_real_daemon_finds_eicar(tmp_path: Path) -> None:
    signatures = Path("/var/lib/clamav")
    if not any(signatures.glob("*.c[vl]d")):
        pytest.skip("no ClamAV signatures in /var/lib/clamav")
    said = settings_of(CLAMD_CONF.read_text()) | {"LocalSocket": str(tmp_path / "clamd.ctl"), "Foreground": "yes"}
    said = {k: v for k, v in said.items() if k not in ("User", "LogFile", "LocalSocketGroup", "LogSyslog")}
    conf = tmp_path / "clamd.conf"
    conf.write_text("".join(f"{name} {value}\n" for name, value in said.items()))
    with subprocess.Popen(["clamd", "--config-file", str(conf)]) as daemon:
        try:
            scanner = Clamd(said["LocalSocket"])
            until = time.monotonic() + 90
            while scanner.scan(b"x").state != "clean" and time.monotonic() < until:
                time.sleep(1)
            assert scanner.scan(b"harmless") == CLEAN
            assert scanner.scan(EICAR).state == "infected"
        finally:
            daemon.terminate()
