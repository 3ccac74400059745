"""What is odd about a value (发现): where, what stands there, what about it, how much it matters."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tongban.kernel.text import Text

Severity = Literal["info", "warning", "error"]
"""`error` keeps the record from being taken or published, `warning` wants somebody to look, `info` is told so that nothing is silent."""
WEIGHTS: dict[Severity, int] = {"info": 0, "warning": 1, "error": 2}
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """`field` is a path as its source writes it; `value` what stands there, JSON, shortened where it is long."""

    field: str
    value: Any
    what: Text
    severity: Severity

    def as_json(self) -> dict[str, Any]:
        what = f"{self.what.zh} {self.what.en}"
        return {"field": self.field, "value": self.value, "what": what, "severity": self.severity}


def show(value: object) -> Any:
    """A value fit for a report: valid JSON, printable, not longer than a line or two."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str):
        return _short(make_printable(value))
    if value is None or isinstance(value, bool | int | float):
        return value
    try:
        return _short(make_printable(json.dumps(value, ensure_ascii=False, default=str)))
    except (ValueError, RecursionError):
        return f"({type(value).__name__})"


def keep(value: object) -> Any:
    """A value whole, as it stood: valid JSON, printable. What JSON has no kind of, such as a date, is kept as text."""
    if isinstance(value, Mapping):
        return {make_printable(str(key)): keep(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [keep(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float) else make_printable(str(value))


def make_printable(text: str) -> str:
    """Halves of surrogate pairs and NUL cannot be written everywhere; they become the replacement character."""
    return text if text.isprintable() else text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
