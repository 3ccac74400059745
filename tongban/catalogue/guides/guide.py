"""One guide (办事指南): every situation with the answers that lead to it and its list of materials, as far as it is known beforehand. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tongban.catalogue import asking
from tongban.catalogue.asking import Wanted
from tongban.catalogue.definition import Definition, Limit, Situation
from tongban.catalogue.guides import wording
from tongban.catalogue.tree import Answer, Option, Question
from tongban.kernel.text import Text
from tongban.rules.facts import NOTHING, Value

NO_NAMES: Mapping[str, Text] = MappingProxyType({})
MOST_WAYS = 4
"""More ways to one situation are not told: the questions lead there."""
Way = tuple[Text, ...]
"""The answers one after the other."""


@dataclass(frozen=True, slots=True)
class MaterialGuide:
    """`how` it can be had. `issuing`: the name of the item that issues it. `template`: what is signed, where it is a pledge."""

    wanted: Wanted
    how: tuple[Text, ...]
    issuing: Text | None = None

    @property
    def template(self) -> Text | None:
        return self.wanted.material.template if "pledge" in self.wanted.material.ways else None


@dataclass(frozen=True, slots=True)
class SituationGuide:
    """`ways`: the answers that lead here. `questions`: how many the form asks at first. `more`: there are more ways than are told."""

    situation: Situation
    promise: Limit
    ways: tuple[Way, ...]
    more: bool
    questions: int
    materials: tuple[MaterialGuide, ...]


@dataclass(frozen=True, slots=True)
class EndGuide:
    """An end of the questions without a case."""

    answer: Answer
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    definition: Definition
    mode: str
    situations: tuple[SituationGuide, ...]
    ends: tuple[EndGuide, ...]
    limits: tuple[wording.Said, ...]


def write_guide(
    definition: Definition,
    mode: str,
    *,
    known: Mapping[str, Value] = NOTHING,
    issuing: Mapping[str, Text] = NO_NAMES,
) -> Guide:
    """`known`: what no form asks and is known before anybody begins, e.g. `today`. `issuing`: the names of the items that issue its papers."""
    ways = find_ways(definition)
    return Guide(
        definition, mode,
        tuple(_situation(definition, one, ways, mode, known, issuing) for one in definition.situations.values()),
        tuple(EndGuide(one, tuple(ways.get(("answer", id), ()))) for id, one in definition.answers.items()),
        wording.list_limits(definition),
    )  # fmt: skip


def list_issuing(definition: Definition) -> set[str]:
    """The keys of the items that issue papers of this one."""
    found = {material.issued_by for one in definition.situations.values() for material in one.materials}
    return found - {""}


def find_ways(definition: Definition) -> dict[tuple[str, str], list[Way]]:
    """Where the questions lead, kind and id, and by which answers."""
    found: dict[tuple[str, str], list[Way]] = {}
    for option, way in _walk(definition, definition.tree.questions[definition.tree.first], ()):
        found.setdefault((option.kind, option.leads_to), []).append(way)
    return found


def _walk(definition: Definition, question: Question, before: Way) -> Iterator[tuple[Option, Way]]:
    for option in question.options:
        way = (*before, option.label)
        if option.kind == "question":
            yield from _walk(definition, definition.tree.questions[option.leads_to], way)
        else:
            yield option, way


def _situation(
    definition: Definition,
    situation: Situation,
    ways: Mapping[tuple[str, str], list[Way]],
    mode: str,
    known: Mapping[str, Value],
    issuing: Mapping[str, Text],
) -> SituationGuide:
    leading = ways.get(("situation", situation.id), [])
    wanted = asking.list_wanted(definition, situation.id, {}, known=known)
    return SituationGuide(
        situation=situation,
        promise=definition.promise(situation.id),
        ways=tuple(leading[:MOST_WAYS]),
        more=len(leading) > MOST_WAYS,
        questions=len(asking.list_asked(definition, situation.id, {}, known=known)),
        materials=tuple(_material(one, mode, issuing) for one in wanted),
    )


def _material(wanted: Wanted, mode: str, issuing: Mapping[str, Text]) -> MaterialGuide:
    return MaterialGuide(wanted, wording.list_how(wanted, mode), issuing.get(wanted.material.issued_by))
