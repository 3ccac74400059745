"""Before the receipt (预审): send the application home to be changed, take it in again, receive it. Counted and timed on the record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.cases import events, queries
from tongban.cases import life_events as life
from tongban.cases.drafts import Material
from tongban.cases.sentences import REASONS
from tongban.cases.services.between import LONGEST_NOTE, ReturnReasonMissing, require_of_the_form
from tongban.cases.services.correcting import correct_application, digest
from tongban.cases.services.receiving import received_step, require_to_supplement
from tongban.cases.states import NotAllowedNow
from tongban.cases.writing import Step, act_as, current, once, require_role, seal_text, write
from tongban.catalogue import queries as catalogue
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node

ONLINE = {"unified": "oidc", "sms": "sms", "mandate": "mandate"}


def return_to_applicant(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    reason: str,
    note: str = "",
    fields: Sequence[str] = (),
    materials: Sequence[str] = (),
    expected_seq: int,
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Send a submitted application home to be changed (退回预审), before its receipt. `note` is told to the applicant, sealed.

    `reason`: a code of `sentences.REASONS`. Refuses `ReturnReasonMissing`, `NotOfThisForm`.
    """
    case = current(region=region, case_id=case_id)
    role = act_as(case, by, "reception", region=region)
    note = note.strip()[:LONGEST_NOTE]
    if reason not in REASONS or (reason == "other" and not note) or not (note or fields or materials):
        raise ReturnReasonMissing
    require_of_the_form(catalogue.get_definition(case.definition).situation(case.situation), fields, materials)
    parts = [seal_text(node=node, region=region, case_id=case_id, name="notice", text=note)] if note else []
    step = Step(life.PrecheckReturned(reason, list(fields), list(materials)), parts=parts)
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def resubmit(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    elements: dict[str, Any],
    materials: Sequence[Material] = (),
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Hand in again what the pre-check named (重新提交); where it named nothing, the whole form may change.

    Refuses `Missing` for somebody else's case.
    """
    role = require_role(by, "citizen", "agent", "reception", region=region)
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    require_to_supplement(case, case_id, elements, materials, by, at)
    request = digest(node, region, elements, materials)
    if case.state != "returned":
        # Only the same command again: that one returns what it wrote.
        write(
            node=node, region=region, case_id=case_id, steps=[Step(life.CaseResubmitted())], cmd=cmd, request=request, by=by,
            role=role, at=at,
        )  # fmt: skip
        return
    wanted = case.prechecks[-1]
    if not (wanted["fields"] or wanted["materials"]):
        situation = catalogue.get_definition(case.definition).situation(case.situation)
        wanted = {"fields": [f.id for f in situation.fields], "materials": [m.id for m in situation.materials]}
    sealed, files = correct_application(
        node=node, region=region, case_id=case_id, case=case, wanted=wanted, elements=elements, materials=materials, by=by, at=at
    )  # fmt: skip
    step = Step(life.CaseResubmitted(), parts=[sealed], refs=files)
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, request=request, by=by, role=role, at=at
    )  # fmt: skip


@once(events.CaseReceived)
def receive_case(
    *, node: Node, region: str, case_id: UUID, expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:
    """Receive (收件) an application whose pre-check is done: the term for telling what is missing runs from here."""
    case = current(region=region, case_id=case_id)
    role = act_as(case, by, "reception", region=region)
    if case.state != "submitted":
        raise NotAllowedNow(case.state)
    check = ONLINE.get(case.identity.get("means", ""), "sms")
    step = received_step(node, region, catalogue.get_definition(case.definition), check, at)
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip
