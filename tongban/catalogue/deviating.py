"""An agreed standard and what a place declares beside it (标准与申明的差异). Pure.

A standard (标准) is a published definition that other places name in theirs, by region, version and hash; who names it has agreed to it with its own
signature. What a place does otherwise and burdens the person, or makes another service of it, it declares with its reason in its own layer:

    standard: {region: "370115", version: 5, definition: <hash>}
    deviations: [{path: "materials[household]", reason: {zh: …, en: …}}]

An older release reads past both keys.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.differences import Difference, find_differences, list_todos, read_declared
from tongban.catalogue.findings import Finding
from tongban.kernel.text import Text

Json = Mapping[str, Any]

UNDECLARED = Text("与标准不同而没有申明理由：{zh}", "departs from the standard and is not declared with a reason: {en}")
NO_DEVIATION = Text("申明了差异，但与标准并无不同", "declared as a deviation, and does not depart from the standard")
NOT_HELD = Text("所依的标准不在本节点，请先获取", "this node does not hold the standard that it names; fetch it first")
OTHER_ITEM = Text("所依的标准是另一事项的", "the standard that it names is of another item")
NOT_AS_NAMED = Text(
    "所依标准的地区或者版本与其内容标识不符", "region or version are not those of the definition that it names"
)
NO_STANDARD = Text("所依的标准自身又依另一标准", "the standard that it names follows another one itself")


@dataclass(frozen=True, slots=True)
class Standard:
    """Which definition a place follows; `definition` is its hash."""

    region: str
    version: int
    definition: str

    def as_json(self) -> dict[str, Any]:
        return {"region": self.region, "version": self.version, "definition": self.definition}


def read_standard(document: Json) -> Standard | None:
    """Of a checked document."""
    stated = document.get("standard")
    return Standard(stated["region"], stated["version"], stated["definition"]) if stated else None


def put_standard(
    document: Json, standard: Standard | None, reasons: Mapping[str, Text], *, layer: str
) -> dict[str, Any]:
    """The document following the standard, with a deviation for each path and reason; stated by the layer of the place."""
    bare = {name: value for name, value in document.items() if name not in ("standard", "deviations")}
    if standard is None:
        return bare
    stated: dict[str, Any] = {"standard": standard.as_json()}
    if reasons:
        stated["deviations"] = [{"path": path, "reason": reason.as_json()} for path, reason in sorted(reasons.items())]
    layers, origins = document.get("layers", []), document.get("origins", {})
    return {
        **bare, **stated, "layers": layers if layer in layers else [*layers, layer], "origins": {**origins, **dict.fromkeys(stated, layer)},
    }  # fmt: skip


def find_departures(document: Json, standard: Json) -> list[Difference]:
    """Whatever of the document is not as in the standard, harmless things too."""
    return find_differences({document["region"]: document}, standard=standard, agreed=True)


def find_deviation_faults(document: Json, standard: Json | None) -> list[Finding]:
    """An error for each deviation that is not declared. `standard`: the document it names, None where it is not held."""
    return list(_faults(document, standard))


def _faults(document: Json, standard: Json | None) -> Iterator[Finding]:
    named = read_standard(document)
    if named is None:
        return
    if standard is None:
        yield Finding("standard.definition", named.definition, NOT_HELD, "error")
        return
    if wrong := _wrong_standard(document, named, standard):
        yield Finding("standard", f"{named.region} {named.version}", wrong, "error")
        return
    departures = find_departures(document, standard)
    for todo in list_todos(departures):
        words = Text(UNDECLARED.zh.format(zh=todo.what.zh), UNDECLARED.en.format(en=todo.what.en))
        yield Finding(todo.path, None, words, "error")
    yield from _idle(document, departures)


def _wrong_standard(document: Json, named: Standard, standard: Json) -> Text | None:
    if standard["key"] != document["key"]:
        return OTHER_ITEM
    if (standard["region"], standard["version"]) != (named.region, named.version):
        return NOT_AS_NAMED
    return NO_STANDARD if "standard" in standard else None


def _idle(document: Json, departures: Iterable[Difference]) -> Iterator[Finding]:
    paths = {one.path for one in departures}
    for path in read_declared(document):
        if path not in paths:
            yield Finding(f"deviations[{path}]", None, NO_DEVIATION, "warning")
