"""The history of what clients did, one JSON line each: invoke, then ok, fail or unknown. A time-out is unknown, never a failure."""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TextIO, get_args

Outcome = Literal["invoke", "ok", "fail", "unknown"]


@dataclass(frozen=True)
class Operation:
    """`at`: seconds since the history began. `value`: what it was about, a case. `process`: the client, or the nemesis."""

    process: str
    outcome: Outcome
    verb: str
    value: str
    at: float = 0.0
    detail: str = ""


class History:
    """Written line by line, so that what a run knew is there however it ended. Any thread may write."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.operations: list[Operation] = []
        self._lock, self._begun = threading.Lock(), time.monotonic()
        self._file: TextIO = path.open("w", buffering=1)

    def __call__(self, process: str, outcome: Outcome, verb: str, value: str, detail: str = "") -> None:
        with self._lock:
            operation = Operation(process, outcome, verb, value, round(time.monotonic() - self._begun, 3), detail)
            self.operations.append(operation)
            if not self._file.closed:
                self._file.write(json.dumps(asdict(operation), ensure_ascii=False) + "\n")

    def close(self) -> None:
        with self._lock:
            self._file.close()


def read(path: Path) -> Iterator[Operation]:
    """Raises `ValueError` for a line that is no operation."""
    for line in path.read_text().splitlines():
        known: dict[str, Any] = json.loads(line)
        if known.get("outcome") not in get_args(Outcome):
            raise ValueError(line)
        yield Operation(**known)


def values(operations: Iterable[Operation], verb: str, *outcomes: Outcome) -> set[str]:
    """What operations of this verb were about, of these outcomes, or all when none is named."""
    wanted = outcomes or get_args(Outcome)
    return {operation.value for operation in operations if operation.verb == verb and operation.outcome in wanted}
