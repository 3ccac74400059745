"""Licence types and which decision gives which: `data/types.yaml` read and checked. Plain Python."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.licences.content import Template

DATA = Path(__file__).parent / "data" / "types.yaml"
CODE_LENGTH = 21
Operation = Literal["new", "renew", "change", "cancel"]
OPERATIONS = frozenset({"new", "renew", "change", "cancel"})


class UnknownLicenceType(Refused):
    status = 404
    text = Text("没有证照类型 {type}。", "There is no licence type {type}.")
    advice = Text("请核对证照类型。", "Check the type of the licence.")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One line of the licence. `take`: elements, the first that is there counts; `value`: what stands there always."""

    id: str
    label: Text
    take: tuple[str, ...] = ()
    value: Text | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class HolderRule:
    """Whose the licence is: `name` and `id_number` are elements; `id_kind` is an element or the kind itself."""

    kind: Literal["person", "organisation"]
    name: str
    id_kind: str
    id_number: str


@dataclass(frozen=True, slots=True)
class Validity:
    """Exactly one of `years`, `months`, `until` (an element), `keep` (as the version before) and `none` (no end).

    `from_`: element with the first day, "" for the day of the decision; `after`: from the day after the version before ends.
    """

    years: int = 0
    months: int = 0
    from_: str = ""
    until: str = ""
    none: bool = False
    keep: bool = False
    after: bool = False
    verified: bool = True

    def last_day(self, first: date) -> date | None:
        """Of a term in years or months: the day before its anniversary; None without an end."""
        count = self.years * 12 + self.months
        return _add_months(first, count) - timedelta(days=1) if count else None


@dataclass(frozen=True, slots=True)
class Changes:
    """`what`: the element that names what changes, `to`: the one with the new content; `fields`: value of `what` → field of the licence, or "" for
    what the licence does not say. A value that stands nowhere in it is for a person."""

    what: str
    to: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GivenBy:
    """A decision that gives, renews, changes or ends a licence. `follows`: element with the number of the one it is about.

    `finds`: where applicants know no number, field of the licence → element that names the same; it is looked for among the holder's. Where
    none is held, `unheld` says what is done: a new one, or nothing. `ends_on`: element with the day from which it is ended.
    """

    item: str
    situations: frozenset[str]
    operation: Operation
    validity: Validity
    follows: str = ""
    changes: Changes | None = None
    finds: Mapping[str, str] = field(default_factory=dict)
    unheld: Literal["", "new", "nothing"] = ""
    ends_on: str = ""

    @property
    def is_about_another(self) -> bool:
        return bool(self.follows or self.finds)


@dataclass(frozen=True, slots=True)
class LicenceType:
    """`code`: 21 characters of the identifier; `verified`: read in the catalogue of the defining body. `word`: begins the number."""

    id: str
    code: str
    verified: bool
    name: Text
    defined_by: Text
    word: str
    template: Template
    holder: HolderRule
    fields: tuple[FieldRule, ...]
    given_by: tuple[GivenBy, ...]


def list_types() -> tuple[LicenceType, ...]:
    return tuple(_types().values())


def get_type(id: str) -> LicenceType:
    """Refuses `UnknownLicenceType`."""
    found = _types().get(id)
    if found is None:
        raise UnknownLicenceType(type=id[:60])
    return found


def name_of(id: str) -> Text:
    """Also of one that only a newer version of the product knows."""
    found = _types().get(id)
    return found.name if found else Text(f"电子证照（{id}）", f"E-licence ({id})")


def list_given(item: str, situation: str) -> list[tuple[LicenceType, GivenBy]]:
    """What a decision in favour gives. `item`: the key of the definition."""
    return [
        (type_, given)
        for type_ in _types().values()
        for given in type_.given_by
        if given.item == item and situation in given.situations
    ]


def read_types(text: str) -> dict[str, LicenceType]:
    """ValueError for a code of another length, a type or an operation that there is twice or not at all, a term that is none or two."""
    types = [_type(entry) for entry in yaml.safe_load(text)["types"]]
    found = {type_.id: type_ for type_ in types}
    if len(found) != len(types):
        raise ValueError("a type stands there twice")
    return found


@cache
def _types() -> dict[str, LicenceType]:
    return read_types(DATA.read_text(encoding="utf-8"))


def _type(entry: Any) -> LicenceType:
    if len(entry["code"]) != CODE_LENGTH:
        raise ValueError(f"{entry['id']}: a code has {CODE_LENGTH} characters")
    return LicenceType(
        id=entry["id"], code=entry["code"], verified=entry["verified"], name=Text.from_json(entry["name"]),
        defined_by=Text.from_json(entry["defined_by"]), word=entry["word"], template=Template(**entry["template"]),
        holder=HolderRule(**entry["holder"]), fields=tuple(map(_field, entry["fields"])),
        given_by=tuple(map(_given_by, entry["given_by"])),
    )  # fmt: skip


def _field(entry: Any) -> FieldRule:
    value = Text.from_json(entry["value"]) if "value" in entry else None
    if bool(value) == bool(entry.get("take")):
        raise ValueError(f"{entry['id']}: either a value or where it is taken from")
    label, take = Text.from_json(entry["label"]), tuple(entry.get("take", ()))
    return FieldRule(entry["id"], label, take, value, bool(entry.get("optional", False)))


def _given_by(entry: Any) -> GivenBy:
    if entry["operation"] not in OPERATIONS:
        raise ValueError(f"{entry['operation']}: no such operation")
    ways = [name for name in ("follows", "finds") if entry.get(name)]
    if len(ways) != int(entry["operation"] != "new"):
        raise ValueError("whatever is not new follows a licence, found in one way")
    if ("finds" in ways) != (entry.get("unheld") in ("new", "nothing")):
        raise ValueError("what is looked for among the holder's may not be there")
    changes = Changes(**entry["changes"]) if "changes" in entry else None
    validity = _validity(entry["validity"]) if entry["operation"] != "cancel" else Validity(none=True)
    return GivenBy(
        entry["item"], frozenset(entry["situations"]), entry["operation"], validity, entry.get("follows", ""), changes,
        entry.get("finds", {}), entry.get("unheld", ""), entry.get("ends_on", ""),
    )  # fmt: skip


def _validity(entry: Any) -> Validity:
    values = {("from_" if name == "from" else name): value for name, value in entry.items()}
    validity = Validity(**values)
    ends = (validity.years, validity.months, validity.until, validity.none, validity.keep)
    if sum(map(bool, ends)) != 1:
        raise ValueError("a term ends in exactly one way")
    return validity


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
