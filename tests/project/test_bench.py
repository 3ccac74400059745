"""`tongban bench` with tiny sizes: every figure is there. How large it is belongs to the machine, not to a test."""

import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from tongban.documents.reading.process import is_installed
from tongban.project.bench import report, running

ROOT = Path(__file__).parents[2]
SIZES = {
    "cases": 4, "appends": 3, "events": 10, "decisions": 3, "rows": 200, "requests": 6, "companies": 1000, "past": 300, "items": 20,
    "licences": 40, "pages": 1,
}  # fmt: skip
TINY = [word for name, size in SIZES.items() for word in (f"--{name}", str(size))]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TONGBAN_", "DATABASE_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "tongban.project.cli", "bench", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=kept, timeout=560)


@pytest.mark.processes
@pytest.mark.xdist_group("alliance")
@pytest.mark.timeout(580)
def test_every_figure_is_printed_and_written(tmp_path: Path) -> None:
    done = run(*TINY, "--out", str(tmp_path / "build" / "bench.json"))
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert set(found) == set(report.WORDS) - (set() if is_installed() else {"ocr_s_per_page"})
    assert [key for key, value in found.items() if value <= 0] == []
    assert [key for key in found if key not in done.stdout] == []


def test_every_size_is_tiny_here() -> None:
    assert set(SIZES) == {size.name for size in fields(running.Sizes)}


def test_every_figure_has_its_words() -> None:
    measured = {key for keys in running.FIGURES.values() for key in keys}
    assert measured | {"cores", "seconds"} == set(report.WORDS)


def test_every_figure_is_explained() -> None:
    page = (ROOT / "docs/reference/bench.md").read_text()
    assert [key for key in report.WORDS if f"`{key}`" not in page] == []


def test_an_unknown_figure_is_refused_before_anything_starts() -> None:
    done = run("--only", "beauty")
    assert done.returncode == 1
    assert "There is no figure beauty" in done.stderr
