"""After the decision (审管联动): the supervising office is told, takes it on, answers, orders what differs to be put right; the deciding place
may revoke (撤销). What the office finds goes through the holder of the case where that is another place.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tongban.cases import inspection_events as kinds
from tongban.cases import queries
from tongban.cases.bodies import CaseEvent
from tongban.cases.inspection_changes import due_on as inspection_due
from tongban.cases.inspection_changes import inspectors
from tongban.cases.projection import Case
from tongban.cases.services.adding import LONGEST, add_to_case, is_in_time
from tongban.cases.services.deciding import ReasonMissing, require_deciding
from tongban.cases.writing import Step, act_as, command_of, current, once, require_role, seal_text, write
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.actors import Actor
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

INSPECTOR = "inspector"
TOLD = "supervisor"
FINDINGS = ("in_order", "differs")
MOST_WORDS = 2000


class AnotherOffice(Refused):
    """Only the office that was told of it, at its own place."""

    status = 403
    text = Text("该核查由其他监管部门办理。", "Another office supervises this.")
    advice = Text("请由被推送的监管部门认领。", "Let the office that was told take it on.")


class TakeItOnFirst(Refused):
    """Who answers is who took it on."""

    text = Text("您还没有认领该核查，或已由同事认领。", "You have not taken this inspection on, or a colleague has.")
    advice = Text("请先认领再办理。", "Take it on first.")


class FindingMissing(Refused):
    status = 422
    text = Text(
        "请选择核查结果；不符的须写明情况和依据条款。",
        "Choose a finding; where it differs, say what and which article.",
    )
    advice = Text("请补全后提交，已填写的内容都在。", "Complete it; everything typed is kept.")


class OrderIncomplete(Refused):
    status = 422
    text = Text(
        "责令改正须写明内容、依据和改正日期，日期不早于明天、不晚于 180 天后。",
        "An order says what, under which article, and by which day: from tomorrow, within 180 days.",
    )
    advice = Text("请补全后提交，已填写的内容都在。", "Complete it; everything typed is kept.")


class ToldTooMuch(Refused):
    status = 422
    text = Text("说明最长 {most} 个字。", "At most {most} characters can be told.")
    advice = Text("请缩短后提交，已填写的内容都在。", "Shorten it; everything typed is kept.")


class OrderStillRuns(Refused):
    """What was ordered may be put right until the day that was given."""

    text = Text(
        "责令改正的期限未到（{day}），不能撤销。", "The order runs until {day}; before that nothing is revoked."
    )
    advice = Text("请在期限届满后复核，再作决定。", "Look again when it is over, then decide.")


class NotHeard(Refused):
    """Nothing is taken away from somebody who could not speak (行政许可法 Art. 7, to be verified)."""

    status = 422
    text = Text("撤销前须听取当事人陈述、申辩。", "Before a revocation the person concerned is heard.")
    advice = Text("听取后勾选并写明采纳情况。", "Hear them, tick the box and say what came of it.")


class InspectedIt(Refused):
    """Who found it otherwise does not also revoke it (审管分离)."""

    status = 403
    text = Text("核查人员不能同时作出撤销决定。", "Whoever inspected it does not also revoke it.")
    advice = Text("请由审批部门的首席代表决定。", "Let the chief representative of the deciding office decide.")


def ask_inspection(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> bool:
    """Tell the office that supervises it of an approval (推送监管), where the item names one. Harmless when there is nothing to do.

    A pledge is looked into by a day, counted in calendar days from the decision.
    """
    require_role(by, "system", region=region)
    case = current(region=region, case_id=case_id)
    definition = catalogue.get_definition(case.definition)
    office = definition.supervised(case.situation)
    if office is None or not awaits_inspection(case, region):
        return False
    day = _day_of_check(case, definition)
    place = case.deciding if office.at == "deciding" else case.receiving
    event = kinds.InspectionAsked(office.office, place, pledged=bool(day), due_on=day)
    cmd = command_of(case_id, "inspection", 0)
    write(node=node, region=region, case_id=case_id, steps=[Step(event)], cmd=cmd, by=by, role="system", at=at)
    return True


def awaits_inspection(case: Case, region: str) -> bool:
    """Granted, in effect, held here, and nobody has been told."""
    granted = case.decision.get("outcome") == "approved" and case.state in {"closed", "archived"}
    return granted and not case.inspection and case.deciding == region == case.writer


def _day_of_check(case: Case, definition: Definition) -> str:
    """Empty where the decision rests on no pledge."""
    check = definition.situation(case.situation).post_check
    if check is None:
        return ""
    return (legal_day(parse_instant(case.decided_at)) + timedelta(days=check.days)).isoformat()


def claim_inspection(*, node: Node, region: str, case_id: UUID, cmd: UUID, by: Actor, at: datetime) -> None:
    """Take it on (认领), also from a colleague. Refuses `AnotherOffice`, `InspectionElsewhere`."""
    case = _of_my_office(node, region, case_id, by)
    if case.inspection.get("officer") == by.ref:
        return
    _add(node, region, case_id, kinds.InspectionClaimed(officer=by.ref), "", cmd, by, at)


def report_inspection(
    *, node: Node, region: str, case_id: UUID, finding: str, points: Sequence[str] = (), article: str = "", note: str = "", cmd: UUID,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Answer what was found (核查反馈). `points`: ids of the review points from which it differs; `note` is told to the applicant.

    Refuses `FindingMissing`, `TakeItOnFirst`.
    """
    case = _mine(node, region, case_id, by)
    known = {point.id for point in catalogue.get_definition(case.definition).rule_set(case.situation).points}
    differs = finding == "differs"
    if finding not in FINDINGS or (differs and not (note.strip() and is_article(article))) or not set(points) <= known:
        raise FindingMissing
    event = kinds.CaseInspected(finding, list(points) if differs else [], article.strip() if differs else "")
    _add(node, region, case_id, event, note, cmd, by, at)


