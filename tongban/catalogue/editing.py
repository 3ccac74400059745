"""Changing a review point of a document (改要点): a copy in which one point is otherwise, and what is wrong with it, place by place. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tongban.catalogue.checks import find_faults
from tongban.catalogue.publishing import find_gaps, find_rule_set_faults
from tongban.catalogue.reading import build_definition
from tongban.kernel.text import Text
from tongban.rules.expression import compile_condition
from tongban.rules.faults import BadCondition

Json = Mapping[str, Any]
Change = Literal["new", "changed", "gone"]

CONDITION = re.compile(r"conditions\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class PointFault:
    """`part` is the key of the point that is at fault, or `situations`; of `conditions`, `condition` is its number and `at` the place in it.

    What does not `block` may stay in a draft and is not published.
    """

    part: str
    text: Text
    condition: int | None = None
    at: int = 0
    blocks: bool = True


def find_point(document: Json, id: str) -> Json | None:
    return next((point for point in document["points"] if point["id"] == id), None)


def list_situations(document: Json, id: str) -> tuple[str, ...]:
    """The situations that use a point."""
    return tuple(one["id"] for one in document["situations"] if id in one["points"])


def put_point(document: Json, point: Json, *, situations: Collection[str], layer: str) -> dict[str, Any]:
    """The point in place of the one of its id, or behind the others; used by these situations and no other. `layer` is who states it."""
    id, before = point["id"], find_point(document, point["id"])
    points = [point if one["id"] == id else one for one in document["points"]]
    changed = {**document, "points": points if before else [*points, point]}
    keys = [key for key in point if key != "id" and (before or {}).get(key) != point[key]]
    return _stated(_used_by(changed, id, situations), [f"points[{id}].{key}" for key in keys], layer)


def drop_point(document: Json, id: str, *, layer: str) -> dict[str, Any]:
    points = [one for one in document["points"] if one["id"] != id]
    return _stated(_used_by({**document, "points": points}, id, ()), [f"points[{id}]"], layer)


def _used_by(document: Json, id: str, situations: Collection[str]) -> dict[str, Any]:
    def of(one: Json) -> list[str]:
        points: list[str] = one["points"]
        if one["id"] in situations:
            return points if id in points else [*points, id]
        return [other for other in points if other != id]

    return {**document, "situations": [{**one, "points": of(one)} for one in document["situations"]]}


def _stated(document: Json, paths: Iterable[str], layer: str) -> dict[str, Any]:
    layers, origins = document.get("layers", []), document.get("origins", {})
    return {
        **document,
        "layers": layers if layer in layers else [*layers, layer],
        "origins": {**origins, **dict.fromkeys(paths, layer)},
    }


def list_changes(before: Json, after: Json) -> dict[str, Change]:
    """Which points are otherwise, in their content or in the situations that use them."""
    old, new = _points(before), _points(after)
    found: dict[str, Change] = {id: "changed" if id in old else "new" for id in new if new[id] != old.get(id)}
    return found | {id: "gone" for id in old if id not in new}


def _points(document: Json) -> dict[str, tuple[Json, tuple[str, ...]]]:
    return {point["id"]: (point, list_situations(document, point["id"])) for point in document["points"]}


def find_point_faults(document: Json, id: str) -> list[PointFault]:
    """Everything that is wrong because of this point. Sense is looked at once nothing blocks."""
    point = find_point(document, id)
    conditions = list(_of_conditions(point or {}, document))
    return conditions or list(_of_document(document, id)) or list(_of_rules(document, id))


def _of_conditions(point: Json, document: Json) -> Iterator[PointFault]:
    types = {element["id"]: element["type"] for element in document["elements"]}
    for number, source in enumerate(point.get("conditions", [])):
        try:
            compile_condition(source, elements=types)
        except BadCondition as error:
            yield PointFault("conditions", error.reason, number, error.at)


def _of_document(document: Json, id: str) -> Iterator[PointFault]:
    own = f"points[{id}]"
    for fault in find_faults(document) or find_gaps(document):
        if not fault.path.startswith(own):
            part = "situations" if fault.path.startswith("situations") else "id"
            yield PointFault(part, Text(f"{fault.path}：{fault.text.zh}", f"{fault.path}: {fault.text.en}"))
            continue
        path = fault.path.removeprefix(own).lstrip(".")
        number = CONDITION.match(path)
        part = re.split(r"[.\[]", path)[0] or "id"
        yield PointFault(part, fault.text, int(number[1]) if number else None)


def _of_rules(document: Json, id: str) -> Iterator[PointFault]:
    for fault in find_rule_set_faults(build_definition(document, hash="")):
        if fault.point == id or f"“{id}”" in fault.text.zh:
            yield PointFault("conditions", fault.text, fault.condition, fault.at, blocks=False)
