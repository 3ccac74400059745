"""What the deciding place read on the papers of a case goes on the chain, and the points are evaluated anew over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from tongban.cases import document_events, events
from tongban.cases.projection import Case
from tongban.cases.services.ordinary_way import RULES, is_barred, not_open_step
from tongban.cases.writing import Step, act_as, case_key, command_of, current, write
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json
from tongban.kernel.node import Node
from tongban.kernel.sealing import seal_json

READABLE = frozenset({"received", "accepted", "examining"})
"""Taken over and not decided; nothing is read while the applicant corrects or a special procedure runs."""


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """As `record_assessment` takes it. It grants nothing: whoever has the case now sees it."""

    outcome: str
    points: dict[str, str]
    values: Json


def may_read_documents(case: Case, region: str) -> bool:
    """Whether what `region` reads now belongs on the chain."""
    return case.deciding == region and case.writer == region and not case.offered_to and case.state in READABLE


def may_confirm(case: Case, by: Actor, *, region: str) -> str:
    """The role in which `by` says what stands on a paper. Refuses `Forbidden` and `Recused`."""
    return act_as(case, by, "acceptance", "examiner", region=region)


def record_reading(
    *, node: Node, region: str, case_id: UUID, material: str, facts: Sequence[Json], assessment: NewAssessment | None = None,
    cmd: UUID | None = None, by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Put what was read on one material on the chain; `facts`: element, value, source, at, evidence (the file and the place on it).

    By the machine, or by an officer who confirms (`cmd`: the name of the act). `assessment`: where the case was assessed before;
    who may not pledge after it is offered the ordinary way, as by the first one. Nothing happens where the case has gone on meanwhile.
    """
    case = current(region=region, case_id=case_id)
    if not facts or not may_read_documents(case, region):
        return
    reader, role = ("machine", "system") if by.kind == "system" else ("person", may_confirm(case, by, region=region))
    elements = [fact["element"] for fact in facts]
    key = case_key(node=node, region=region, case_id=case_id)
    body = document_events.DocumentRead(material=material, elements=elements, reader=reader)
    steps = [Step(body, parts=[seal_json(list(facts), name="evidence", key=key, suite=node.suite)])]
    if assessment and case.assessed_at:
        sealed = seal_json(assessment.values, name="assessment", key=key, suite=node.suite)
        assessed = events.CaseAssessed(
            outcome=assessment.outcome, points=assessment.points, definition=case.definition
        )  # fmt: skip
        steps.append(Step(assessed, parts=[sealed]))
        if is_barred(case, assessment.points):
            steps.append(not_open_step(node=node, region=region, case_id=case_id, case=case, at=at, decided_by=RULES))
    command = cmd or uuid5(command_of(case_id, "read", case.seq), material)
    write(node=node, region=region, case_id=case_id, steps=steps, cmd=command, by=by, role=role, at=at)
