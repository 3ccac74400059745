"""Crash points: only where they are listed, only on demonstration nodes, once for each home."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.walking import files
from tests.processes import environment
from tongban.kernel import crash

STANDS = re.compile(r'crash\.point(?:\(|, )"([^"]*)"')
DIES = """
import sys
from pathlib import Path
from tongban.kernel import crash
crash.arm(sys.argv[1], home=Path(sys.argv[2]), demo=True)
for number in range(3):
    print(number, flush=True)
    crash.point("append.stored")
"""


@pytest.fixture(autouse=True)
def disarmed(tmp_path: Path) -> Iterator[None]:
    yield
    crash.arm("", home=tmp_path, demo=True)


def live(wanted: str, home: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", DIES, wanted, str(home)], capture_output=True, text=True, env=environment()
    )
    return done.returncode, done.stdout.replace("\n", "")


def test_every_point_stands_once_in_the_code_and_every_one_in_the_code_is_listed() -> None:
    code = [path for path in files(".py", under="tongban") if "tests" not in path.parts]
    found = Counter(name for path in code for name in STANDS.findall(path.read_text()))
    assert found == Counter(crash.POINTS)


def test_a_process_dies_at_its_point_once_for_each_home(tmp_path: Path) -> None:
    assert live("append.stored", tmp_path) == (crash.EXIT_CODE, "0")
    assert live("append.stored", tmp_path) == (0, "012")


def test_it_dies_the_nth_time(tmp_path: Path) -> None:
    assert live("append.begun, append.stored:3", tmp_path) == (crash.EXIT_CODE, "012")
    assert [mark.name for mark in (tmp_path / "crashed").iterdir()] == ["append.stored"]


@pytest.mark.parametrize("wanted", ["", "append.begun"])
def test_it_lives_where_nothing_is_armed(tmp_path: Path, wanted: str) -> None:
    assert live(wanted, tmp_path) == (0, "012")


@pytest.mark.parametrize("wanted", ["nowhere", "append.stored:x", "append.stored:1:2", ":1"])
def test_an_unknown_point_is_refused(tmp_path: Path, wanted: str) -> None:
    with pytest.raises(crash.UnknownCrashPoint):
        crash.arm(wanted, home=tmp_path, demo=True)


def test_a_production_node_refuses_to_start(tmp_path: Path) -> None:
    with pytest.raises(crash.NoCrashInProduction, match="append"):
        crash.arm("append.stored", home=tmp_path, demo=False)
    crash.arm("", home=tmp_path, demo=False)
