"""What a form asks (问什么), given what is known: partial evaluation of the review points and waivers of one situation. Plain Python.

The form is walked in its order. A question is asked when, after the answers before it, a condition can still turn on it; it waits while
an earlier question without an answer may make it superfluous. What is asked for another purpose, e.g. because it stands on the licence,
stays. A point that already fails silences no question: nobody is refused by a machine, and a person who looks needs the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.catalogue.definition import REQUIRED, Definition, Field, FieldError, Material
from tongban.catalogue.form_walk import Asked, FormWalk, given_by, list_waivers, matters, opened_by
from tongban.kernel.text import Text
from tongban.rules.expression import fitting
from tongban.rules.facts import NOTHING, Value
from tongban.rules.points import Point

__all__ = ["Asked", "Wanted", "check_form", "find_answers", "list_asked", "list_others", "list_unmet", "list_wanted"]

State = Literal["needed", "waived", "perhaps"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A material. `perhaps`: whether it is needed is known only once registers were asked; it may be brought at once. `why` it is not needed."""

    material: Material
    state: State
    why: Text | None = None


def list_asked(
    definition: Definition, situation: str, answers: Mapping[str, Value], *, known: Mapping[str, Value] = NOTHING
) -> tuple[Asked, ...]:
    """The questions of a situation in the order of its form. `known`: what no form asks, e.g. `today`."""
    walk = FormWalk(definition, situation, known)
    return tuple(asked for field in definition.fields(situation) if (asked := walk.ask(field, answers.get(field.id))))


def find_answers(
    definition: Definition, situation: str, answers: Mapping[str, Value], *, known: Mapping[str, Value] = NOTHING
) -> dict[str, Value]:
    """The answers to what is asked; what was once typed and is not asked any more belongs to no application, and an empty line says nothing."""
    # A guide asks for every situation before anything was answered.
    asked = [one.field.id for one in list_asked(definition, situation, answers, known=known)] if answers else []
    return {id: answers[id] for id in asked if not _is_empty(answers.get(id))}


def check_form(
    definition: Definition, situation: str, answers: Mapping[str, Value], *, known: Mapping[str, Value] = NOTHING
) -> list[FieldError]:
    """What is wrong with the answers to what is asked, in the order of the form."""
    asked = {one.field.id: one for one in list_asked(definition, situation, answers, known=known)}
    given = {id: answers[id] for id in asked if id in answers}
    empty = {id for id in asked if _is_empty(given.get(id))}
    wrong = {error.field: error for error in definition.check_answers(situation, given, known=known)}
    missing = {
        id: FieldError(id, _required(asked[id].field))
        for id in empty
        if asked[id].required and not asked[id].field.required
    }
    kept = {id: error for id, error in wrong.items() if id in asked and (id not in empty or asked[id].required)}
    return [(kept | missing)[id] for id in asked if id in kept or id in missing]


def list_wanted(
    definition: Definition, situation: str, answers: Mapping[str, Value], *, known: Mapping[str, Value] = NOTHING
) -> tuple[Wanted, ...]:
    """Every material of the situation, and whether it still applies."""
    values = {**known, **find_answers(definition, situation, answers, known=known)}
    fields = {field.id for field in definition.fields(situation)}
    return tuple(_wanted(material, values, fields) for material in definition.situation(situation).materials)


def list_unmet(
    definition: Definition, situation: str, answers: Mapping[str, Value], *, known: Mapping[str, Value] = NOTHING
) -> tuple[Point, ...]:
    """The points that fail by the answers alone, whatever registers say: to be told before anything is handed in."""
    rules = definition.rule_set(situation)
    values = fitting({**known, **find_answers(definition, situation, answers, known=known)}, rules.types)
    return tuple(point for point in rules.points if point.decide(values) is False)


def list_others(definition: Definition, situation: str, field: str) -> tuple[str, ...]:
    """The other questions that an answer to this one may bring up or make superfluous."""
    reads = [set(point.reads) for point in definition.rule_set(situation).points]
    reads += [set(waiver.reads) for waiver in list_waivers(definition, situation)]
    opens = opened_by(definition, field)
    touched = {name for names in reads if field in names or opens & names for name in names}
    consents = {source.consent for source in definition.sources.values() if given_by(definition, source) & touched}
    return tuple(
        other.id for other in definition.fields(situation) if other.id != field and other.id in touched | consents
    )


def _wanted(material: Material, values: Mapping[str, Value], fields: set[str]) -> Wanted:
    always = material.waived is not None and material.waived_when is None
    if always or material.waived_when is None:
        return Wanted(material, "waived" if always else "needed", material.waived)
    waived = material.waived_when.evaluate(values)
    if waived:
        return Wanted(material, "waived", material.waived)
    # An answer that is still to be given may waive it; what only a register or an officer can say is not the applicant's to wait for.
    elsewhere = waived is None and not matters(material.waived_when, values) & fields
    return Wanted(material, "perhaps" if elsewhere else "needed", material.waived)


def _is_empty(answer: Value | None) -> bool:
    return answer is None or answer == ""


def _required(field: Field) -> Text:
    return Text(REQUIRED.zh.format(label=field.label.zh), REQUIRED.en.format(label=field.label.en))
