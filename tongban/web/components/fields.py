"""Form fields as a page shows them, and what was typed as the application keeps it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from tongban.catalogue.asking import Asked, list_others
from tongban.catalogue.definition import Definition, Field
from tongban.kernel.text import Text
from tongban.regions import queries as regions
from tongban.rules.expression import months_after
from tongban.web.components.places import Group, treatment_places
from tongban.web.components.reasons import Why, list_reasons, place_name

FROM_PLACES = Text("您刚才选择的地方", "The place you chose before")
LONGEST_NUMBER = 15
AMOUNT = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")
TODAY = Text("先填了今天，可以改", "Filled with today; you may change it")
LATER = Text("先填了六个月后，可以改", "Filled with six months from today; you may change it")
USUAL_MONTHS = 6
"""The usual term of a temporary filing, only suggested: the review points of the definition judge it."""
HOMES = ("premises.region", "address.region", "household.region")
"""Places that are usually the deciding one."""
SHOWN = "shown "
"""Begins the name of a hidden input beside each question of a page."""
STARTS = frozenset({"filing.start_on", "cancel.on"})


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field with its value, where the value is from, and what is wrong with it. `pledge` is the text that is signed.

    `turns`: its answer may bring up or spare other questions; `spared`: the register that is asked anyway; `is_new`: it came up just now.
    """

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
    notice: Text | None = None
    least: str = ""
    why: tuple[Why, ...] = ()
    spared: Text | None = None
    turns: bool = False
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    title: Text
    fields: tuple[FieldView, ...]


def show_sections(
    definition: Definition,
    situation: str,
    elements: Mapping[str, Any],
    *,
    errors: Mapping[str, Text],
    today: date,
    asked: Sequence[Asked] | None = None,
    new: Collection[str] = (),
) -> list[Section]:
    """The form of a situation under the headings of its groups. `asked`: only these questions; `new`: those that came up just now."""
    if asked is None:
        asked = [Asked(field, (), field.required) for field in definition.fields(situation)]
    views: dict[str, list[FieldView]] = {}
    for one in asked:
        view = _show(definition, situation, one, elements, errors.get(one.field.id), today, is_new=one.field.id in new)
        views.setdefault(one.field.group, []).append(view)
    return [Section(group.id, group.name, tuple(views[group.id])) for group in definition.groups if group.id in views]


def suggest(
    definition: Definition, situation: str, elements: Mapping[str, Any], *, here: str, home: str, today: date
) -> dict[str, Any]:
    """What is known before anybody types: the places chosen before, today as the first day, and what follows from it."""
    first = today.isoformat()
    known = dict.fromkeys(HOMES, home) | {
        "existing.region": here, "treat.region": here, "filing.start_on": first, "filing.end_on": months_after(first, USUAL_MONTHS),
        "cancel.on": first,
    }  # fmt: skip
    wanted = {field.id for field in definition.fields(situation)}
    return {id: value for id, value in known.items() if id in wanted and elements.get(id) in (None, "")}


def read_shown(definition: Definition, situation: str, typed: QueryDict) -> frozenset[str]:
    """The questions that stood on the page that was sent; all of them where it does not say."""
    fields = frozenset(field.id for field in definition.fields(situation))
    return frozenset(id for id in fields if f"{SHOWN}{id}" in typed) or fields


def read_fields(definition: Definition, situation: str, typed: QueryDict) -> dict[str, Any]:
    """Everything typed, as it was typed: nothing is judged here. A question that was not on the page keeps its answer."""
    shown = read_shown(definition, situation, typed)
    return {field.id: _read(field, typed) for field in definition.fields(situation) if field.id in shown}


def spoken_value(definition: Definition, field: Field, value: Any) -> Text:
    """A value in the words of a person, for checking."""
    if value in (None, ""):
        return Text("未填写", "Not filled in")
    if field.widget == "region":
        return regions.spoken(place_name(str(value)))
    if isinstance(value, bool):
        return _AGREED[value] if field.widget in ("consent", "pledge") else _YES[value]
    if field.widget == "money" and isinstance(value, int):
        return Text(f"{write_yuan(value)} 元", f"{write_yuan(value)} yuan")
    words = field.element.values.get(str(value))
    return words or _spoken_date(str(value), field.element.type == "date")


_AGREED = {True: Text("已同意", "Agreed"), False: Text("不同意", "Not agreed")}
_YES = {True: Text("是", "Yes"), False: Text("否", "No")}


def _show(
    definition: Definition,
    situation: str,
    asked: Asked,
    elements: Mapping[str, Any],
    error: Text | None,
    today: date,
    *,
    is_new: bool,
) -> FieldView:
    field = asked.field
    value = elements.get(field.id)
    chosen = definition.situation(situation)
    return FieldView(
        id=field.id, label=field.label, widget=field.widget, required=asked.required, hint=field.hint, max_length=field.max_length,
        value=_typed(field, value), shown=place_name(str(value)) if field.widget == "region" and value else "",
        source=_source(field, value, today), error=error, options=tuple(field.element.values.items()),
        groups=tuple(treatment_places()) if field.widget == "region" else (),
        pledge=_pledge(definition, situation, field),
        notice=chosen.pledge.notice if chosen.pledge and chosen.pledge.field == field.id else None,
        least=today.isoformat() if field.id in STARTS else "", why=list_reasons(asked),
        spared=asked.spared.label if asked.spared else None, turns=bool(list_others(definition, situation, field.id)), is_new=is_new,
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


def _spoken_date(value: str, is_date: bool) -> Text:
    try:
        day = date.fromisoformat(value) if is_date else None
    except ValueError:
        day = None
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}") if day else Text(value, value)
