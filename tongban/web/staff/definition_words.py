"""What stands in a definition, as people say it: conditions as sentences, options and things by their names, money in yuan.

What it knows of a part is what the editor knows (`catalogue/parts/table.py`); what nobody knows a word for is told as it stands.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from tongban.catalogue.aspects import ASPECTS
from tongban.catalogue.parts.inputs import Input
from tongban.catalogue.parts.table import PARTS
from tongban.kernel.text import Text
from tongban.rules.expression import compile_condition
from tongban.rules.facts import Vocabulary
from tongban.rules.faults import BadCondition
from tongban.rules.sentences import say_rule
from tongban.web.components.fields import write_yuan
from tongban.web.staff import rule_forms
from tongban.web.staff.item_words import NOTHING, say_lines, say_value
from tongban.web.staff.part_forms import KINDS, name_of

Json = Mapping[str, Any]
Inputs = Mapping[str, Input]

STEP = re.compile(r"(\w+)\[([^\]]*)\](?:\.(\w+))?")
WORKING_DAYS = re.compile(r"^(limits\.\w+|promise)\.days$")
GIVEN = {
    "insured_region": Text("参保地", "place where one is insured"), "treat_region": Text("就医地", "place of treatment"),
    "same_pooling_area": Text("两地属于同一统筹区", "both places share a pooling area"),
}  # fmt: skip
"""What is known before anything is asked; definitions name it without words."""
AMOUNT = Text("金额", "amount")
USED_IN = Input("situations", Text("适用情形", "situations"), "refs", of="situations")


def _condition(path: str) -> Input:
    return Input(path, Text("条件", "conditions"), "condition")


def _refs(path: str, of: str) -> Input:
    return Input(path, ASPECTS.get(path, Text(path, path)), "refs", of=of)


def _choice(path: str, options: Mapping[str, Text]) -> Input:
    return Input(path, ASPECTS.get(path, Text(path, path)), "choice", options)


BESIDE: dict[str, tuple[Input, ...]] = {
    "points": (
        _condition("conditions"), _choice("mode", rule_forms.MODES), _choice("on_false", rule_forms.ON_FALSE),
        _choice("on_unknown", rule_forms.ON_UNKNOWN), _refs("correct", "fields"), _refs("demand", "materials"), _refs("basis", "basis"),
    ),
    "screens": (_condition("when"), Input("answer", Text("结论", "end"), "ref", of="answers")),
    "questions": (Input("next", Text("去向", "leads to"), "target"),),
}  # fmt: skip
"""Parts with an editor of their own."""


class DefinitionWords:
    """Of one item. `documents`: its versions, at one place or several; whichever first knows a name is taken at its word."""

    def __init__(self, documents: Iterable[Json]) -> None:
        self.documents = tuple(documents)

    def label(self, path: str, label: Text) -> Text:
        """What a difference is about: the thing by its name, one of the item's own keys by what it is called."""
        list, id, rest = _split(path)
        if not id or rest:
            return ASPECTS.get(rest or path) or _TITLES.get(path, label)
        if label.zh != path:
            return label
        if list == "screens":
            answers = (one["answer"] for one in self._things("screens") if one["id"] == id)
            return self._name("answers", next(answers, id))
        return self._name(list, id)

    def lines(self, path: str, value: Any) -> list[Text]:
        """A line for each aspect; one for anything else."""
        inputs, prefix = _inputs_of(path)
        if not isinstance(value, dict) or not value or value.keys() == {"zh", "en"}:
            return [self._say(inputs, prefix, value)]
        return [_joined(self._aspect(inputs, prefix, name), self._say(inputs, _below(prefix, name), one)) for name, one in value.items()]  # fmt: skip

    def sources(self, path: str, value: Any) -> list[str]:
        """The conditions in it as they are written."""
        inputs, prefix = _inputs_of(path)
        if not isinstance(value, dict):
            return []
        found = [one for name, one in value.items() if _kind(inputs, _below(prefix, name)) == "condition"]
        return [source for one in found if one for source in ([one] if isinstance(one, str) else one)]

    def _aspect(self, inputs: Inputs, prefix: str, name: str) -> Text | None:
        if name == "value" and prefix in inputs:
            return None
        if name == "fen":
            return AMOUNT
        known = inputs.get(_below(prefix, name))
        return ASPECTS.get(name) or (known.label if known else Text(name, name))

    def _say(self, inputs: Inputs, name: str, value: Any) -> Text:
        known = inputs.get(name) or inputs.get(name.removesuffix(".value"))
        if value is None or value in ("", [], {}):
            return NOTHING
        if name.endswith("fen") and isinstance(value, int):
            return Text(f"{write_yuan(value)} 元", f"{write_yuan(value)} yuan")
        if WORKING_DAYS.search(name) and isinstance(value, int):
            return Text(f"{value} 个工作日", f"{value} working days") if value else Text("当场", "at once")
        if isinstance(value, list):
            return _several([self._say(inputs, name, one) for one in value])
        if isinstance(value, dict) and value.keys() != {"zh", "en"}:
            return self._say_group(inputs, name, known, value)
        match known.kind if known else "":
            case "condition":
                return self._sentence(str(value))
            case "choice" | "ticks":
                return known.options.get(value, say_value(value)) if known else say_value(value)
            case "ref" | "refs":
                return self._name(known.of if known else "", str(value))
            case _:
                return say_value(value)

    def _say_group(self, inputs: Inputs, name: str, known: Input | None, value: Json) -> Text:
        if (known and known.kind == "target") or name == "options.next":
            ((kind, id),) = value.items()
            said, to = KINDS[kind], self._name(f"{kind}s", id)
            return Text(f"{said.zh}{to.zh}", f"{said.en}{to.en}")
        shown = {key: one for key, one in value.items() if key != "id"}
        parts = [_joined(self._aspect(inputs, name, key), self._say(inputs, _below(name, key), one)) for key, one in shown.items()]  # fmt: skip
        return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))

    def _sentence(self, source: str) -> Text:
        for words, types in self._vocabularies:
            try:
                return say_rule(compile_condition(source, elements=types).tree, words)
            except BadCondition:
                continue
        return Text(source, source)

    @cached_property
    def _vocabularies(self) -> list[tuple[Vocabulary, dict[str, Any]]]:
        return [_vocabulary(document) for document in self.documents]

    def _name(self, list: str, id: str) -> Text:
        key = _key(list)
        for document in self.documents:
            for one in document.get(list, ()):
                if one.get(key) == id:
                    return name_of(document, list, one)
        return Text(id, id)

    def _things(self, list: str) -> Iterator[Json]:
        return (one for document in self.documents for one in document.get(list, ()))


