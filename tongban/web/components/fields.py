"""Form fields as a page shows them, and what was typed as the application keeps it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from tongban.catalogue.definition import Definition, Field
from tongban.kernel.text import Text
from tongban.regions import queries as regions
from tongban.rules.expression import months_after
from tongban.web.components.places import Group, treatment_places

FROM_PLACES = Text("您刚才选择的地方", "The place you chose before")
LONGEST_NUMBER = 15
AMOUNT = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")
TODAY = Text("先填了今天，可以改", "Filled with today; you may change it")
LATER = Text("先填了六个月后，可以改", "Filled with six months from today; you may change it")
USUAL_MONTHS = 6
"""The usual term of a temporary filing, only suggested: the review points of the definition judge it."""
STARTS = frozenset({"filing.start_on", "cancel.on"})


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field with its value, where the value is from, and what is wrong with it. `pledge` is the text that is signed."""

    id: str
    label: Text
    widget: str
    required: bool
    hint: Text | None
    max_length: int
    value: Any
    shown: str
    source: Text | None
    error: Text | None
    options: tuple[tuple[str, Text], ...] = ()
    groups: tuple[Group, ...] = ()
    pledge: Text | None = None
    least: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: Text
    fields: tuple[FieldView, ...]


def show_sections(
    definition: Definition, situation: str, elements: Mapping[str, Any], *, errors: Mapping[str, Text], today: date
) -> list[Section]:
    """The form of a situation under the headings of its groups."""
    views: dict[str, list[FieldView]] = {}
    for field in definition.fields(situation):
        view = _show(definition, situation, field, elements, errors.get(field.id), today)
        views.setdefault(field.group, []).append(view)
    return [Section(group.name, tuple(views[group.id])) for group in definition.groups if group.id in views]


def suggest(
    definition: Definition, situation: str, elements: Mapping[str, Any], *, here: str, today: date
) -> dict[str, Any]:
    """What is known before anybody types: the place chosen before, today as the first day, and what follows from it."""
    first = today.isoformat()
    known = {
        "existing.region": here, "treat.region": here, "filing.start_on": first, "filing.end_on": months_after(first, USUAL_MONTHS),
        "cancel.on": first,
    }  # fmt: skip
    wanted = {field.id for field in definition.fields(situation)}
    return {id: value for id, value in known.items() if id in wanted and elements.get(id) in (None, "")}


def read_fields(definition: Definition, situation: str, typed: QueryDict) -> dict[str, Any]:
    """Everything typed, as it was typed: nothing is judged here."""
    return {field.id: _read(field, typed) for field in definition.fields(situation)}


def spoken_value(definition: Definition, field: Field, value: Any) -> Text:
    """A value in the words of a person, for checking."""
    if value in (None, ""):
        return Text("未填写", "Not filled in")
    if field.widget == "region":
        return regions.spoken(_place_name(str(value)))
    if isinstance(value, bool):
        return _AGREED[value] if field.widget in ("consent", "pledge") else _YES[value]
    if field.widget == "money" and isinstance(value, int):
        return Text(f"{write_yuan(value)} 元", f"{write_yuan(value)} yuan")
    words = field.element.values.get(str(value))
    return words or _spoken_date(str(value), field.element.type == "date")


_AGREED = {True: Text("已同意", "Agreed"), False: Text("不同意", "Not agreed")}
_YES = {True: Text("是", "Yes"), False: Text("否", "No")}


def _show(
    definition: Definition, situation: str, field: Field, elements: Mapping[str, Any], error: Text | None, today: date
) -> FieldView:
    value = elements.get(field.id)
    return FieldView(
        id=field.id, label=field.label, widget=field.widget, required=field.required, hint=field.hint, max_length=field.max_length,
        value=_typed(field, value), shown=_place_name(str(value)) if field.widget == "region" and value else "",
        source=_source(field, value, today), error=error, options=tuple(field.element.values.items()),
        groups=tuple(treatment_places()) if field.widget == "region" else (),
        pledge=_pledge(definition, situation, field), least=today.isoformat() if field.id in STARTS else "",
    )  # fmt: skip


def _source(field: Field, value: Any, today: date) -> Text | None:
    if not value:
        return None
    if field.widget == "region":
        return FROM_PLACES
    first = today.isoformat()
    if field.id == "filing.end_on" and value == months_after(first, USUAL_MONTHS):
        return LATER
    return TODAY if field.id in STARTS and value == first else None


def _pledge(definition: Definition, situation: str, field: Field) -> Text | None:
    materials = definition.situation(situation).materials
    return next((material.template for material in materials if field.material and material.id == field.material), None)


def _read(field: Field, typed: QueryDict) -> Any:
    raw = typed.get(field.id, "").replace("\x00", "").strip()
    if field.widget == "money":
        return read_yuan(raw)
    if field.element.type == "boolean":
        return raw == "yes"
    if field.element.type == "integer" and raw.isascii() and raw.isdecimal() and len(raw) <= LONGEST_NUMBER:
        return int(raw)
    return raw


def _typed(field: Field, value: Any) -> Any:
    if field.widget == "money" and isinstance(value, int):
        return write_yuan(value)
    return "" if value is None else value


def read_yuan(raw: str) -> int | str:
    """Fen of an amount typed in yuan; what is no amount stays as it was typed."""
    amount = AMOUNT.fullmatch(raw.replace(",", "").replace("，", ""))
    return int(amount[1]) * 100 + int((amount[2] or "").ljust(2, "0")) if amount else raw


def write_yuan(fen: int) -> str:
    """1234500 → 12345; 1234567 → 12345.67."""
    yuan, rest = divmod(fen, 100)
    return f"{yuan}.{rest:02}" if rest else str(yuan)


def _place_name(code: str) -> str:
    try:
        return regions.path_name(code)
    except regions.UnknownRegion:
        return code


def _spoken_date(value: str, is_date: bool) -> Text:
    try:
        day = date.fromisoformat(value) if is_date else None
    except ValueError:
        day = None
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}") if day else Text(value, value)
