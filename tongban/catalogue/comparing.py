"""Comparing what places publish now (事项核对): one item at several places, or all items of an agreement. For pages, API and tables.

The standard is the one that most of the places follow. Where none of them follows any, the national layer of this release serves for
grading, else what the first place says; then only what is not alike at all of them is told.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from tongban.catalogue.deviating import Standard
from tongban.catalogue.differences import Difference, Todo, find_differences, list_todos
from tongban.catalogue.documents import Held, InForce, name_in_force, read_document, read_held
from tongban.catalogue.grading import Grade
from tongban.catalogue.layers import NATIONAL, SERVICES, list_items, merge, read_layer
from tongban.catalogue.standards import name_standard
from tongban.kernel.text import Text

KEPT = 4096
"""Comparisons a process keeps: what places publish changes seldom, and each is small beside the documents."""


@dataclass(frozen=True, slots=True)
class Compared:
    """An item at the places that publish it. `standard`: the agreed one; `astray`: places that follow another standard, or none while others do."""

    key: str
    item: str
    name: Text
    places: tuple[str, ...]
    standard: Standard | None
    astray: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def todos(self) -> list[Todo]:
        return list_todos(list(self.differences))

    def count(self) -> dict[Grade, int]:
        """Differences by grade, the gravest first."""
        grades: tuple[Grade, ...] = ("contradiction", "stricter", "harmless")
        return {grade: sum(one.grade == grade for one in self.differences) for grade in grades}

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key, "item": self.item, "name": self.name.as_json(), "places": list(self.places),
            "standard": self.standard.as_json() if self.standard else None, "astray": list(self.astray),
            "differences": [one.as_json() for one in self.differences],
        }  # fmt: skip


def compare_items(
    *, on: date, places: Collection[str], keys: Collection[str] = (), items: Collection[str] = ()
) -> list[Compared]:
    """Each item that at least two of the places have in force on a legal day; of all items where neither keys nor codes are named."""
    named = name_in_force(on=on, keys=keys, items=items, regions=places)
    groups = (tuple(group) for _, group in groupby(named, key=lambda one: one.key))
    return [_compare(group) for group in groups if len(group) > 1]


@lru_cache(maxsize=KEPT)
def _compare(named: tuple[InForce, ...]) -> Compared:
    """Content never changes under its hash, so what was found of these versions stays true."""
    held = list(read_held(named))
    agreed = name_standard(one.standard for one in held)
    standard = read_document(agreed.definition) if agreed else None
    documents = {one.region: one.document for one in held}
    found = find_differences(
        documents, standard=standard or _grading_base(held), agreed=standard is not None, item=held[0].key
    )
    return Compared(
        key=held[0].key, item=held[0].item, name=Text.from_json(held[0].document["name"]), places=tuple(documents),
        standard=agreed, astray=tuple(_astray(held, agreed)), differences=tuple(found),
    )  # fmt: skip


def _astray(held: Sequence[Held], agreed: Standard | None) -> Iterator[str]:
    """The place whose version is the standard follows it without saying so."""
    return (one.region for one in held if agreed and one.standard != agreed and one.hash != agreed.definition)


def _grading_base(held: Sequence[Held]) -> Mapping[str, Any]:
    key = held[0].key
    return _national(key) if key in list_items() else held[0].document


@lru_cache(maxsize=64)
def _national(key: str) -> Mapping[str, Any]:
    return merge([read_layer(SERVICES / key / f"{NATIONAL}.yaml")])


def list_all_todos(compared: Collection[Compared]) -> list[Todo]:
    """Of all items, by place, the gravest first."""
    return list_todos([one for each in compared for one in each.differences])


def forget() -> None:
    """What this process keeps of comparisons."""
    _compare.cache_clear()
