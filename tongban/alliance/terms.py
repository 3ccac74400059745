"""What an agreement says beside its articles: batches of items (批次), entrustments (委托), helpers (代办互认), notice. Plain values.

Optional keys of the signed document, which a release that does not know them passes over: `{batches: [{number, name, items}],
entrustments: [{number, giver, takers, what: {zh, en}, items, published_on}], helpers: [regions or "*"], notice_days, proposed_by}`.
An entrustment of licences is published by the office that gives it (行政许可法第二十四条).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.kernel.events import Json
from tongban.kernel.text import Text

EVERY = "*"


@dataclass(frozen=True, slots=True)
class Batch:
    """Items that were agreed on together; articles name the items, and the batches that they come from."""

    number: str
    name: Text
    items: tuple[str, ...]

    def as_json(self) -> Json:
        return {"number": self.number, "name": self.name.as_json(), "items": list(self.items)}


@dataclass(frozen=True, slots=True)
class Entrustment:
    """`giver` lets the offices of `takers` do `what` in its name; published on that day."""

    number: str
    giver: str
    takers: tuple[str, ...]
    what: Text
    items: tuple[str, ...]
    published_on: date

    def as_json(self) -> Json:
        return {
            "number": self.number, "giver": self.giver, "takers": list(self.takers), "what": self.what.as_json(),
            "items": list(self.items), "published_on": self.published_on.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """`helpers`: members whose helpers of the hall the others recognise. `notice_days`: how long before its last day a member says that it
    leaves; none, and nobody leaves alone. `proposed_by`: the member that drew it up."""

    batches: tuple[Batch, ...] = ()
    entrustments: tuple[Entrustment, ...] = ()
    helpers: tuple[str, ...] = ()
    notice_days: int | None = None
    proposed_by: str = ""

    def as_json(self) -> Json:
        """Only what is agreed: a document without these keys stays as it was."""
        value: Json = {
            "batches": [one.as_json() for one in self.batches],
            "entrustments": [one.as_json() for one in self.entrustments],
            "helpers": list(self.helpers), "notice_days": self.notice_days, "proposed_by": self.proposed_by,
        }  # fmt: skip
        return {name: said for name, said in value.items() if said not in ([], None, "")}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Terms":
        """Of a whole document. Raises KeyError, TypeError or ValueError."""
        days = value.get("notice_days")
        return cls(
            batches=tuple(map(_batch, value.get("batches") or ())),
            entrustments=tuple(map(_entrustment, value.get("entrustments") or ())),
            helpers=read_texts(value.get("helpers") or []),
            notice_days=int(days) if days is not None else None, proposed_by=str(value.get("proposed_by") or ""),
        )  # fmt: skip

    def named(self) -> set[str]:
        """The regions that are named outright."""
        given = {code for one in self.entrustments for code in (one.giver, *one.takers)}
        return {*given, *self.helpers, *filter(None, [self.proposed_by])} - {EVERY}


def read_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise TypeError("a list of texts expected")
    return tuple(value)


def _batch(value: Json) -> Batch:
    return Batch(str(value["number"]), Text.from_json(value["name"]), read_texts(value["items"]))


def _entrustment(value: Json) -> Entrustment:
    return Entrustment(
        str(value["number"]), str(value["giver"]), read_texts(value["takers"]), Text.from_json(value["what"]),
        read_texts(value["items"]), date.fromisoformat(value["published_on"]),
    )  # fmt: skip
