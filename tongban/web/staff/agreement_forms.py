"""What is typed into a draft of an agreement: each part is read into the document as it is; the draft says itself what is wrong with it."""

from collections.abc import Callable, Mapping
from typing import Any

from tongban.alliance.terms import EVERY
from tongban.kernel.events import Json

NEW = "new"
LONGEST = 300
MOST_ROWS = 200
ROWS = {"batches": "batches", "articles": "articles", "entrustments": "entrustments"}


def read_part(document: Json, typed: Any) -> Json:
    """The document with the part that `typed["part"]` names; `typed["row"]` is a number or "new", and `act` may remove it."""
    part = typed.get("part", "")
    if part in ROWS:
        return _put_row(document, part, typed)
    reader = _PARTS.get(part)
    return {**document, **reader(typed)} if reader else document


def _put_row(document: Json, part: str, typed: Any) -> Json:
    rows, row = list(document.get(part, [])), typed.get("row", NEW)
    number = int(row) if row.isascii() and row.isdecimal() and len(row) < 5 else len(rows)
    if typed.get("act") == "remove":
        return {**document, part: [one for place, one in enumerate(rows) if place != number]}
    rows[number : number + 1] = [_ROWS[part](typed)]
    return {**document, part: rows[:MOST_ROWS]}


def _head(typed: Any) -> Json:
    return {
        "name": _both(typed, "name"), "valid_from": _line(typed, "valid_from"), "valid_until": _line(typed, "valid_until") or None,
        "sign_by": _line(typed, "sign_by") or None,
        "notice_days": _number(_line(typed, "notice_days")),
    }  # fmt: skip


def _members(typed: Any) -> Json:
    return {"members": sorted(set(_lines(typed, "members"))), "helpers": _or_every(typed, "helpers")}


def _liaison(typed: Any) -> Json:
    """Offices, not people: what all have signed is never taken back."""
    said = {
        code: {name: _line(typed, f"{name}-{code}") for name in ("post", "phone", "hours")}
        for code in _lines(typed, "place")
    }
    return {"liaison": {code: one for code, one in said.items() if any(one.values())}}


def _batch(typed: Any) -> Json:
    codes = [*_lines(typed, "items"), *_codes(typed)]
    return {
        "number": _line(typed, "number"),
        "name": _both(typed, "name"),
        "items": sorted({code[:60] for code in codes}),
    }


def _article(typed: Any) -> Json:
    return {
        "number": _line(typed, "number"), "batches": _lines(typed, "batches"), "items": _codes(typed),
        "modes": _lines(typed, "modes"), "receiving": _or_every(typed, "receiving"), "deciding": _or_every(typed, "deciding"),
        "response_days": _number(_line(typed, "response_days")) or 0,
    }  # fmt: skip


def _entrustment(typed: Any) -> Json:
    return {
        "number": _line(typed, "number"), "giver": _line(typed, "giver"), "takers": _or_every(typed, "takers"),
        "what": _both(typed, "what"), "items": _codes(typed),
        "published_on": _line(typed, "published_on"),
    }  # fmt: skip


_PARTS: Mapping[str, Callable[[Any], Json]] = {"head": _head, "members": _members, "liaison": _liaison}
_ROWS: Mapping[str, Callable[[Any], Json]] = {"batches": _batch, "articles": _article, "entrustments": _entrustment}


def _or_every(typed: Any, name: str) -> list[str]:
    chosen = _lines(typed, name)
    return [EVERY] if EVERY in chosen else sorted(set(chosen))


def _lines(typed: Any, name: str) -> list[str]:
    values = (value.replace("\0", "").strip()[:LONGEST] for value in typed.getlist(name))
    return [value for value in values if value]


def _codes(typed: Any) -> list[str]:
    return sorted({code[:60] for code in str(typed.get("codes", "")).replace("\0", "").split()})


def _line(typed: Any, name: str) -> str:
    return str(typed.get(name, "")).strip().replace("\0", "")[:LONGEST]


def _both(typed: Any, name: str) -> dict[str, str]:
    return {"zh": _line(typed, f"{name}_zh"), "en": _line(typed, f"{name}_en")}


def _number(text: str) -> int | None:
    """None when it is left open; what is no number becomes 0, which is wrong everywhere."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
