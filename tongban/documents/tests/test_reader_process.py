"""Whatever the reader's process does, its caller gets pages or `Unreadable`, in bounded time and memory."""

import sys
import time
from pathlib import Path

import pytest

from tongban.documents.reading.process import Unreadable, read_answer, run_reader

PAGE = b'{"pages": [{"width": 9, "height": 9, "turned": 0, "lines": [["a", 0.9, [1, 2, 3, 4]]], "picture": ""}]}'


def run(program: str, data: bytes = b"", *, seconds: float = 20, most: int = 1000) -> bytes:
    return run_reader([sys.executable, "-c", program], data, env={}, seconds=seconds, most=most)


def test_an_answer_is_pages() -> None:
    (page,) = read_answer(PAGE)
    assert (page.width, page.lines[0].box.height) == (9, 4)


@pytest.mark.parametrize(
    "said",
    [
        b"", b"no json", b"\xff\xfe", b"7", b"[]", b"[" * 100_000, b'{"pages": 7}', b'{"pages": [7]}', b'{"pages": [{}]}',
        PAGE.replace(b"[1, 2, 3, 4]", b"[1]"), PAGE.replace(b"[1, 2, 3, 4]", b'[1, 2, 3, "x"]'), PAGE.replace(b'"width": 9', b'"width": 1e999'),
        PAGE.replace(b'"picture": ""', b'"picture": 7'),
        PAGE.replace(b"0.9", b"NaN"), PAGE.replace(b"0.9", b"Infinity"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_left_to_people(said: bytes) -> None:
    with pytest.raises(Unreadable, match="ended"):
        read_answer(said)


def test_what_the_reader_could_not_read_is_left_to_people() -> None:
    with pytest.raises(Unreadable, match="not-readable"):
        read_answer(b'{"failed": "OSError"}')


def test_the_reader_is_given_the_file_and_its_answer_comes_back() -> None:
    assert run("import sys; print(len(sys.stdin.buffer.read()))", b"x" * 300_000).strip() == b"300000"


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "import os; os.kill(os.getpid(), 9)"])
def test_a_reader_that_ends_badly_is_no_answer(program: str) -> None:
    with pytest.raises(Unreadable, match="ended"):
        run(program, b"x" * 300_000)


def test_a_reader_that_never_stops_talking_is_stopped() -> None:
    begun = time.monotonic()
    with pytest.raises(Unreadable, match="ended"):
        run("import sys\nwhile True: sys.stdout.write('x' * 4096)")
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("data", [b"", b"x" * 300_000])
def test_a_reader_that_hangs_is_stopped(data: bytes) -> None:
    with pytest.raises(Unreadable, match="too-long"):
        run("import time; time.sleep(60)", data, seconds=0.5)


def test_what_the_reader_leaves_running_holds_nobody_up() -> None:
    begun = time.monotonic()
    with pytest.raises(Unreadable, match="too-long"):
        run("import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(9)'])", seconds=1)
    assert time.monotonic() - begun < 6


LIMITED = """
import resource, sys
from tongban.documents.confining import confine
from tongban.documents.reading.engine import LIMITS
confine(LIMITS, awaited=False)
limits = [resource.getrlimit(each)[0] for each in (resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)]
print(*limits, open("/proc/self/oom_score_adj").read().strip())
"""


@pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="only Linux chooses which process gives way")
def test_the_reader_is_limited_and_the_first_to_go_when_memory_is_short() -> None:
    env = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    said = run_reader([sys.executable, "-c", LIMITED], b"", env=env, seconds=20, most=1000)
    assert said.split() == [str(2 << 30).encode(), b"64", b"0", b"0", b"1000"]
