"""One walk through a form (see `asking.py`): question by question, which of them can still matter. Plain Python."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tongban.catalogue.definition import Definition, Field, Source
from tongban.kernel.text import Text
from tongban.rules.domains import find_domains
from tongban.rules.expression import Condition, fitting
from tongban.rules.facts import NOTHING, Fact, Value, Vocabulary, fits
from tongban.rules.points import Point, RuleSet
from tongban.rules.questions import can_matter

RESULT = "platform"
"""Among the recipients of a field: the answer stands in the result."""
PLAIN = ("text", "date", "region", "choice", "money")
"""Widgets that can be left empty; the others are ticked or not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. `points` still turn on it; `required`: an answer must be given; `spared`: a register that is asked anyway knows it better."""

    field: Field
    points: tuple[Point, ...]
    required: bool
    spared: Source | None = None


class FormWalk:
    """`told`: the answers so far; `open`: questions asked so far that have none."""

    def __init__(self, definition: Definition, situation: str, known: Mapping[str, Value]) -> None:
        self.definition = definition
        self.points = definition.rule_set(situation).points
        self.waivers = tuple(list_waivers(definition, situation))
        self.told: dict[str, Value] = dict(known)
        self.open: set[str] = set()

    def ask(self, field: Field, answer: Value | None) -> Asked | None:
        names = {field.id} | opened_by(self.definition, field.id)
        points = tuple(point for point in self.points if any(self._turns(one, names) for one in self._left(point)))
        waives = any(self._turns(waiver, names) for waiver in self.waivers)
        if not (points or waives or self._has_another_purpose(field, names)):
            return None
        spared = None if waives else self._spared(field)
        asked = Asked(field, points, self._is_required(field, points, spared), spared)
        if answer is not None and _is_usable(field, answer):
            self.told[field.id] = answer
        elif asked.required or field.widget not in PLAIN:
            # Nothing waits for what may stay empty.
            self.open.add(field.id)
        return asked

    def _left(self, point: Point) -> tuple[Condition, ...]:
        """The conditions of a point that is not fulfilled yet."""
        types = {name: type for condition in point.conditions for name, type in condition.types.items()}
        return () if point.decide(fitting(self.told, types)) is True else point.conditions

    def _turns(self, condition: Condition, names: set[str]) -> bool:
        """Can the condition turn on one of these, whatever the open questions before are answered?"""
        if not names & set(condition.reads) or not names & matters(condition, self.told):
            return False
        before = self.open & set(condition.reads) - names
        values = find_domains([condition.tree]).values if before else NOTHING
        return all(
            names & matters(condition, {**self.told, earlier: value}) for earlier in before for value in values[earlier]
        )

    def _has_another_purpose(self, field: Field, names: set[str]) -> bool:
        if field.use is None or RESULT in field.use.recipients or self._is_told(field):
            return True
        read = {name for point in self.points for name in point.reads}
        read |= {name for waiver in self.waivers for name in waiver.reads}
        return not names & read

    def _is_told(self, field: Field) -> bool:
        """Does a register need it to find what it is asked for?"""
        return any(field.id in source.told for source in self.definition.sources.values())

    def _spared(self, field: Field) -> Source | None:
        """The best register that is asked for this anyway; never for what stands in the result."""
        if field.use is None or RESULT in field.use.recipients or self._is_told(field):
            return None
        ranked = field.element.sources
        better = ranked[: ranked.index("declared")] if "declared" in ranked else ()
        found = (self.definition.sources[id] for id in better if id in self.definition.sources)
        return next((one for one in found if one.register and self._allowed(one)), None)

    def _allowed(self, source: Source) -> bool:
        return not source.consent or self.told.get(source.consent) is True

    def _is_required(self, field: Field, points: tuple[Point, ...], spared: Source | None) -> bool:
        """Also where a point would otherwise ask for it later."""
        if spared:
            return False
        later = any(point.on_unknown == "ask" and field.id in point.correct for point in points)
        return field.required or (later and field.widget in PLAIN)


def matters(condition: Condition, values: Mapping[str, Value]) -> set[str]:
    """The elements on which the condition alone can still turn."""
    facts = {name: Fact(name, value, "", _ANY_TIME) for name, value in values.items() if name in condition.types}
    alone = Point("alone", _NO_WORDS, (condition,), (), Vocabulary())
    return set(can_matter(RuleSet((alone,)), facts))


def list_waivers(definition: Definition, situation: str) -> Iterator[Condition]:
    for material in definition.situation(situation).materials:
        if material.waived_when is not None:
            yield material.waived_when


def opened_by(definition: Definition, consent: str) -> set[str]:
    """The elements of the registers that are asked only with this consent."""
    sources = [source for source in definition.sources.values() if source.consent == consent]
    return {name for source in sources for name in given_by(definition, source)}


def given_by(definition: Definition, source: Source) -> set[str]:
    return {element.id for element in definition.elements.values() if source.id in element.sources}


def _is_usable(field: Field, answer: Value) -> bool:
    choices = field.element.values
    return answer != "" and fits(answer, field.element.type) and (not choices or answer in choices)


_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_NO_WORDS = Text("", "")
