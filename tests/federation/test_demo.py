"""The demonstration with real processes: two cases over three nodes, and nothing that outlives it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tongban.project.cli"]


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TONGBAN_", "DATABASE_", "DJANGO_"))
    }
    return {**kept, **more}


def run(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, cwd=ROOT, env=environment(**more), timeout=170
    )


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="tongban-test-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def once(place: Path) -> dict[str, object]:
    """What `tongban demo --once --json` answers."""
    done = run("demo", "--once", "--json", "--home", place / "once")
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def members_of(place: Path) -> list[psutil.Process]:
    """Every process that was started for the demo kept in `place`: nodes, registers, databases."""
    return [
        process for process in psutil.process_iter(["cmdline"]) if str(place) in " ".join(process.info["cmdline"] or [])
    ]


def wait_until(happens: object, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happens():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_one_case_is_decided_by_rules_and_one_by_the_examiner(once: dict[str, list[dict[str, object]]]) -> None:
    assert [(case["outcome"], case["decided_by"]) for case in once["cases"]] == [
        ("approved", "rules"),
        ("approved", "examiner"),
    ]
    assert {(case["receiving"], case["deciding"]) for case in once["cases"]} == {("370115", "371424")}


def test_the_answer_has_exactly_these_parts(once: dict[str, list[dict[str, object]]]) -> None:
    assert set(once) == {"cases", "trust", "seconds"}
    wanted = {"case_id", "item", "receiving", "deciding", "outcome", "decided_by", "events", "records"}
    assert all(set(case) == wanted for case in once["cases"])


def test_both_places_hold_a_record_that_anybody_can_verify(once: dict[str, list[dict[str, dict[str, str]]]]) -> None:
    for case in once["cases"]:
        assert set(case["records"]) == {"370115-1", "371424-1"}
        for file in case["records"].values():
            done = run("record", "verify", file, "--trust", once["trust"], "--json")
            assert done.returncode == 0, done.stderr
            assert json.loads(done.stdout)["events"] == case["events"]


def test_a_record_changed_in_one_byte_is_refused(
    once: dict[str, list[dict[str, dict[str, str]]]], tmp_path: Path
) -> None:
    data = bytearray(Path(once["cases"][0]["records"]["370115-1"]).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "altered").write_bytes(data)
    done = run("record", "verify", tmp_path / "altered", "--trust", once["trust"])
    assert done.returncode == 1
    assert "does not verify" in done.stderr


def test_nothing_is_left_running(once: dict[str, object], place: Path) -> None:
    assert members_of(place) == []


def test_no_name_number_or_phone_reaches_a_log(once: dict[str, object], place: Path) -> None:
    people = json.loads((place / "once" / "people.json").read_text())["people"]
    said = "".join(path.read_text(errors="replace") for path in (place / "once").glob("*/log/*"))
    assert "working" in said
    for person in people:
        assert not [person[field] for field in ("name", "id_number", "phone") if person[field] in said]


def test_production_is_refused(place: Path) -> None:
    done = run("demo", "--home", place / "production", TONGBAN_MODE="production")
    assert done.returncode == 1
    assert "does not run in production" in done.stderr
    assert not (place / "production").exists()


def test_a_directory_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = run("demo", "--home", tmp_path)
    assert (done.returncode, [path.name for path in tmp_path.iterdir()]) == (1, ["thesis.txt"])


def start(home: Path) -> "subprocess.Popen[str]":
    """The demo, once it has printed where it is. It reuses what `--once` has set up."""
    demo = subprocess.Popen(
        [*COMMAND, "demo", "--home", str(home), "--port-base", "18101"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            return demo
    raise AssertionError("".join(said))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_it(once: dict[str, object], place: Path, number: signal.Signals) -> None:
    demo = start(place / "once")
    assert len(members_of(place)) > 9
    demo.send_signal(number)
    demo.communicate(timeout=20)
    wait_until(lambda: not members_of(place), seconds=15)


def test_when_one_process_dies_it_says_so_and_stops(once: dict[str, object], place: Path) -> None:
    demo = start(place / "once")
    victim = next(p for p in members_of(place) if "worker" in p.cmdline())
    victim.kill()
    said, _ = demo.communicate(timeout=30)
    assert demo.returncode == 1
    assert "worker ended with code -9" in said
    assert members_of(place) == []
