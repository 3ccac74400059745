"""What the two places say to each other about a case: hand back, send back, ask for it back, talk (退回、退回补全、撤回转办、沟通)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.cases import events, queries
from tongban.cases.projection import Case
from tongban.cases.sentences import REASONS
from tongban.cases.states import NotThisPlace
from tongban.cases.talk import MESSAGE, TALKING
from tongban.cases.writing import Step, act_as, command_of, current, require_role, seal_text, write
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Situation
from tongban.exchange import services as exchange
from tongban.kernel import strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.events import Baton, Clause, SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text
from tongban.regions import queries as regions

RECALL = "cases.recall;v=1"
LONGEST_MESSAGE, LONGEST_NOTE = 1000, 500


class NotOfThisForm(Refused):
    """A correction names fields and materials of the case's own form, by their ids; anything else would stand on the record for nobody."""

    status = 422
    text = Text("要求补正的内容不在本事项的表单中。", "What is to be corrected is not part of this form.")
    advice = Text("请从列表中勾选；其他说明写在备注中。", "Tick entries of the list; put explanations into the note.")


class ReturnReasonMissing(Refused):
    """A case goes back with one of the known reasons; "other" needs a note."""

    status = 422
    text = Text("退回必须选择原因；选择“其他”的必须写明。", "Say why it goes back; “other” needs a note.")
    advice = Text("请选择原因，已填写的内容都在。", "Choose a reason; everything typed is kept.")


class NotOffered(Refused):
    """There is no open hand-over to answer or to ask back."""

    text = Text("办件不在转办途中。", "The case is not on offer to another place.")
    advice = Text("请刷新页面，查看办件现在由谁办理。", "Reload the page to see who has it now.")


class MessageUnusable(Refused):
    status = 422
    text = Text("留言不能为空，最长 1000 字。", "A message has between 1 and 1000 characters.")
    advice = Text("请修改后再发送，已填写的内容都在。", "Change it and send it again; everything typed is kept.")


