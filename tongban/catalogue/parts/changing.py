"""A copy of a document in which one part is otherwise. Pure; that the copy is sound is looked at by whoever keeps it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tongban.catalogue.parts.inputs import Json, Part


def put(document: Json, part: Part, item: Json, *, situations: Collection[str] | None, layer: str) -> dict[str, Any]:
    """The thing in place of the one of its id, or behind the others; used by these situations and no other, where they are given."""
    if not part.list:
        changed = dict(item)
    else:
        id, things = item[part.key], list(document.get(part.list, []))
        known = part.find(document, id) is not None
        things = [item if one[part.key] == id else one for one in things] if known else [*things, item]
        changed = {**document, part.list: things}
        if situations is not None and part.used:
            changed = use(changed, part.used, id, situations)
    return state(document, changed, layer)


NEVER_EMPTY = frozenset({"contacts", "deviations"})
"""Lists that are there with something in them or not at all."""


def drop(document: Json, part: Part, id: str, *, layer: str) -> dict[str, Any]:
    """Without this thing, and no situation uses it. An optional list that is empty now is left out."""
    left = [one for one in document.get(part.list, []) if one[part.key] != id]
    changed = {**document, part.list: left}
    if not left and part.list in NEVER_EMPTY:
        del changed[part.list]
    return state(document, use(changed, part.used, id, ()) if part.used else changed, layer)


def move(document: Json, part: Part, id: str, by: int, *, layer: str) -> dict[str, Any]:
    """One place up (-1) or down (1) among its like."""
    things = list(document.get(part.list, []))
    place = next((number for number, one in enumerate(things) if one[part.key] == id), None)
    if place is not None and 0 <= place + by < len(things):
        things[place], things[place + by] = things[place + by], things[place]
    return state(document, {**document, part.list: things}, layer)


def use(document: Json, key: str, id: str, situations: Collection[str]) -> dict[str, Any]:
    """Named under `key` by these situations and no other; where it stands already it keeps its place."""

    def of(one: Json) -> list[str]:
        named: list[str] = one[key]
        if one["id"] in situations:
            return named if id in named else [*named, id]
        return [other for other in named if other != id]

    return {**document, "situations": [{**one, key: of(one)} for one in document["situations"]]}


def list_users(document: Json, part: Part, id: str) -> tuple[str, ...]:
    """The situations that name it."""
    return tuple(one["id"] for one in document["situations"] if part.used and id in one[part.used])


def state(before: Json, after: Json, layer: str) -> dict[str, Any]:
    """Who stated what is otherwise now: `layer`. Where nothing is, nothing is stated."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = [path for path, value in new.items() if path not in old or old[path] != value]
    paths += [path for path in old if path not in new]
    if not paths:
        return dict(before)
    layers = before.get("layers", [])
    return {
        **after,
        "layers": layers if layer in layers else [*layers, layer],
        "origins": {**before.get("origins", {}), **dict.fromkeys(paths, layer)},
    }


NEVER_STATED = frozenset({"layers", "origins"})


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Path → value, as origins name it: lists of things by their ids, every other list as a whole."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            if path or key not in NEVER_STATED:
                yield from _leaves(one, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) and "id" in one for one in value):
        yield f"{path}[]", [one["id"] for one in value]
        for one in value:
            yield from _leaves({key: part for key, part in one.items() if key != "id"}, f"{path}[{one['id']}]")
    else:
        yield path, value
