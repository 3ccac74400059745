"""Proof that was pledged and must follow (承诺后补交): until when, and what is said and done when the day has passed."""

from dataclasses import dataclass
from datetime import date

from tongban.cases.views import CaseView
from tongban.catalogue import queries as catalogue
from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class ProofDue:
    """`text` is for the applicant; `task` for the deciding office, None before the day has passed."""

    material: Text
    due_on: date
    overdue: bool
    text: Text
    task: Text | None
    verified: bool


def find_proof_due(case: CaseView, *, today: date) -> ProofDue | None:
    """What the applicant of a case in effect still owes by their pledge, counted from its first day; None where nothing follows.

    Whether it has come since, the insurance register knows: the proof is handed in as a case of its own.
    """
    definition = catalogue.get_definition(case.definition)
    follow_up = definition.situation(case.situation_id).follow_up
    start = case.effect.valid_from if case.effect else None
    if follow_up is None or start is None:
        return None
    due_on = follow_up.due_on(start)
    overdue = today > due_on
    materials = (material for one in definition.situations.values() for material in one.materials)
    return ProofDue(
        material=next(material.name for material in materials if material.id == follow_up.material),
        due_on=due_on,
        overdue=overdue,
        text=follow_up.overdue if overdue else follow_up.text,
        task=follow_up.task if overdue else None,
        verified=follow_up.verified,
    )
