"""Logs: one JSON object per line, to `<home>/log/<process>.log` and to stderr. Never personal data.

A field passes only when its name is listed here; of exceptions the type and the places pass, and their message only in a demo,
for a database's message may quote the row it refused.
"""

import logging
import logging.config
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from tongban.kernel.refusals import Refused

FIELDS = frozenset(
    {
        *("event", "level", "logger", "timestamp", "process", "incident", "error", "where"),
        *("method", "route", "status", "milliseconds", "seconds", "url", "port", "version", "count"),
        *("case", "region", "regions", "node", "peer", "seq", "head", "kind", "code", "reason", "action", "outcome"),
        *("task", "job", "attempt", "register"),
    }
)
QUIET = (
    "httpx",
    "httpcore",
    "asyncio",
    "PIL",
    "pikepdf",
    "psycopg.pool",
    "procrastinate",
)


def configure(process: str, *, home: Path | None = None, quiet: bool = False) -> None:
    """`process` names the log file. `quiet` leaves stderr alone, unless there is no home to write to."""
    handlers: dict[str, dict[str, Any]] = {}
    if home is not None:
        (home / "log").mkdir(mode=0o700, exist_ok=True)
        file = home / "log" / f"{process}.log"
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
        handlers["file"] = {"class": "logging.handlers.WatchedFileHandler", "filename": file, "formatter": "json"}
    if not quiet or home is None:
        handlers["stderr"] = {"class": "logging.StreamHandler", "formatter": "json"}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": _formatter, "process": process}},
            "handlers": handlers,
            "root": {"level": "INFO", "handlers": list(handlers)},
            "loggers": {name: {"level": "WARNING"} for name in QUIET},
        }
    )
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _formatter(process: str) -> logging.Formatter:
    def name_process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {**event, "process": process}

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, speak_for_jobs],
        processors=[
            name_process,
            name_exception,
            keep_known_fields,
            render_on_one_line,
        ],
    )


def render_on_one_line(logger: WrappedLogger, name: str, event: EventDict) -> str:
    """JSON leaves some line ends and control signs as they are, which a viewer may obey."""
    return str(_JSON(logger, name, event)).translate(_OBEYED)


_JSON = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
_OBEYED = {sign: f"\\u{sign:04x}" for sign in (*range(0x7F, 0xA0), 0x2028, 0x2029)}


def speak_for_jobs(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """procrastinate writes a job's arguments into its sentences; its action, task and number say as much."""
    record: logging.LogRecord = event["_record"]
    if record.name.partition(".")[0] != "procrastinate":
        return event
    job = getattr(record, "job", None) or {}
    action = getattr(record, "action", "worker")
    return {
        **event,
        "event": action,
        "task": job.get("task_name"),
        "job": job.get("id"),
        "attempt": job.get("attempts"),
    }


def name_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """`exc_info` → `error` (types, outermost first) and `where` (module:line function, innermost last)."""
    given = event.pop("exc_info", None)
    record: logging.LogRecord | None = event.get("_record")
    error = _exception(given) or _exception(record.exc_info if record else None)
    if record is not None:
        record.exc_info = record.exc_text = None
    if error is None:
        return event
    return {**event, "error": _describe(error), "where": _places(error.__traceback__)}


def keep_known_fields(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: value for name, value in event.items() if name in FIELDS and value is not None}


def _exception(given: Any) -> BaseException | None:
    if given is True:
        given = sys.exc_info()
    if isinstance(given, tuple):
        given = given[1]
    return given if isinstance(given, BaseException) else None


def _describe(error: BaseException) -> str:
    """A refusal's message is made of details that never hold personal data."""
    said: list[str] = []
    at: BaseException | None = error
    while at is not None and len(said) < 5:
        open_ = isinstance(at, Refused) or os.environ.get("TONGBAN_MODE") == "demo"
        said.append(f"{type(at).__name__}: {' '.join(str(at).split())}" if open_ else type(at).__name__)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return " < ".join(said)


def _places(trace: TracebackType | None) -> list[str]:
    frames = [frame for frame in traceback.extract_tb(trace) if "importlib" not in frame.filename][-12:]
    return [f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} {frame.name}" for frame in frames]


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
