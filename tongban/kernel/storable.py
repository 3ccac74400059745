"""Text that can be kept: no database column takes a zero byte (an escape in YAML or JSON writes one), and half a surrogate pair is no text."""

from collections.abc import Iterable, Mapping
from typing import Any


def find_unstorable(value: Any) -> str | None:
    """The path of the first text, or key, in a read document that cannot be kept, as `$.a[0].b`; None where all is well."""
    waiting: list[tuple[str, Any]] = [("$", value)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, str):
            if not is_storable(one):
                return path
        elif isinstance(one, Mapping):
            if any(isinstance(key, str) and not is_storable(key) for key in one):
                return path
            waiting += [(f"{path}.{key}", each) for key, each in _back(one.items())]
        elif isinstance(one, list | tuple):
            waiting += [(f"{path}[{place}]", each) for place, each in _back(enumerate(one))]
    return None


def is_storable(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text))


def _back(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """What is taken from the end comes in the document's order."""
    return [*pairs][::-1]
