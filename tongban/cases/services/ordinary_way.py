"""From the way of notice and pledge (告知承诺) to the ordinary one: what is still to be handed in, and the event that says so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.cases import pledge_events as pledging
from tongban.cases.projection import Case
from tongban.cases.services.terms import Term, term
from tongban.cases.writing import Step, case_key, seal_text
from tongban.catalogue import asking
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition, Material
from tongban.kernel import vault
from tongban.kernel.events import Json, SealedRef
from tongban.kernel.node import Node
from tongban.kernel.workdays import legal_day

RULES, EXAMINER = "rules", "examiner"


@dataclass(frozen=True, slots=True)
class _Road:
    """`instead`: the situation of the ordinary way; what it asks for and nobody has given; until when."""

    instead: str
    fields: list[str]
    materials: list[str]
    term: Term

    def as_body(self) -> Json:
        return {
            "instead": self.instead, "fields": self.fields, "materials": self.materials, "due_on": self.term.on,
            "provisional": self.term.provisional, "calendar": self.term.calendar,
        }  # fmt: skip


def is_barred(case: Case, points: dict[str, str]) -> bool:
    """Whether the evaluated points say that the applicant may not pledge. Unknown bars nobody: then a person looks."""
    pledge = catalogue.get_definition(case.definition).situation(case.situation).pledge
    return pledge is not None and bool(case.pledge) and points.get(pledge.bar) == "false"


def withdrawn_step(*, node: Node, region: str, case_id: UUID, case: Case, at: datetime, proposal: str = "") -> Step:
    road = _road(node, region, case_id, case, at)
    return Step(pledging.PledgeWithdrawn(**road.as_body(), proposal=proposal))


def not_open_step(
    *, node: Node, region: str, case_id: UUID, case: Case, at: datetime, decided_by: str, notice: str = ""
) -> Step:
    """`notice`: what an examiner tells the applicant, sealed."""
    pledge = catalogue.get_definition(case.definition).situation(case.situation).pledge
    road = _road(node, region, case_id, case, at)
    event = pledging.PledgeNotOpen(decided_by=decided_by, point=pledge.bar if pledge else "", **road.as_body())
    parts = [seal_text(node=node, region=region, case_id=case_id, name="notice", text=notice)] if notice else []
    return Step(event, parts=parts)


def _road(node: Node, region: str, case_id: UUID, case: Case, at: datetime) -> _Road:
    definition = catalogue.get_definition(case.definition)
    pledge = definition.situation(case.situation).pledge
    if pledge is None:
        raise LookupError(case.situation)
    application = read_application(node, region, case_id, case)
    fields, materials = list_missing(definition, pledge.instead, application)
    until = term(node, region, legal_day(at), definition.limits.correct.days)
    return _Road(pledge.instead, fields, materials, until)


def read_application(node: Node, region: str, case_id: UUID, case: Case) -> Json:
    key = case_key(node=node, region=region, case_id=case_id)
    found: Any = vault.read_part(SealedRef(**case.parts["application"]), key=key, node=node, region=region)
    return dict(found)


def list_missing(definition: Definition, situation: str, application: Json) -> tuple[list[str], list[str]]:
    """Fields without an answer and papers without a file that the situation asks for; where nothing is missing, every field to look at again."""
    given = application["elements"]
    asked = [field.id for field in definition.fields(situation)]
    fields = [id for id in asked if given.get(id) in (None, "")]
    materials = [material.id for material in list_missing_papers(definition, situation, application)]
    return (fields, materials) if fields or materials else (asked, [])


def list_missing_papers(definition: Definition, situation: str, application: Json) -> list[Material]:
    """Papers that must be uploaded and are not there. One that a register may spare the applicant is not missing."""
    brought = {one["id"] for one in application["materials"] if one["ref"]}
    wanted = asking.list_wanted(definition, situation, application["elements"])
    needed = [one.material for one in wanted if one.state == "needed" and "upload" in one.material.ways]
    return [material for material in needed if material.id not in brought]
