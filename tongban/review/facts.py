"""What is known about a case, from which source, before the rules are asked. Pure: values in, facts out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.people.names import needs_a_person
from tongban.review.adapters.base import Answered
from tongban.rules.facts import Fact, Value
from tongban.rules.points import Assessment, Truth

SOURCES_AGREE = "sources.agree"
"""Stands, false, among the facts of an assessment when two sources say different things about an element that a point reads."""

WITNESSED = frozenset({"oidc", "card-reader", "manual"})
"""Ways of signing in or presenting oneself that check the identity document; a code sent to a phone does not."""


def register_facts(answer: Answered, *, source: str, at: datetime) -> list[Fact]:
    """The values of an answer as facts of this register, with the register's own number of the question as evidence."""
    return [Fact(element, value, source, at, answer.reference) for element, value in answer.values.items()]


def identity_fact(identity_check: str, answers: Iterable[Answered], *, name: str, at: datetime) -> Fact | None:
    """Whether the applicant is who they say (实名核验): witnessed at sign-in or at the counter, or name and number agree in a register.

    None, unknown, when no register knows this number, when they differ, or when one may write the name in another way ("·", rare
    characters, Latin letters): then a person compares.
    """
    checked: bool | None = True if identity_check in WITNESSED else None
    compared = {answer.name for answer in answers if answer.found and answer.name != "unclear"}
    if checked is None and len(compared) == 1:
        checked = True if compared == {"same"} else None if needs_a_person(name) else False
    return None if checked is None else Fact("applicant.identity_checked", checked, "verified", at, identity_check)


@dataclass(frozen=True, slots=True)
class Places:
    """What the two places have to do with each other; None where the place of treatment is not known. `filed_for` is the city."""

    same_pooling_area: bool | None = None
    same_province: bool | None = None
    filed_for: str | None = None


def system_facts(*, submitted_on: date, deciding: str, places: Places, at: datetime, today: date) -> list[Fact]:
    values: dict[str, Value | None] = {
        "today": today.isoformat(),
        "case.submitted_on": submitted_on.isoformat(),
        "case.deciding_region": deciding,
        "regions.same_pooling_area": places.same_pooling_area,
        "regions.same_province": places.same_province,
        "filing.place": places.filed_for,
    }
    return [Fact(element, value, "system", at, "case") for element, value in values.items() if value is not None]


def conflicts(facts: Iterable[Fact], *, elements: Iterable[str]) -> tuple[str, ...]:
    """Those of `elements` about which two sources say different things. Every value stays where it was said; none is overwritten."""
    said: dict[str, set[tuple[str, Value]]] = {element: set() for element in elements}
    for fact in facts:
        if fact.element in said:
            said[fact.element].add((type(fact.value).__name__, fact.value))
    return tuple(sorted(element for element, values in said.items() if len(values) > 1))


def disputed(assessment: Assessment, elements: Iterable[str], *, at: datetime) -> Assessment:
    """The same verdicts, for a person: each point that reads one of `elements` keeps on record that its sources did not agree."""
    names = set(elements)
    fact = Fact(SOURCES_AGREE, False, "system", at, "case")
    verdicts = tuple(
        replace(verdict, read=(*verdict.read, fact)) if names & set(verdict.point.reads) else verdict
        for verdict in assessment.verdicts
    )
    return replace(assessment, outcome="refer", verdicts=verdicts)


def points_as_text(points: Mapping[str, Truth]) -> dict[str, str]:
    """Verdicts as they stand in the clear body of an event."""
    return {id: {True: "true", False: "false", None: "unknown"}[value] for id, value in points.items()}
