"""What would have changed a decision (怎样会不同): for each point that was not met, the smallest changes after which it would have been."""

from dataclasses import dataclass
from uuid import UUID

from tongban.cases.queries import open_case_for_review, require_sight
from tongban.cases.reading import Opened
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.text import Text
from tongban.rules.facts import Value
from tongban.rules.points import Verdict, facts_from_json
from tongban.rules.questions import counterfactual

MOST_WAYS = 2
SYSTEM = ("system",)
BORN = "birth_on"
"""How the element of a day of birth ends: nobody can change it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One element and the value that it would have to have, in words."""

    element: Text
    value: Text


@dataclass(frozen=True, slots=True)
class Turning:
    """A point that is not met. `change`: what its rule says about mending it; `ways`: changes that were tried and found to do."""

    label: Text
    met: bool | None
    change: Text | None
    ways: tuple[tuple[Change, ...], ...]


def list_turning(*, node: Node, region: str, case_id: UUID, by: Actor) -> tuple[Turning, ...]:
    """Empty where nothing was assessed or every point was met. Holds the applicant's values: personal data. Refuses `Missing`."""
    require_sight(node=node, region=region, case_id=case_id, by=by)
    opened = open_case_for_review(node=node, region=region, case_id=case_id)
    return tuple(_turning(opened, verdict) for verdict in opened.assessment.open) if opened.assessment else ()


def _turning(opened: Opened, verdict: Verdict) -> Turning:
    point = verdict.point
    elements = opened.definition.elements
    fixed = frozenset(
        name for name in point.reads if elements[name].sources == SYSTEM or name.rpartition(".")[2] == BORN
    )
    found = counterfactual(point, facts_from_json(opened.parts["assessment"]), fixed=fixed)
    ways = tuple(tuple(_change(opened, name, value) for name, value in way.items()) for way in found[:MOST_WAYS])
    return Turning(point.label, verdict.value, point.change, ways)


def _change(opened: Opened, name: str, value: Value) -> Change:
    return Change(opened.definition.elements[name].label, opened.say(name, value))
