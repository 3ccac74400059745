"""A definition taken apart for comparison: each thing that may differ between places by itself, under its path, with its aspects.

Marks (`verified`, `cited`), versions and the office's own name are no differences. What only supports another thing (the elements of an added point,
the answer of an added screen) is told with that thing and not again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

Json = Mapping[str, Any]
Group = Literal[
    "identity", "conditions", "materials", "limits", "fees", "visits", "rules", "form", "way", "contact", "other"
]

MARKS = {"verified", "cited"}
IGNORED = {
    "schema",
    "key",
    "region",
    "layers",
    "origins",
    "version",
    "valid_from",
    "department",
    "given",
    "groups",
    "limits",
    "handling",
    "situations",
    "standing",
    "standard",
    "deviations",
}
"""Not looked at, or looked at as part of something else."""
COLLECTIONS: dict[str, Group] = {
    "materials": "materials", "points": "rules", "checks": "conditions", "screens": "conditions", "fields": "form", "elements": "form",
    "sources": "form", "questions": "way", "answers": "way", "modes": "visits", "contacts": "contact", "remedies": "other", "papers": "other",
    "basis": "other",
}  # fmt: skip
ASKED = ("materials", "points", "fields")
"""What a situation asks for by its lists of ids."""
SUPPORTING = {"elements", "sources", "answers", "basis"}
"""Added or gone only together with what uses them."""
SINGLE: dict[str, Group] = {
    "kind": "identity", "item_type": "identity", "name": "identity", "code": "identity", "result": "identity", "effect": "identity",
    "fee": "fees", "audience": "conditions", "scope": "conditions", "data": "form",
}  # fmt: skip
DEFAULTS: dict[str, Any] = {
    "mode": "all",
    "at_least": 1,
    "on_false": "refer",
    "on_unknown": "refer",
    "main": True,
    "precheck": False,
}


@dataclass(frozen=True, eq=False)
class Thing:
    """`raw` as the document states it; `asked_in` the situations that ask for it; `kind` is its collection."""

    group: Group
    kind: str
    raw: Any
    asked_in: tuple[str, ...] = ()

    def is_like(self, other: "Thing") -> bool:
        return self.asked_in == other.asked_in and bool(self.raw == other.raw)

    @cached_property
    def aspects(self) -> Json:
        """What can differ, without marks and without what is the default."""
        bare = _bare(self.raw)
        if not isinstance(bare, dict) or _is_text(bare):
            return {"value": bare}
        left_out = {"id", "element", *((*ASKED, "promise") if self.kind == "situations" else ())}
        stated = {
            key: value for key, value in bare.items() if key not in left_out and DEFAULTS.get(key, _NONE) != value
        }
        return {**stated, "situations": list(self.asked_in)} if self.kind in ASKED else stated

    @property
    def label(self) -> Json:
        """In Chinese and English, where it has one."""
        return _text(self.raw)


def take_apart(document: Json, *, shared: Collection[str]) -> dict[str, Thing]:
    """Path → thing. What a situation asks for is compared in the `shared` situations, those that every place has."""
    return dict([*_singles(document), *_limits(document), *_situations(document), *_collections(document, shared)])


def _singles(document: Json) -> Iterator[tuple[str, Thing]]:
    for key, value in document.items():
        if key not in IGNORED and key not in COLLECTIONS:
            yield key, Thing(SINGLE.get(key, "other"), key, value)


def _limits(document: Json) -> Iterator[tuple[str, Thing]]:
    for name, limit in document.get("limits", {}).items():
        yield f"limits.{name}", Thing("limits", f"limits.{name}", limit)


def _situations(document: Json) -> Iterator[tuple[str, Thing]]:
    for situation in document.get("situations", ()):
        path = f"situations[{situation['id']}]"
        yield path, Thing("way", "situations", situation)
        if "promise" in situation:
            yield f"{path}.promise", Thing("limits", "limits.promise", situation["promise"])


def _collections(document: Json, shared: Collection[str]) -> Iterator[tuple[str, Thing]]:
    for name, group in COLLECTIONS.items():
        asked = _asked(document, name) if name in ASKED else {}
        for item in document.get(name, ()):
            id = item.get("id", item.get("element"))
            mine = tuple(one for one in asked.get(id, ()) if one in shared)
            # Asked for in no situation that every place has: told with that situation; asked for nowhere: nobody meets it.
            if mine or name not in ASKED:
                yield f"{name}[{id}]", Thing(group, name, item, mine)


def _asked(document: Json, name: str) -> dict[str, list[str]]:
    """Id → the situations that ask for it."""
    found: dict[str, list[str]] = {}
    for situation in document.get("situations", ()):
        for id in situation.get(name, ()):
            found.setdefault(id, []).append(situation["id"])
    return {id: sorted(situations) for id, situations in found.items()}


_NONE = object()


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items() if key not in MARKS}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _text(value: Any) -> Json:
    if _is_text(value):
        return dict(value)
    if not isinstance(value, dict):
        return {}
    return next((dict(value[key]) for key in ("name", "label", "text", "title") if _is_text(value.get(key))), {})


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"zh", "en"}
