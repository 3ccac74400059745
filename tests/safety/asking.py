"""How a door answered, in six words."""

from typing import Any
from uuid import uuid4

ABSENT = {"paper": "0" * 64, "cipher": "0" * 64, "hash": "0" * 64}

TYPED = {
    "head": "1", "cmd": str(uuid4()), "reason": "blurred", "article": "第三十四条", "note": "说明", "text": "您好", "asked": "yes",
    "field": "filing.address", "material": "residence-permit", "recommends": "approve", "reasons": "相符", "opinion": "agree",
    "role": "chief", "procedure": "site_visit", "basis": "第四十五条", "until": "2999-01-01", "days": "1", "way": "counter", "signed": "罗",
    "step": "verified", "answer": "已改正",
}  # fmt: skip
"""Enough of every form to come as far as the question whether one may."""


def word_of(answer: Any) -> str:
    """in, sign-in, forbidden, missing, unknown (401), broken."""
    where = answer.headers.get("Location", "")
    if answer.status_code == 302 and where.partition("?")[0] in ("/sign-in", "/staff/sign-in") and "next=" in where:
        return "sign-in"
    known = {401: "unknown", 403: "forbidden", 404: "missing"}
    return known.get(answer.status_code, "broken" if answer.status_code >= 500 else "in")


def absent(given: dict[str, Any]) -> dict[str, Any]:
    """The same address with an id that nothing has."""
    return {
        name: ABSENT.get(name, value if name in ("key", "about", "desk", "point") else uuid4())
        for name, value in given.items()
    }
