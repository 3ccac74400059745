"""The form of one part of a definition: what stands in each line, what was typed, and what is wrong where."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.definition import Definition
from tongban.catalogue.parts import plain
from tongban.catalogue.parts.faults import PartFault
from tongban.catalogue.parts.inputs import SOLID, Input, Part
from tongban.catalogue.parts.table import PARTS
from tongban.catalogue.parts.tree import Target, list_targets
from tongban.kernel.text import Text
from tongban.web.components.faults import Fault
from tongban.web.staff.rule_forms import say_condition

Json = Mapping[str, Any]

UP, DOWN = "up", "down"
MOST_ROWS = 60
KINDS = {
    "question": Text("问题：", "Question: "),
    "situation": Text("情形：", "Situation: "),
    "answer": Text("不用办：", "No case: "),
}


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: Text
    chosen: bool
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One input: `anchor` is its id on the page. `options` of a choice, the chosen ones first where their order counts; `sentence` what a
    condition says; `rows` the lines of each row, with its id."""

    input: Input
    name: str
    value: Any
    options: tuple[Option, ...] = ()
    rows: tuple[tuple[str, tuple["Line", ...]], ...] = ()
    sentence: Text | None = None
    faults: tuple[PartFault, ...] = ()

    @property
    def chosen(self) -> tuple[Option, ...]:
        return tuple(one for one in self.options if one.chosen)

    @property
    def others(self) -> tuple[Option, ...]:
        return tuple(one for one in self.options if not one.chosen)

    @property
    def anchor(self) -> str:
        return f"in-{self.name.replace('.', '-').replace('_', '-')}"


# What was typed


def read_part(posted: Any, part: Part, before: Json) -> dict[str, Any]:
    """The thing as it was typed; an unchanged form changes nothing, and what the form does not show stays."""
    item: dict[str, Any] = dict(before)
    for one in part.inputs:
        item = _with(item, one.path.split("."), _typed(posted, one, one.path, one.of_item(before)))
    for group in part.whole:
        if not any(_says(one.of_item(item)) for one in part.inputs if _is_of(one, group)):
            item = _with(item, group.split("."), None)
    return item


def _is_of(one: Input, group: str) -> bool:
    """A box that nobody ticked says nothing, and where it is said stands for nothing alone."""
    return one.path.startswith(f"{group}.") and one.kind not in SOLID and not one.path.endswith(".cited")


def _says(value: Any) -> bool:
    return value not in (None, "", [], {}, {"zh": "", "en": ""})


def _typed(posted: Any, one: Input, name: str, before: Any) -> Any:
    """None: it is left out."""
    value = READ[one.kind](posted, one, name, before)
    if before is None and one.usual is not None and value == one.usual:
        return None
    return None if one.optional and not _says(value) else _kept(before, value)


def _kept(before: Any, value: Any) -> Any:
    """What stood there where only spaces and line ends, which a browser changes, are otherwise."""
    if isinstance(before, str) and isinstance(value, str) and _clean(before) == value:
        return before
    if isinstance(before, Mapping) and isinstance(value, dict) and before.keys() == value.keys():
        return {key: _kept(before[key], one) for key, one in value.items()}
    return value


def _line(posted: Any, one: Input, name: str, before: Any) -> str:
    return _clean(posted.get(name, ""))


def _text(posted: Any, one: Input, name: str, before: Any) -> dict[str, str]:
    return {language: _clean(posted.get(f"{name}.{language}", "")) for language in ("zh", "en")}