def _vocabulary(document: Json) -> tuple[Vocabulary, dict[str, Any]]:
    elements = document["elements"]
    labels = {one["id"]: Text.from_json(one["label"]) for one in elements}
    values = {
        one["id"]: {each["id"]: Text.from_json(each["label"]) for each in one.get("values", ())} for one in elements
    }
    types = {one["id"]: one["type"] for one in (*document.get("given", ()), *elements)}
    return Vocabulary({**GIVEN, **labels}, values), types


def _split(path: str) -> tuple[str, str, str]:
    """`materials[household]`: the list, the id, and what stands below it."""
    found = STEP.fullmatch(path)
    return (found[1], found[2], found[3] or "") if found else (path, "", "")


def _inputs_of(path: str) -> tuple[Inputs, str]:
    """What the editor knows of it, and what its names begin with there."""
    list, id, rest = _split(path)
    if id:
        return _of_list(list), rest
    return _OWN, path


def _of_list(list: str) -> Inputs:
    known = next((part.inputs for part in PARTS.values() if part.list == list), ())
    rows = [replace(column, path=f"{one.path}.{column.path}") for one in known for column in one.columns]
    return {one.path: one for one in (*known, *rows, *BESIDE.get(list, ()), USED_IN)}


_OWN: Inputs = {one.path: one for part in PARTS.values() if not part.list for one in part.inputs}
_TITLES = {one.path: one.label for one in _OWN.values()} | {
    k: v for part in PARTS.values() for k, v in part.whole.items()
}


def _key(list: str) -> str:
    return next((part.key for part in PARTS.values() if part.list == list), "id")


def _kind(inputs: Inputs, name: str) -> str:
    return inputs[name].kind if name in inputs else ""


def _below(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _joined(name: Text | None, value: Text) -> Text:
    return Text(f"{name.zh}：{value.zh}", f"{name.en}: {value.en}") if name else value


def _several(parts: list[Text]) -> Text:
    """Sentences stand apart by more than a comma of their own."""
    long = any("，" in one.zh or "；" in one.zh for one in parts)
    zh, en = ("；", "; ") if long else ("、", ", ")
    return Text(zh.join(one.zh for one in parts), en.join(one.en for one in parts))


class PlainWords(DefinitionWords):
    """Of an item that was taken in: nothing in it refers to anything else."""

    def __init__(self) -> None:
        super().__init__(())

    def label(self, path: str, label: Text) -> Text:
        return ASPECTS.get(label.zh, label) if label.zh == path else label

    def lines(self, path: str, value: Any) -> list[Text]:
        return say_lines(value)
