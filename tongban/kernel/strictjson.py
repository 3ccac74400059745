"""JSON with one meaning: the only form that is signed, hashed or taken from a peer.

UTF-8 without BOM, no duplicate keys, no fractions, integers within ±2⁵³, no lone surrogates, depth ≤ 16 (RFC 7493, I-JSON, and stricter).
"""

import json
from collections.abc import Iterable
from typing import Any

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
MAX_INTEGER = 2**53


class NotStrict(ValueError):
    """These bytes are not strict JSON; the message says where they leave it."""


def parse(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Read strict JSON or raise `NotStrict`. Never returns a float."""
    if len(data) > max_bytes:
        raise NotStrict(f"longer than {max_bytes} bytes")
    try:
        value = _DECODER.decode(data.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotStrict(type(error).__name__) from None
    if _could_break_a_rule(data):
        _check(value, depth=0)
    return value


def canonical(value: Any) -> bytes:
    """The one byte form of a value: keys sorted by code point, no spaces, UTF-8. Raises `NotStrict` for what `parse` would refuse."""
    _check(value, depth=0)
    return _ENCODER.encode(value).encode()


def parse_canonical(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Like `parse`, and the bytes must be the canonical form of what they say."""
    value = parse(data, max_bytes=max_bytes)
    if _ENCODER.encode(value).encode() != data:
        raise NotStrict("not in canonical form")
    return value


def _could_break_a_rule(data: bytes) -> bool:
    """What the decoder itself does not refuse: a lone surrogate needs an escape, depth needs brackets."""
    return b"\\u" in data or data.count(b"[") + data.count(b"{") > MAX_DEPTH


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise NotStrict("duplicate key")
    return result


def _refuse_number(text: str) -> Any:
    raise NotStrict(f"not an integer: {text[:20]}")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise NotStrict("integer beyond 2^53")
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refuse_number, parse_constant=_refuse_number, parse_int=_integer
)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _check(value: Any, *, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key in value:
            _check_text(key)
        _check_items(value.values(), depth=depth + 1)
    elif isinstance(value, list):
        _check_items(value, depth=depth + 1)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotStrict("integer beyond 2^53")
    elif value is not None:
        raise NotStrict(f"no JSON value: {type(value).__name__}")


def _check_items(items: Iterable[Any], *, depth: int) -> None:
    for item in items:
        if depth > MAX_DEPTH:
            raise NotStrict(f"deeper than {MAX_DEPTH}")
        # Most of what is checked: a call for each of them would be most of the work.
        if type(item) is not str or not item.isascii():
            _check(item, depth=depth)


def _check_text(value: object) -> None:
    if not isinstance(value, str):
        raise NotStrict("a key is not a text")
    if value.isascii():
        return
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotStrict("lone surrogate") from None
