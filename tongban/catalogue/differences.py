"""The difference finder (差异核对): for one item, or all items of an agreement, what is not the same at every place, how grave it is, who must act.

Pure: documents in, differences out. `differing.py` takes a definition apart, `grading.py` says how much a difference matters.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tongban.catalogue.aspects import ASPECTS
from tongban.catalogue.differing import Group, Json, Thing, take_apart
from tongban.catalogue.grading import WEIGHTS, Grade, grade
from tongban.kernel.text import Text
from tongban.rules.facts import NOTHING

MORE = Text("有，标准没有", "has it, the standard does not")
LESS = Text("没有，标准有", "has it not, the standard has")
OTHERWISE = Text("与标准不同：{aspects}", "not as the standard: {aspects}")


@dataclass(frozen=True, slots=True)
class Difference:
    """`places`: what each says, None where it does not have the thing; only the aspects that differ. `grades` of those that differ from the standard.

    `declared`: the reason a place gave for its deviation (declared deviation, 申明的差异).
    """

    item: str
    path: str
    group: Group
    label: Json
    grade: Grade
    standard: Any
    places: Mapping[str, Any]
    grades: Mapping[str, Grade]
    declared: Mapping[str, Text] = field(default_factory=lambda: NOTHING)

    def say(self, place: str) -> Text:
        """In a sentence how a place differs."""
        mine = self.places[place]
        if mine is None or self.standard is None:
            return LESS if mine is None else MORE
        words = [ASPECTS.get(name, Text(name, name)) for name in mine]
        zh, en = "、".join(one.zh for one in words), ", ".join(one.en for one in words)
        return Text(OTHERWISE.zh.format(aspects=zh), OTHERWISE.en.format(aspects=en))

    def as_json(self) -> dict[str, Any]:
        names = ("item", "path", "group", "grade", "standard")
        maps = {name: dict(getattr(self, name)) for name in ("label", "places", "grades")}
        declared = {place: reason.as_json() for place, reason in self.declared.items()}
        return {**{name: getattr(self, name) for name in names}, **maps, "declared": declared}


@dataclass(frozen=True, slots=True)
class Todo:
    """What the liaison officer (联络员) of a place has to settle: come back to the standard, or declare the deviation with its reason."""

    place: str
    item: str
    path: str
    grade: Grade
    what: Text


Declared = Mapping[tuple[str, str, str], Text]
"""(place, item, path) → reason, beside what the documents declare themselves."""
NONE_DECLARED: Declared = MappingProxyType({})


def find_differences(
    places: Mapping[str, Json],
    *,
    standard: Json,
    agreed: bool = False,
    item: str = "",
    declared: Declared = NONE_DECLARED,
) -> list[Difference]:
    """Of one item. Without an `agreed` standard it only serves for grading: what all places say alike is then no difference."""
    item = item or str(standard.get("key", ""))
    base = take_apart(standard, shared=_situations(standard))
    own = {(place, item, path): why for place, each in places.items() for path, why in read_declared(each).items()}
    own.update(declared)
    sides = _sides(places, standard)
    paths = dict.fromkeys(path for things in (base, *(mine for _, mine in sides.values())) for path in things)
    found = [
        _difference(item, path, base.get(path), {place: (their.get(path), mine.get(path)) for place, (their, mine) in sides.items()}, own)
        for path in paths
    ]  # fmt: skip
    return [one for one in found if one is not None and (agreed or len(places) == 1 or _not_alike(one))]


Things = Mapping[str, Thing]


def _sides(places: Mapping[str, Json], standard: Json) -> dict[str, tuple[Things, Things]]:
    """Each place beside the standard, in the situations that these two have: one that a third place lacks hides nothing."""
    own, bases = _situations(standard), dict[frozenset[str], Things]()
    sides: dict[str, tuple[Things, Things]] = {}
    for place, document in places.items():
        shared = own & _situations(document)
        if shared not in bases:
            bases[shared] = take_apart(standard, shared=shared)
        sides[place] = bases[shared], take_apart(document, shared=shared)
    return sides


def _situations(document: Json) -> frozenset[str]:
    return frozenset(one["id"] for one in document.get("situations", ()))


def read_declared(document: Json) -> dict[str, Text]:
    """Path → reason of what a place declares to do otherwise than the standard."""
    return {one["path"]: Text.from_json(one["reason"]) for one in document.get("deviations", ())}


def find_agreement_differences(
    items: Mapping[str, Mapping[str, Json]],
    *,
    standards: Mapping[str, Json],
    agreed: bool = False,
    declared: Declared = NONE_DECLARED,
) -> list[Difference]:
    """Of every item of an agreement: item → place → document."""
    return [
        one
        for item, places in items.items()
        for one in find_differences(places, standard=standards[item], agreed=agreed, item=item, declared=declared)
    ]


def list_todos(differences: list[Difference]) -> list[Todo]:
    """By place, the gravest first. What is harmless or declared with a reason is nobody's task."""
    todos = [todo for difference in differences for todo in _todos(difference)]
    return sorted(todos, key=lambda todo: (todo.place, -WEIGHTS[todo.grade], todo.item, todo.path))


def _todos(difference: Difference) -> Iterator[Todo]:
    for place, each in difference.grades.items():
        if WEIGHTS[each] >= WEIGHTS["stricter"] and place not in difference.declared:
            yield Todo(place, difference.item, difference.path, each, difference.say(place))


def _difference(
    item: str, path: str, base: Thing | None, sides: Mapping[str, tuple[Thing | None, Thing | None]], declared: Declared
) -> Difference | None:
    graded = {place: grade(their, thing) for place, (their, thing) in sides.items()}
    mine = {place: thing for place, (_, thing) in sides.items()}
    grades = {place: each for place, (each, _) in graded.items() if each != "same"}
    if not grades:
        return None
    thing = next(one for one in (base, *mine.values()) if one is not None)
    aspects = {aspect for _, names in graded.values() for aspect in names}
    reasons = {place: declared[place, item, path] for place in grades if (place, item, path) in declared}
    return Difference(
        item=item, path=path, group=thing.group, label=thing.label, grade=max(grades.values(), key=WEIGHTS.__getitem__),
        standard=_shown(base, aspects), places={place: _shown(one, aspects) for place, one in mine.items()}, grades=grades, declared=reasons,
    )  # fmt: skip


def _shown(thing: Thing | None, aspects: set[str]) -> Any:
    if thing is None:
        return None
    if not aspects:
        return thing.label.get("zh") or dict(thing.aspects)
    return {name: thing.aspects.get(name) for name in sorted(aspects)}


def _not_alike(difference: Difference) -> bool:
    values = list(difference.places.values())
    return any(value != values[0] for value in values)