def hand_back(
    *, node: Node, region: str, case_id: UUID, reason: str, note: str = "", expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Decline an offered case (退回收件地), by a person of the place it is offered to. Never a non-acceptance.

    `reason`: a code of `sentences.REASONS`; `note` is sealed. Refuses `NotOffered`, `ReturnReasonMissing`.
    """
    case = current(region=region, case_id=case_id)
    role = act_as(case, by, "acceptance", "examiner", region=region)
    if case.offered_to != region:
        raise NotOffered
    parts = _note(node, region, case_id, reason, note)
    step = Step(events.CaseHandedBack(reason=reason), parts=parts, baton=Baton("decline"))
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def send_back(
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
    """After taking over and before accepting: let the receiving place complete the papers and pass the case on again (退回补全).

    `fields`, `materials`: ids of the form. The way back needs no agreement in force: it ends what one began.
    """
    case = current(region=region, case_id=case_id)
    role = act_as(case, by, "acceptance", "examiner", region=region)
    if case.deciding != region or case.receiving == region:
        raise NotThisPlace(region=region)
    require_of_the_form(catalogue.get_definition(case.definition).situation(case.situation), fields, materials)
    parts = _note(node, region, case_id, reason, note)
    event = events.CaseSentBack(
        to=case.receiving, to_name=_name(case.receiving, at), reason=reason, fields=list(fields), materials=list(materials)
    )  # fmt: skip
    step = Step(event, parts=parts, baton=Baton("offer", case.receiving), clause=Clause(**case.clause))
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def require_of_the_form(situation: Situation, fields: Sequence[str], materials: Sequence[str]) -> None:
    """Refuses `NotOfThisForm`."""
    asked = {field.id for field in situation.fields} | {material.id for material in situation.materials}
    if not asked >= {*fields, *materials}:
        raise NotOfThisForm


def why_not_taken_over(case_id: UUID, case: Case, at: datetime) -> str:
    """The reason for which the machine itself hands an offered case back, or "". What was taken over once before is finished here."""
    if exchange.was_taken_over(case_id, case.deciding):
        return ""
    about = {"item": case.item, "mode": case.mode, "receiving": case.receiving, "deciding": case.deciding}
    return "" if alliance.list_clauses(**about, at=at) else "agreement-ended"


def recall_case(*, node: Node, region: str, case_id: UUID, cmd: UUID, by: Actor, at: datetime) -> None:
    """Ask for a case back that the other place has not taken over yet (撤回转办). It answers by handing it back, or by going on.

    Refuses `NotOffered`.
    """
    role = require_role(by, "reception", region=region)
    case = current(region=region, case_id=case_id)
    if not case.offered_to or case.writer != region:
        raise NotOffered
    exchange.propose(
        node=node, region=region, case_id=case_id, kind=RECALL, body={}, cmd=cmd, request=b"recall", by=by, role=role, at=at
    )  # fmt: skip


def take_up_recall(
    *, node: Node, region: str, case_id: UUID, author: str, proposal: str, by: Actor, at: datetime
) -> None:
    """Not taken over yet: hand it back. Too late: say so on the chain, and go on."""
    case = current(region=region, case_id=case_id)
    if author != case.receiving:
        raise Forbidden
    if case.offered_to == region:
        step = Step(events.CaseHandedBack(reason="recalled", proposal=proposal), baton=Baton("decline"))
    else:
        late = "taken-over" if region == case.deciding else "not-offered"
        step = Step(events.ProposalDeclined(proposal=proposal, reason=late))
    _answer(node, region, case_id, step, proposal, by, at)


def send_message(*, node: Node, region: str, case_id: UUID, text: str, cmd: UUID, by: Actor, at: datetime) -> None:
    """A word to the other place about this case (两地沟通): on the chain at once where this place may write, else as a request.

    Sealed; the applicant is not shown it. Refuses `MessageUnusable`, `Missing`.
    """
    role = require_role(by, *TALKING, region=region)
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    act_as(case, by, role, region=region)
    text = text.strip()
    if not text or len(text) > LONGEST_MESSAGE:
        raise MessageUnusable
    sealed = seal_text(node=node, region=region, case_id=case_id, name="message", text=text)
    request = node.keyed_hash(strictjson.canonical([text]).decode(), purpose="command", region=region).encode()
    common: dict[str, Any] = {
        "node": node, "region": region, "case_id": case_id, "cmd": cmd, "request": request, "by": by, "role": role, "at": at,
    }  # fmt: skip
    if case.writer == region and not case.offered_to:
        write(steps=[Step(events.CaseMessage(region, _name(region, at), role), parts=[sealed])], **common)
    else:
        exchange.propose(kind=MESSAGE, body={}, sealed=(sealed.ref,), parts=[sealed], **common)


def take_up_message(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    author: str,
    role: str,
    proposal: str,
    sealed: tuple[SealedRef, ...],
    by: Actor,
    at: datetime,
) -> None:
    """The holder puts the other place's word on the chain. Refuses `MessageUnusable` for other parts than one message."""
    case = current(region=region, case_id=case_id)
    if author not in {case.receiving, case.deciding}:
        raise Forbidden
    if [ref.name for ref in sealed] != ["message"]:
        raise MessageUnusable
    event = events.CaseMessage(place=author, place_name=_name(author, at), role=role, proposal=proposal)
    _answer(node, region, case_id, Step(event, refs=sealed), proposal, by, at)


def _answer(node: Node, region: str, case_id: UUID, step: Step, proposal: str, by: Actor, at: datetime) -> None:
    cmd = command_of(case_id, f"proposal {proposal}", 0)
    write(node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, by=by, role="system", at=at)


def _note(node: Node, region: str, case_id: UUID, reason: str, note: str) -> list[Sealed]:
    note = note.strip()[:LONGEST_NOTE]
    if reason not in REASONS or (reason == "other" and not note):
        raise ReturnReasonMissing
    return [seal_text(node=node, region=region, case_id=case_id, name="note", text=note)] if note else []


def _name(region: str, at: datetime) -> str:
    return regions.get_region(region, at.date()).name
