"""Which parts of a draft are otherwise than what is published: things by their ids, the item's own keys by their part. Pure."""

from collections.abc import Mapping
from typing import Literal

from tongban.catalogue.parts.inputs import Json, Part
from tongban.catalogue.parts.table import PARTS

Change = Literal["new", "changed", "gone"]
LISTS = {
    **{part.list: part.key for part in PARTS.values() if part.list}, "points": "id", "screens": "id", "given": "id",
}  # fmt: skip
NO_CONTENT = frozenset({"layers", "origins", "version", "valid_from"})
ORDER = ""
"""In the place of an id: only the order of the things is another."""


def list_part_changes(before: Json, after: Json) -> dict[tuple[str, str], Change]:
    """(part, id) → what became of it; id is empty for the item's own keys and for another order."""
    found: dict[tuple[str, str], Change] = {}
    for name, key in LISTS.items():
        old, new = ({one[key]: one for one in document.get(name, [])} for document in (before, after))
        for id, thing in new.items():
            if thing != old.get(id):
                found[name, id] = "changed" if id in old else "new"
        found |= {(name, id): "gone" for id in old if id not in new}
        if [id for id in old if id in new] != [id for id in new if id in old]:
            found[name, ORDER] = "changed"
    return found | _own(before, after)


def _own(before: Json, after: Json) -> dict[tuple[str, str], Change]:
    keys = [key for key in {**before, **after} if key not in LISTS and key not in NO_CONTENT]
    return {(part_of(key), ORDER): "changed" for key in keys if before.get(key) != after.get(key)}


def part_of(key: str) -> str:
    """The part whose form shows a key of the item; the key itself where none does."""
    return next((part.id for part in PARTS.values() if not part.list and key in _keys(part)), key)


def _keys(part: Part) -> set[str]:
    return {one.path.partition(".")[0] for one in part.inputs}


def count_by_part(changes: Mapping[tuple[str, str], Change]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for part, _ in changes:
        counted[part] = counted.get(part, 0) + 1
    return counted
