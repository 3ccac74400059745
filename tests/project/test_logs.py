"""What reaches a log, and what never does."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from tongban.kernel.refusals import Missing
from tongban.project import logs

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure("serve", home=tmp_path, quiet=True)
    yield lambda: [json.loads(line) for line in (tmp_path / "log" / "serve.log").read_text().splitlines()]
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logging.captureWarnings(False)
    structlog.reset_defaults()


def test_known_fields_pass_and_unknown_ones_do_not(lines: Lines) -> None:
    structlog.get_logger().info("sent", peer="371424-1", applicant="罗建国")
    assert lines()[0]["peer"] == "371424-1"
    assert "罗建国" not in json.dumps(lines(), ensure_ascii=False)


def test_of_an_exception_type_and_place_are_kept(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_MODE", "production")
    try:
        raise ValueError("Key (phone)=(19900000001) already exists")
    except ValueError:
        logging.getLogger("tongban").exception("bug")
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert "test_logs.py" in str(line["where"])
    assert "19900000001" not in json.dumps(line)


def test_a_refusal_keeps_its_sentence(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_MODE", "production")
    structlog.get_logger().error("refused", exc_info=Missing())
    assert "Not found" in str(lines()[0]["error"])


def test_a_job_is_named_without_its_arguments(lines: Lines) -> None:
    job = {"id": 7, "task_name": "cases.take_over", "task_kwargs": {"name": "罗建国"}, "call_string": "x(罗建国)"}
    logging.getLogger("procrastinate.worker").error("Job x(罗建国) ended", extra={"action": "job_error", "job": job})
    (line,) = lines()
    assert (line["event"], line["task"], line["job"]) == ("job_error", "cases.take_over", 7)
    assert "罗建国" not in json.dumps(line, ensure_ascii=False)


def test_the_log_is_the_owners(lines: Lines, tmp_path: Path) -> None:
    assert (tmp_path / "log" / "serve.log").stat().st_mode & 0o077 == 0
