"""The form of one review point: what stands in it, what was typed, and what is wrong where."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.definition import Definition
from tongban.catalogue.editing import PointFault
from tongban.kernel.text import Text
from tongban.rules.expression import compile_condition
from tongban.rules.facts import Vocabulary
from tongban.rules.faults import BadCondition
from tongban.rules.sentences import say_rule
from tongban.web.components.faults import Fault

Json = Mapping[str, Any]

MOST_CONDITIONS = 10
MODES = {
    "all": Text("全部成立", "all hold"),
    "any": Text("至少一项成立", "at least one holds"),
    "not": Text("均不成立", "none holds"),
    "at_least": Text("至少几项成立", "at least so many hold"),
}
ON_FALSE = {
    "refer": Text("转审核人员", "an examiner looks"),
    "correct": Text("请申请人补正字段", "the applicant corrects fields"),
    "demand": Text("请申请人补交材料", "the applicant hands in materials"),
}
ON_UNKNOWN = {"refer": Text("转审核人员", "an examiner looks"), "ask": Text("向申请人补问", "the applicant is asked")}
PARTS = {
    "id": (Text("编号", "Id"), "id"),
    "label": (Text("要点名称", "Name"), "label-zh"),
    "conditions": (Text("条件", "Condition"), "condition-0"),
    "mode": (Text("多个条件时", "With several conditions"), "mode"),
    "at_least": (Text("至少几项", "At least how many"), "at-least"),
    "on_false": (Text("不符合时", "When not met"), "on-false"),
    "on_unknown": (Text("不知道时", "When not known"), "on-unknown"),
    "correct": (Text("补正字段", "Fields to correct"), "on-false"),
    "demand": (Text("补交材料", "Materials to hand in"), "on-false"),
    "change": (Text("怎样可以改变", "What would change it"), "change-zh"),
    "basis": (Text("法律依据", "Legal basis"), "verified"),
    "situations": (Text("情形", "Situations"), "label-zh"),
}
"""What a part is called, and the input that a summary of faults leads to."""
USUAL: dict[str, Any] = {
    "mode": "all",
    "at_least": 1,
    "on_false": "refer",
    "on_unknown": "refer",
    "correct": [],
    "demand": [],
}
"""What holds where nothing is written; it is then not written either."""
NEW: Json = {"id": "", "label": {"zh": "", "en": ""}, "conditions": [], "basis": [], "verified": False}


@dataclass(frozen=True, slots=True)
class Marked:
    """A condition with the place of a mistake: `before`, the character at fault, `after`. `marks`: there is such a place."""

    text: Text
    blocks: bool
    before: str
    at: str
    after: str
    column: int
    marks: bool


@dataclass(frozen=True, slots=True)
class ConditionField:
    """One line of the form; the last one is empty, for another condition. `sentence` is None as long as it cannot be read."""

    number: int
    source: str
    sentence: Text | None
    faults: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    label: Text
    chosen: bool
    raw: bool = False


def read_point(posted: Any, before: Json, *, id: str) -> dict[str, Any]:
    """The point as it was typed. What is usual and was not written before is not written now, so that an unchanged form changes nothing."""
    typed: dict[str, Any] = {
        **before,
        "id": id,
        "label": _texts(posted, "label"),
        "conditions": [text for one in posted.getlist("condition") if (text := _clean(one, keep="\t\r\n"))][
            : MOST_CONDITIONS + 1
        ],
        "basis": posted.getlist("basis"),
        "verified": posted.get("verified") == "yes",
    }
    return _with_change(_with_usual(typed, posted, before), posted)


def _with_usual(typed: dict[str, Any], posted: Any, before: Json) -> dict[str, Any]:
    said = {
        "mode": posted.get("mode", "all"),
        "at_least": _number(posted.get("at_least", "")) if posted.get("mode") == "at_least" else 1,
        "on_false": posted.get("on_false", "refer"),
        "on_unknown": posted.get("on_unknown", "refer"),
        "correct": posted.getlist("correct"),
        "demand": posted.getlist("demand"),
    }
    written = {key: value for key, value in said.items() if value != USUAL[key] or key in before}
    return {**{key: value for key, value in typed.items() if key not in USUAL}, **written}


def _with_change(typed: dict[str, Any], posted: Any) -> dict[str, Any]:
    change = _texts(posted, "change")
    rest = {key: value for key, value in typed.items() if key != "change"}
    return {**rest, "change": change} if any(change.values()) else rest


def _texts(posted: Any, name: str) -> dict[str, str]:
    return {language: _clean(posted.get(f"{name}_{language}", "")) for language in ("zh", "en")}


def _clean(text: str, *, keep: str = "") -> str:
    """Without control characters: nobody sees them, and some the database refuses."""
    return "".join(sign for sign in text if sign in keep or unicodedata.category(sign) != "Cc").strip()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def form_of(
    point: Json, situations: tuple[str, ...], faults: list[PointFault], *, definition: Definition
) -> dict[str, Any]:
    """Everything that the template of the form shows; `definition` knows the elements, laws, fields and materials."""
    document = definition.document
    usual = {**USUAL, "change": {"zh": "", "en": ""}, **point}
    sources = point["conditions"]
    return {
        "point": usual,
        "conditions": [
            _condition(number, source, faults, definition) for number, source in enumerate(sources)
        ] + ([ConditionField(len(sources), "", None, ())] if len(sources) < MOST_CONDITIONS else []),
        "whole": [_marked("", fault) for fault in faults if fault.condition is None],
        "modes": _options(MODES, usual["mode"]),
        "on_false": _options(ON_FALSE, usual["on_false"]),
        "on_unknown": _options(ON_UNKNOWN, usual["on_unknown"]),
        "bases": [_law(law, usual["basis"]) for law in document["basis"]],
        "fields": [_choice(one["element"], _label(document, one["element"]), usual["correct"]) for one in document["fields"]],
        "materials": [_choice(one["id"], _text(one["name"]), usual["demand"]) for one in document["materials"]],
        "situations": [_choice(one["id"], _text(one["name"]), situations) for one in document["situations"]],
    }  # fmt: skip


def _condition(number: int, source: str, faults: list[PointFault], definition: Definition) -> ConditionField:
    own = tuple(_marked(source, fault) for fault in faults if fault.condition == number)
    return ConditionField(number, source, say_condition(source, definition), own)


def say_condition(source: str, definition: Definition) -> Text | None:
    """None: it cannot be read."""
    elements = definition.elements.values()
    words = Vocabulary({one.id: one.label for one in elements}, {one.id: one.values for one in elements})
    try:
        return say_rule(compile_condition(source, elements={one.id: one.type for one in elements}).tree, words)
    except BadCondition:
        return None


def summarise(faults: list[PointFault]) -> list[Fault]:
    """What keeps it from being saved, each with the input to go to."""
    return [Fault(_anchor(fault), _named(fault)) for fault in faults if fault.blocks]


def _anchor(fault: PointFault) -> str:
    return PARTS[fault.part][1] if fault.condition is None else f"condition-{fault.condition}"


def _named(fault: PointFault) -> Text:
    name, _ = PARTS[fault.part]
    number = "" if fault.condition is None else f" {fault.condition + 1}"
    return Text(f"{name.zh}{number}：{fault.text.zh}", f"{name.en}{number}: {fault.text.en}")


def _marked(source: str, fault: PointFault) -> Marked:
    at = min(fault.at, len(source))
    marks = fault.condition is not None and bool(source)
    text = fault.text if marks else _named(fault)
    return Marked(text, fault.blocks, source[:at], source[at : at + 1] or " ", source[at + 1 :], at + 1, marks)


def _options(words: Mapping[str, Text], chosen: str) -> list[Choice]:
    return [Choice(id, label, id == chosen) for id, label in words.items()]


def _choice(id: str, label: Text, chosen: Any) -> Choice:
    return Choice(id, label, id in chosen)


def _law(law: Json, chosen: Any) -> Choice:
    name = f"{law['law']} {law['article']}"
    return Choice(law["id"], Text(name, name), law["id"] in chosen, raw=not law["verified"])


def _label(document: Json, element: str) -> Text:
    return next(_text(one["label"]) for one in document["elements"] if one["id"] == element)


def _text(value: Json) -> Text:
    return Text(value["zh"], value["en"])


def read_situations(posted: Any, document: Json) -> tuple[str, ...]:
    known = [one["id"] for one in document["situations"]]
    return tuple(id for id in known if id in posted.getlist("situation"))
