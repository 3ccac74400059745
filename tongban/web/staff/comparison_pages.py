"""What the pages of comparisons say: each difference with what places say, those that say the same together."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tongban.catalogue.aspects import ASPECTS
from tongban.catalogue.comparing import Compared
from tongban.catalogue.differences import Difference
from tongban.catalogue.differing import Group
from tongban.catalogue.grading import Grade
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.regions import queries as regions
from tongban.web.staff.item_words import GROUPS, say_lines

GRADES: dict[Grade, tuple[Text, str]] = {
    "contradiction": (Text("矛盾", "contradiction"), "bad"), "stricter": (Text("严于标准", "stricter"), "warn"),
    "harmless": (Text("无碍", "harmless"), "good"),
}  # fmt: skip


def name_place(code: str) -> Text:
    """Its name; its code where this node does not know it."""
    try:
        return regions.spoken(regions.get_region(code).name)
    except Refused:
        return Text(code, code)


def name_places(codes: Iterable[str]) -> Text:
    names = [name_place(code) for code in codes]
    return Text("、".join(one.zh for one in names), ", ".join(one.en for one in names))


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
    found: Collection[Difference], *, only: Grade | None = None
) -> list[tuple[Text, list[dict[str, Any]]]]:
    """By what they are about, in the order of GROUPS. `only`: of this grade."""
    groups: dict[Group, list[dict[str, Any]]] = {}
    for one in found:
        if only in (None, one.grade):
            groups.setdefault(one.group, []).append(_say_difference(one))
    return [(GROUPS[group], groups[group]) for group in GROUPS if group in groups]


def _say_difference(one: Difference) -> dict[str, Any]:
    grade, colour = GRADES[one.grade]
    label = Text(one.label["zh"], one.label["en"]) if one.label else ASPECTS.get(one.path, Text(one.path, one.path))
    return {
        "label": label, "path": one.path, "grade": grade, "colour": colour, "standard": say_lines(_whole(one.standard, label)),
        "said": [_say_places(places, one, label) for places in _alike(one.places)],
    }  # fmt: skip


def _say_places(places: list[str], one: Difference, label: Text) -> dict[str, Any]:
    first = one.grades.get(places[0])
    grade, colour = GRADES[first] if first and first != "same" else (None, "")
    reasons = [(name_place(place), one.declared[place]) for place in places if place in one.declared]
    return {
        "places": name_places(places), "lines": say_lines(_whole(one.places[places[0]], label)), "grade": grade, "colour": colour,
        "reasons": reasons,
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
