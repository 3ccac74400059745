"""JSON with one meaning, and base64 with one form: UTF-8, keys sorted by code point, no spaces, integers up to 2⁵³, at most sixteen deep."""

import base64
import json
import re
from typing import Any

DEEPEST = 16
LARGEST = 2**53
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


def read(data: bytes) -> Any:
    """The value of canonical JSON; ValueError for anything that could be read in two ways."""
    value = json.loads(data.decode("utf-8"), parse_float=_no, parse_constant=_no)
    _limits(value, 0)
    if write(value) != data:
        raise ValueError("not in canonical form")
    return value


def write(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def exactly(value: Any, names: set[str], *, optional: frozenset[str] = frozenset()) -> None:
    if not isinstance(value, dict) or set(value) - optional != names:
        raise ValueError("other keys than expected")


def unbase64(text: Any) -> bytes:
    data = base64.b64decode(str(text).encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 is not canonical")
    return data


def instant(text: Any) -> str:
    """Instants of one form compare as texts."""
    if not isinstance(text, str) or not INSTANT.fullmatch(text):
        raise ValueError("not an instant in UTC with milliseconds")
    return text


def _no(text: str) -> Any:
    raise ValueError("a number that is no integer")


def _limits(value: Any, depth: int) -> None:
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("integer beyond 2^53")
    if isinstance(value, dict | list) and value:
        if depth >= DEEPEST:
            raise ValueError(f"deeper than {DEEPEST}")
        for item in value.values() if isinstance(value, dict) else value:
            _limits(item, depth + 1)
