"""What the pages of comparisons say: each difference with what places say, those that say the same together."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tongban.catalogue.comparing import Compared
from tongban.catalogue.differences import Difference
from tongban.catalogue.differing import Group
from tongban.catalogue.grading import Grade
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.regions import queries as regions
from tongban.web.components.places import grouped
from tongban.web.staff.definition_words import DefinitionWords
from tongban.web.staff.item_words import GROUPS

GRADES: dict[Grade, tuple[Text, str]] = {
    "contradiction": (Text("矛盾", "contradiction"), "bad"), "stricter": (Text("严于标准", "stricter"), "warn"),
    "harmless": (Text("无碍", "harmless"), "good"),
}  # fmt: skip
STANDARD = Text("标准", "Standard")


def name_place(code: str) -> Text:
    """Its name; its code where this node does not know it."""
    try:
        return regions.spoken(regions.get_region(code).name)
    except Refused:
        return Text(code, code)


def name_places(codes: Iterable[str]) -> Text:
    names = [name_place(code) for code in codes]
    return Text("、".join(one.zh for one in names), ", ".join(one.en for one in names))


def choose_places(codes: Iterable[str], chosen: Collection[str]) -> list[dict[str, Any]]:
    """By city: the name of the city, then each place with its code and whether it is chosen."""
    return [
        {
            "city": regions.spoken(group.name),
            "places": [(code, regions.spoken(name), code in chosen) for code, name in group.places],
        }
        for group in grouped(_known(codes))
    ]


def _known(codes: Iterable[str]) -> list[str]:
    """A peer may publish for a place that this node does not know yet."""
    return [code for code in codes if _is_known(code)]


def _is_known(code: str) -> bool:
    try:
        regions.get_region(code)
    except regions.UnknownRegion:
        return False
    return True


def say_item(one: Compared) -> dict[str, Any]:
    """A line of the list of items."""
    counts = [(*GRADES[grade], number) for grade, number in one.count().items() if number]
    return {
        "compared": one, "counts": counts, "places": name_places(one.places), "standard": say_standard(one),
        "astray": name_places(one.astray), "open": len(one.todos), "query": ",".join(one.places),
    }  # fmt: skip


def say_standard(one: Compared) -> Text | None:
    if one.standard is None:
        return None
    place, version = name_place(one.standard.region), one.standard.version
    return Text(f"{place.zh}第{version}版", f"version {version} of {place.en}")


def say_differences(
    found: Collection[Difference], words: DefinitionWords, *, only: Grade | None = None
) -> list[tuple[Text, list[dict[str, Any]]]]:
    """By what they are about, in the order of GROUPS. `only`: of this grade."""
    groups: dict[Group, list[dict[str, Any]]] = {}
    for one in found:
        if only in (None, one.grade):
            groups.setdefault(one.group, []).append(_say_difference(one, words))
    return [(GROUPS[group], groups[group]) for group in GROUPS if group in groups]


def _say_difference(one: Difference, words: DefinitionWords) -> dict[str, Any]:
    """`sources`: the conditions as they are written, with who says so."""
    grade, colour = GRADES[one.grade]
    called = Text(one.label["zh"], one.label["en"]) if one.label else Text(one.path, one.path)
    sides = [(STANDARD, one.standard), *((name_places(places), one.places[places[0]]) for places in _alike(one.places))]
    return {
        "label": words.label(one.path, called), "path": one.path, "grade": grade, "colour": colour,
        "standard": words.lines(one.path, _whole(one.standard, called)),
        "said": [_say_places(places, one, words, called) for places in _alike(one.places)],
        "sources": [(who, source) for who, value in sides for source in words.sources(one.path, value)],
    }  # fmt: skip


def _say_places(places: list[str], one: Difference, words: DefinitionWords, called: Text) -> dict[str, Any]:
    first = one.grades.get(places[0])
    grade, colour = GRADES[first] if first and first != "same" else (None, "")
    reasons = [(name_place(place), one.declared[place]) for place in places if place in one.declared]
    return {
        "places": name_places(places), "lines": words.lines(one.path, _whole(one.places[places[0]], called)), "grade": grade,
        "colour": colour, "reasons": reasons,
    }  # fmt: skip


def _whole(value: Any, label: Text) -> Any:
    """A thing that one has and the other has not is told by its name; the finder gives only the Chinese one."""
    return label.as_json() if isinstance(value, str) and value == label.zh else value


def _alike(places: Mapping[str, Any]) -> list[list[str]]:
    """Places that say the same, together."""
    found: list[tuple[Any, list[str]]] = []
    for place, value in places.items():
        same = next((codes for said, codes in found if said == value), None)
        if same is None:
            found.append((value, [place]))
        else:
            same.append(place)
    return [codes for _, codes in found]