def _number(posted: Any, one: Input, name: str, before: Any) -> int | str:
    text = _clean(posted.get(name, ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def _tick(posted: Any, one: Input, name: str, before: Any) -> bool:
    return bool(posted.get(name) == "yes")


def _several(posted: Any, one: Input, name: str, before: Any) -> list[str]:
    return moved(list(dict.fromkeys(posted.getlist(name))), posted.get("act", ""), name)


def _target(posted: Any, one: Input, name: str, before: Any) -> dict[str, str] | None:
    found = Target.read(posted.get(name, ""))
    return found.as_json() if found else None


def _rows(posted: Any, one: Input, name: str, before: Any) -> list[dict[str, Any]]:
    """Those of which something is typed. A new row without an id of its own is given one."""
    old = {row["id"]: row for row in before or ()}
    rows = [_row(posted, one, f"{name}.{number}", old) for number in range(MOST_ROWS)]
    named = [row for row in rows if row]
    taken = {row["id"] for row in named}
    for row in named:
        if not row["id"]:
            row["id"] = next(id for n in range(1, 1000) if (id := f"option-{n}") not in taken)
            taken.add(row["id"])
    return moved(named, posted.get("act", ""), name)


def _row(posted: Any, one: Input, name: str, old: Json) -> dict[str, Any]:
    id = _clean(posted.get(f"{name}.id", ""))
    before = old.get(id, {})
    typed = {
        column.path: _typed(posted, column, f"{name}.{column.path}", before.get(column.path)) for column in one.columns
    }
    if not any(_says(value) for key, value in typed.items() if key not in ("id", "next")) and not (
        _says(typed.get("id")) and "next" not in typed
    ):
        return {}
    kept = {key: value for key, value in before.items() if key not in typed}
    return {"id": id, **kept, **{key: value for key, value in typed.items() if value is not None}}


def _grid(posted: Any, one: Input, name: str, before: Any) -> Any:
    """`grid` or `outline`. What lines of text cannot hold stays as it is where nothing else is typed."""
    write, read = plain.FORMS[one.kind]
    typed = read(_text(posted, one, name, before))
    return before if before is not None and typed == read(write(before)) else typed


def _pairs(posted: Any, one: Input, name: str, before: Any) -> Any:
    return plain.read_pairs(_clean(posted.get(name, "")))


READ = {
    "line": _line, "condition": _line, "text": _text, "long": _text, "number": _number, "tick": _tick, "choice": _line, "ref": _line,
    "ticks": _several, "refs": _several, "target": _target, "rows": _rows,
    "grid": _grid, "outline": _grid, "pairs": _pairs,
}  # fmt: skip


def moved(values: list[Any], act: str, name: str) -> list[Any]:
    """`up fields filing.address`: that one stands one place further up. Rows are named by their number."""
    way, _, rest = act.partition(" ")
    of, _, wanted = rest.partition(" ")
    if way not in (UP, DOWN) or of != name:
        return values
    place = next((n for n, one in enumerate(values) if wanted in (one if isinstance(one, str) else str(n),)), None)
    step = -1 if way == UP else 1
    if place is None or not 0 <= place + step < len(values):
        return values
    changed = list(values)
    changed[place], changed[place + step] = changed[place + step], changed[place]
    return changed


def _with(item: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    key, *rest = path
    if not rest:
        return {k: v for k, v in item.items() if k != key} if value is None else {**item, key: value}
    below = _with(dict(item.get(key) or {}), rest, value)
    if not below and key not in item:
        return item
    return {**item, key: below}


def _clean(text: str) -> str:
    """Without signs that nobody sees; lines end as everywhere."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


# What is shown


def show_part(document: Json, part: Part, item: Json, faults: list[PartFault], definition: Definition) -> list[Line]:
    """Every line of the form. `definition` knows the words for conditions."""
    return [
        _show(document, one, one.path, one.of_item(item), [f for f in faults if f.path == one.path], definition)
        for one in part.inputs
    ]


def _show(document: Json, one: Input, name: str, value: Any, faults: list[PartFault], definition: Definition) -> Line:
    if one.kind == "tick" and value is None:
        value = one.usual
    if one.kind in plain.FORMS and value:
        value = plain.FORMS[one.kind][0](value)
    if one.kind == "pairs" and value:
        value = plain.write_pairs(value)
    options = tuple(_options(document, one, value))
    sentence = say_condition(value, definition) if one.kind == "condition" and value else None
    rows = tuple(_show_rows(document, one, value or [], definition)) if one.kind == "rows" else ()
    return Line(one, name, value, options, rows, sentence, tuple(faults))


def _show_rows(
    document: Json, one: Input, rows: list[Json], definition: Definition
) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """And an empty one for more."""
    for number, row in enumerate([*rows, {}][:MOST_ROWS]):
        lines = tuple(
            _show(document, column, f"{one.path}.{number}.{column.path}", row.get(column.path), [], definition)
            for column in one.columns
        )
        yield str(row.get("id", "")), lines


def _options(document: Json, one: Input, value: Any) -> Iterator[Option]:
    if one.kind == "target":
        yield from show_targets(document, ":".join(next(iter(value.items()))) if value else "")
    elif one.of:
        chosen = _chosen(value)
        known = {id: (name, raw) for id, name, raw in list_named(document, one.of)}
        ordered = [*(id for id in chosen if id in known), *(id for id in known if id not in chosen)]
        yield from (Option(id, known[id][0], id in chosen, known[id][1]) for id in ordered)
        yield from (Option(id, Text(id, id), chosen=True) for id in chosen if id and id not in known)
    elif one.options:
        chosen = _chosen(value)
        # Several are kept in the order in which they stand.
        first = chosen if one.kind == "ticks" else []
        shown = dict.fromkeys([*(id for id in first if id in one.options), *one.options])
        yield from (Option(id, one.options[id], id in chosen) for id in shown)


def _chosen(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def show_targets(document: Json, chosen: str = "") -> Iterator[Option]:
    """Everything that an answer may lead to, by kind and name."""
    names = {
        kind: {id: name for id, name, _ in list_named(document, of)}
        for kind, of in (("question", "questions"), ("situation", "situations"), ("answer", "answers"))
    }
    for target in list_targets(document):
        id, kind, name = f"{target.kind}:{target.id}", KINDS[target.kind], names[target.kind][target.id]
        yield Option(id, Text(f"{kind.zh}{name.zh}", f"{kind.en}{name.en}"), id == chosen)


def list_named(document: Json, of: str) -> Iterator[tuple[str, Text, bool]]:
    """Id, name, whether it is still to be verified."""
    key = "element" if of == "fields" else "id"
    for one in document.get(of, []):
        yield one[key], name_of(document, of, one), one.get("verified") is False


def name_of(document: Json, of: str, item: Json) -> Text:
    """What people call it."""
    if of == "fields":
        element = next((one for one in document["elements"] if one["id"] == item["element"]), None)
        return Text.from_json(element["label"]) if element else Text(item["element"], item["element"])
    if of == "screens":
        ends = {one["id"]: Text.from_json(one["title"]) for one in document["answers"]}
        return ends.get(item.get("answer", ""), Text(item.get("id", ""), item.get("id", "")))
    if of == "basis":
        name = f"{item.get('law', '')} {item.get('article', '')}"
        return Text(name, name)
    for key in ("name", "label", "title", "text"):
        if isinstance(said := item.get(key), dict) and said.keys() == {"zh", "en"}:
            return Text.from_json(said)
    return Text(item.get("id", ""), item.get("id", ""))


def summarise(lines: list[Line], faults: list[PartFault]) -> list[Fault]:
    """What keeps it from being saved, each with the input to go to."""
    anchors = {line.input.path: (line, _first(line)) for line in lines}
    found = []
    for fault in faults:
        if fault.blocks:
            line, anchor = anchors.get(fault.path, (None, "whole"))
            found.append(Fault(anchor, _said(line.input.label, fault.text) if line else fault.text))
    return found


def _said(label: Text, text: Text) -> Text:
    return Text(f"{label.zh}：{text.zh}", f"{label.en}: {text.en}")


def _first(line: Line) -> str:
    """The id of the input that takes the cursor."""
    match line.input.kind:
        case "text" | "long" | "grid" | "outline":
            return f"{line.anchor}-zh"
        case "rows":
            return f"{line.anchor}-0"
        case _:
            return line.anchor


def part_of(id: str) -> Part | None:
    return PARTS.get(id)