def order_to_correct(
    *, node: Node, region: str, case_id: UUID, due_on: date | None, article: str, note: str, cmd: UUID, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Order what differs to be put right by a day (责令限期改正); once more sets another day. Refuses `OrderIncomplete`, `TakeItOnFirst`."""
    _mine(node, region, case_id, by)
    if due_on is None or not is_in_time(due_on, at) or not note.strip() or not is_article(article):
        raise OrderIncomplete
    event = kinds.OrderedToCorrect(due_on.isoformat(), article.strip())
    _add(node, region, case_id, event, note, cmd, by, at)


def confirm_corrected(
    *, node: Node, region: str, case_id: UUID, note: str = "", cmd: UUID, by: Actor, at: datetime
) -> None:
    """Seen again: it was put right (改正复核). Refuses `TakeItOnFirst`."""
    _mine(node, region, case_id, by)
    _add(node, region, case_id, kinds.OrderMet(), note, cmd, by, at)


@once(kinds.CaseRevoked)
def revoke_decision(
    *, node: Node, region: str, case_id: UUID, reason: str, article: str, heard: bool, expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Take a decision back that rests on what is not so (撤销), by the chief of the deciding place, with reason and article.

    Refuses `ReasonMissing`, `NotHeard`, `OrderStillRuns`, `InspectedIt`.
    """
    case = require_deciding(region, case_id)
    role = act_as(case, by, "chief", region=region)
    if by.ref in inspectors(case.inspection):
        raise InspectedIt
    if not reason.strip() or not is_article(article):
        raise ReasonMissing
    if len(reason) > MOST_WORDS:
        raise ToldTooMuch(most=MOST_WORDS)
    if not heard:
        raise NotHeard
    day = inspection_due(case.inspection)
    if case.inspection.get("state") == "ordered" and legal_day(at) <= date.fromisoformat(day):
        raise OrderStillRuns(day=day)
    sealed = seal_text(node=node, region=region, case_id=case_id, name="notice", text=reason.strip())
    step = Step(kinds.CaseRevoked(article.strip()), parts=[sealed])
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def note_overdue(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> bool:
    """Tell a supervisor that the day has passed (核查超期); once for each day. Returns whether there was anything to say."""
    require_role(by, "system", region=region)
    case = current(region=region, case_id=case_id)
    due = inspection_due(case.inspection)
    if not due or date.fromisoformat(due) >= legal_day(at):
        return False
    day = date.fromisoformat(due).isoformat()
    if case.inspection.get("told_late") == day:
        return False
    if case.deciding != region or case.writer != region:
        return False
    cmd = command_of(case_id, f"inspection overdue {day}", 0)
    step = Step(kinds.InspectionOverdue(due_on=day, to=TOLD))
    write(node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, by=by, role="system", at=at)
    return True


def record_revocation_told(
    *, node: Node, region: str, case_id: UUID, system: str, acknowledgement: str, by: Actor, at: datetime
) -> None:
    """An outside system acknowledged the revocation; said once for each."""
    require_role(by, "system", region=region)
    case = current(region=region, case_id=case_id)
    if "revoked" not in case.inspection or system in case.inspection["told"]:
        return
    step = Step(kinds.RevocationTold(system=system, acknowledgement=acknowledgement))
    cmd = command_of(case_id, f"revocation {system}", 0)
    write(node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, by=by, role="system", at=at)


def is_article(article: str) -> bool:
    return bool(article.strip()) and len(article.strip()) <= LONGEST and article.isprintable()


def _of_my_office(node: Node, region: str, case_id: UUID, by: Actor) -> Case:
    """Where `by` inspects for the office that was told. Refuses `Missing`, `AnotherOffice`."""
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    act_as(case, by, INSPECTOR, region=region)
    if (case.inspection.get("place"), case.inspection.get("office")) != (region, by.office):
        raise AnotherOffice
    return case


def _mine(node: Node, region: str, case_id: UUID, by: Actor) -> Case:
    case = _of_my_office(node, region, case_id, by)
    if case.inspection.get("officer") != by.ref:
        raise TakeItOnFirst
    return case


def _add(
    node: Node, region: str, case_id: UUID, event: CaseEvent, note: str, cmd: UUID, by: Actor, at: datetime
) -> None:
    """`note` is told to the applicant, sealed."""
    words = note.strip()
    if len(words) > MOST_WORDS:
        raise ToldTooMuch(most=MOST_WORDS)
    common: dict[str, Any] = {"node": node, "region": region, "case_id": case_id}
    parts = [seal_text(**common, name="notice", text=words)] if words else []
    add_to_case(**common, event=event, parts=parts, cmd=cmd, by=by, role=INSPECTOR, at=at)
