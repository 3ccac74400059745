"""What the deciding place does: take over, accept, ask for correction, assess, decide, make effective."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases import events
from tongban.cases import life_events as life
from tongban.cases.projection import Case
from tongban.cases.services.between import require_of_the_form, why_not_taken_over
from tongban.cases.services.correcting import require_nothing_else
from tongban.cases.services.eyes import require_decidable
from tongban.cases.services.ordinary_way import (
    RULES,
    is_barred,
    list_missing_papers,
    not_open_step,
    read_application,
)
from tongban.cases.services.terms import term
from tongban.cases.states import NotAllowedNow
from tongban.cases.writing import Step, act_as, case_key, command_of, current, once, seal_text, write
from tongban.catalogue import queries as catalogue
from tongban.kernel.actors import Actor
from tongban.kernel.events import Baton, Json, SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.sealing import Sealed, seal_json
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

LONGEST_ARTICLE = 120


class AlreadyCorrectedOnce(Refused):
    """What is missing is told once (一次性告知); a second list needs a supervisor."""

    text = Text(
        "已经一次性告知过补正内容，不能再次要求补正。",
        "What to correct was already told once; it cannot be asked again.",
    )
    advice = Text(
        "请根据现有材料作出决定，或请督查人员说明理由。",
        "Decide on what is there, or ask a supervisor to give a reason.",
    )


class ArticleTooLong(Refused):
    """The article stands in clear on the record of both places: it is the name of a provision, not a story about a person."""

    status = 422
    text = Text("依据条款过长。", "The article is too long.")
    advice = Text(
        "请只写法规名称和条号，理由写在理由栏。", "Name the provision and its number; the reason has its own field."
    )


class ProposalIncomplete(Refused):
    """A supplement without the corrected application, or with parts that are not the applicant's to send."""

    status = 422
    text = Text("补正内容不完整或含有不应包含的内容。", "The correction is not complete, or holds what it may not.")
    advice = Text("请由收件地重新提交。", "Let the receiving place send it again.")


class CorrectionStillOpen(Refused):
    """The time that the applicant was given to correct belongs to the applicant."""

    text = Text("补正期限未到，不能不予受理。", "The applicant still has time to correct it.")
    advice = Text("请等待申请人补正；期限届满后再处理。", "Wait; decide when the day has passed.")


class ListStillFree(Refused):
    text = Text("一次性告知的次数还没有用完，不需要准许。", "One more list is lawful already; it need not be allowed.")
    advice = Text("请受理人员直接一次性告知。", "Let the officer tell the applicant.")


class NotTolerable(Refused):
    """Main materials never follow later, and others only where the item says so and as long as it says."""

    status = 422
    text = Text(
        "该材料不能容缺，或补交日期超出事项规定的期限。", "This material may not follow later, or not as late as that."
    )
    advice = Text("主件不能容缺；请一次性告知申请人补正。", "Ask the applicant to correct it instead.")


class MainMaterialMissing(Refused):
    """Nothing may follow while a main material (主件) is missing."""

    status = 422
    text = Text("主件没有交齐，不能容缺受理：{zh}。", "Main materials are missing, so nothing may follow later: {en}.")
    advice = Text("请一次性告知申请人补正主件。", "Ask the applicant for the main materials, in one list.")


class ReasonMissing(Refused):
    status = 422
    text = Text("不予受理或不予备案必须写明理由和依据条款。", "A negative decision needs its reason and its article.")
    advice = Text("请填写理由和依据，已填写的内容都在。", "Fill in both; everything typed is kept.")


def take_over(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> None:
    """Take over an offered case (接手), also one that was sent back; or hand it back when no agreement covers it here any more.

    Harmless when already done.
    """
    case = current(region=region, case_id=case_id)
    if case.offered_to != region:
        return
    reason = why_not_taken_over(case_id, case, at) if region == case.deciding else ""
    step = Step(events.CaseTakenOver(), baton=Baton("accept"))
    if reason:
        step = Step(events.CaseHandedBack(reason), baton=Baton("decline"))
    cmd = command_of(case_id, "take-over", case.seq)
    write(node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, by=by, role="system", at=at)


def accept_case(
    *, node: Node, region: str, case_id: UUID, tolerated: Sequence[str] = (), tolerated_until: date | None = None, expected_seq: int,
    cmd: UUID, by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Accept (受理): the decision limit runs from here.

    `tolerated`: materials that may follow (容缺受理) until `tolerated_until`, or as long as the item says. Refuses `NotTolerable`,
    `MainMaterialMissing`.
    """
    case, role = _at_the_desk(region, case_id, by)
    until = ""
    if tolerated:
        until = tolerate_until(node, region, case, tolerated, tolerated_until, at)
        _require_main_materials(node, region, case_id, case)
    steps = [accepted_step(node, case, region, at, tolerated=tolerated, until=until)]
    write(
        node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def tolerate_until(
    node: Node, region: str, case: Case, materials: Sequence[str], until: date | None, at: datetime
) -> str:
    """The last day for what may follow; never a main material, and only where the item provides for it."""
    definition = catalogue.get_definition(case.definition)
    may_follow = {demanded.id for demanded in definition.situation(case.situation).materials if not demanded.main}
    if not set(materials) <= may_follow or definition.limits.tolerate is None:
        raise NotTolerable
    longest = term(node, region, legal_day(at), definition.limits.tolerate.days).on
    chosen = until.isoformat() if until else longest
    if not legal_day(at).isoformat() <= chosen <= longest:
        raise NotTolerable
    return chosen


def _require_main_materials(node: Node, region: str, case_id: UUID, case: Case) -> None:
    """安阳市政务服务条例 Art. 24 (to be verified here): something minor may follow where the main materials are complete."""
    definition, application = catalogue.get_definition(case.definition), read_application(node, region, case_id, case)
    missing = [one for one in list_missing_papers(definition, case.situation, application) if one.main]
    if missing:
        raise MainMaterialMissing(
            zh="、".join(one.name.zh for one in missing), en=", ".join(one.name.en for one in missing)
        )


def not_accept(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    reason: str,
    article: str,
    expected_seq: int,
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Non-acceptance (不予受理), by a person, with reason and article; of a case that waits for its correction, after the day set for it.

    Refuses `CorrectionStillOpen`, `ReasonMissing`.
    """
    case, role = _at_the_desk(region, case_id, by)
    if case.state == "awaiting_correction" and legal_day(at).isoformat() <= case.correction["due_on"]:
        raise CorrectionStillOpen
    sealed = _reasons(node, region, case_id, reason, article)
    step = Step(events.CaseNotAccepted(article=article), parts=[sealed])
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


@once(events.CorrectionRequested)
def request_correction(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    fields: list[str],
    materials: list[str],
    note: str,
    expected_seq: int,
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Tell the applicant everything that is missing or wrong, once (一次性告知); once more for each list that a supervisor allowed.

    Refuses `AlreadyCorrectedOnce`, `NotOfThisForm`.
    """
    case, role = _at_the_desk(region, case_id, by)
    if case.corrections > case.corrections_allowed:
        raise AlreadyCorrectedOnce
    if not fields and not materials:
        raise ReasonMissing
    definition = catalogue.get_definition(case.definition)
    require_of_the_form(definition.situation(case.situation), fields, materials)
    due = term(node, region, legal_day(at), definition.limits.correct.days)
    event = events.CorrectionRequested(
        fields=fields, materials=materials, due_on=due.on, provisional=due.provisional, calendar=due.calendar
    )
    key = case_key(node=node, region=region, case_id=case_id)
    sealed = seal_json({"note": note}, name="correction", key=key, suite=node.suite)
    steps = [Step(event, parts=[sealed])]
    write(
        node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


@once(life.CorrectionAllowed)
def allow_second_correction(
    *, node: Node, region: str, case_id: UUID, note: str, expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:
    """A supervisor allows one more list (准许再次告知补正). `note`: why, sealed. Refuses `ListStillFree`, `ReasonMissing`."""
    case = require_deciding(region, case_id)
    role = act_as(case, by, "supervisor", region=region)
    if case.corrections <= case.corrections_allowed:
        raise ListStillFree
    if not note.strip():
        raise ReasonMissing
    sealed = seal_text(node=node, region=region, case_id=case_id, name="note", text=note.strip())
    steps = [Step(life.CorrectionAllowed(), parts=[sealed])]
    write(
        node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def record_assessment(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    outcome: str,
    points: dict[str, str],
    values: Json,
    approve: bool,
    by: Actor,
    at: datetime,
) -> None:
    """Put the evaluated points on the chain; with `approve`, only where every one is true, accept and grant in the same act.

    `points`: id → true, false, unknown. `values`: what was read, with its sources, sealed, so that it can be computed again.
    There is no automatic refusal: who may not pledge is offered the ordinary way.
    """
    case = current(region=region, case_id=case_id)
    if not awaits_assessment(case, region):
        return
    key = case_key(node=node, region=region, case_id=case_id)
    sealed = seal_json(values, name="assessment", key=key, suite=node.suite)
    steps = [Step(events.CaseAssessed(outcome=outcome, points=points, definition=case.definition), parts=[sealed])]
    if is_barred(case, points):
        steps.append(not_open_step(node=node, region=region, case_id=case_id, case=case, at=at, decided_by=RULES))
    elif approve and outcome == "approve" and set(points.values()) == {"true"} and _may_be_automatic(case):
        accepted = [accepted_step(node, case, region, at)] if case.state == "received" else []
        steps = [*accepted, *steps, Step(events.CaseApproved(decided_by="rules"))]
    cmd = command_of(case_id, "assess", case.seq)
    write(
        node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, expected_seq=case.seq, by=by, role="system", at=at
    )  # fmt: skip


def _may_be_automatic(case: Case) -> bool:
    """Not while something is still to come, nor for whoever took a pledge back."""
    return not case.tolerated and case.pledge.get("ended") != "withdrawn"


def awaits_assessment(case: Case, region: str) -> bool:
    """Taken over by `region`, complete, and not yet assessed since the last change of the application."""
    mine = case.deciding == region and case.writer == region and not case.offered_to
    return mine and case.state in {"received", "accepted"} and not case.assessed_at


def approve_case(
    *, node: Node, region: str, case_id: UUID, note: str = "", expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:
    """Grant (准予), by an examiner or the chief of the deciding place; accepts first where that has not been done.

    `note`: on what ground, e.g. what the examiner checked where a point was unknown. Refuses what `eyes.require_decidable` refuses.
    """
    parts = [_sealed_reasons(node, region, case_id, note.strip(), "")] if note.strip() else []
    step = Step(events.CaseApproved(decided_by="examiner"), parts=parts)
    _decide(node, region, case_id, step, expected_seq, cmd, by, at, complete=True)


def refuse_case(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    reason: str,
    article: str,
    expected_seq: int,
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Refuse (不予), only by a person, with reason and article; the remedies stand in the item's definition.

    Refuses what `eyes.require_decidable` refuses, `ReasonMissing`.
    """
    sealed = _reasons(node, region, case_id, reason, article)
    step = Step(events.CaseRefused(decided_by="examiner", article=article), parts=[sealed])
    _decide(node, region, case_id, step, expected_seq, cmd, by, at)


def record_effect(
    *, node: Node, region: str, case_id: UUID, acknowledgement: str, valid_from: date, by: Actor, at: datetime
) -> None:
    """The business system acknowledged: in effect, and nothing is left to do (生效、办结)."""
    case = current(region=region, case_id=case_id)
    if case.state != "decided_pending_effect":
        return
    effective = events.CaseEffective(acknowledgement=acknowledgement, valid_from=valid_from.isoformat())
    steps = [Step(effective), Step(events.CaseClosed())]
    cmd = command_of(case_id, "effect", case.seq)
    write(node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, by=by, role="system", at=at)


def record_effect_failure(
    *, node: Node, region: str, case_id: UUID, reason: str, permanent: bool, by: Actor, at: datetime
) -> None:
    """Say on the record why the decision is not yet effective; once per reason, not once per try."""
    case = current(region=region, case_id=case_id)
    if case.state != "decided_pending_effect" or case.effect.get("reason") == reason:
        return
    step = Step(events.EffectFailed(reason=reason, permanent=permanent))
    cmd = command_of(case_id, "effect-failed", case.seq)
    write(node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, by=by, role="system", at=at)


def take_up_proposal(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    author: str,
    proposal: str,
    kind: str,
    sealed: tuple[SealedRef, ...],
    by: Actor,
    at: datetime,
) -> None:
    """Put what the other place asked for on the chain, or say on the chain that it came too late."""
    case = current(region=region, case_id=case_id)
    if author != case.receiving:
        raise Forbidden
    if kind == "cases.supplement;v=1":
        step = _supplemented(node, case_id, case, region, proposal, sealed, at)
    else:
        step = Step(events.CaseWithdrawn(proposal=proposal))
    common: dict[str, Any] = {"node": node, "region": region, "case_id": case_id, "by": by, "role": "system", "at": at}
    cmd = command_of(case_id, f"proposal {proposal}", 0)
    try:
        with transaction.atomic():
            write(steps=[step], cmd=cmd, **common)
    except NotAllowedNow:
        declined = events.ProposalDeclined(proposal=proposal, reason=case.state)
        write(steps=[Step(declined)], cmd=cmd, **common)


def _supplemented(
    node: Node, case_id: UUID, case: Case, region: str, proposal: str, sealed: tuple[SealedRef, ...], at: datetime
) -> Step:
    """The term for accepting begins anew with the complete application (行政许可法 Art. 32 (4), (5))."""
    allowed = events.CaseSupplemented.KIND.sealed
    names = [ref.name for ref in sealed]
    if names.count("application") != 1 or not set(names) <= set(allowed):
        raise ProposalIncomplete
    if case.state == "awaiting_correction":
        require_nothing_else(
            node=node, region=region, case_id=case_id, case=case, wanted=case.correction, sealed=sealed
        )
    return Step(supplemented_event(node, case, region, proposal, at), refs=sealed)


def supplemented_event(node: Node, case: Case, region: str, proposal: str, at: datetime) -> events.CaseSupplemented:
    due = term(node, region, legal_day(at), catalogue.get_definition(case.definition).limits.tell_missing.days)
    return events.CaseSupplemented(
        proposal=proposal, acceptance_due_on=due.on, provisional=due.provisional, calendar=due.calendar
    )


def _decide(
    node: Node, region: str, case_id: UUID, decision: Step, expected_seq: int, cmd: UUID, by: Actor, at: datetime, *,
    complete: bool = False,
) -> None:  # fmt: skip
    case = require_deciding(region, case_id)
    role = act_as(case, by, "examiner", "chief", region=region)
    require_decidable(case, catalogue.get_definition(case.definition).policy, by, complete=complete)
    steps = [decision] if case.state != "received" else [accepted_step(node, case, region, at), decision]
    # Repeated, it would find the case accepted already: the command is the decision all the same.
    write(
        node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, request=decision.event.KIND.name.encode(),
        expected_seq=expected_seq, by=by, role=role, at=at,
    )  # fmt: skip


def require_deciding(region: str, case_id: UUID) -> Case:
    """The case, where `region` is its deciding place. Refuses `NotTheDecidingPlace`, `Missing`."""
    case = current(region=region, case_id=case_id)
    if case.deciding != region:
        raise NotTheDecidingPlace
    return case


class NotTheDecidingPlace(Refused):
    """The power to decide stays with the deciding place (审批权不变)."""

    status = 403
    text = Text("本地只负责收件，决定由审批地作出。", "This place only receives; the deciding place decides.")
    advice = Text("如需催办，请联系审批地。", "Contact the deciding place if it is urgent.")


def _at_the_desk(region: str, case_id: UUID, by: Actor) -> tuple[Case, str]:
    case = require_deciding(region, case_id)
    return case, act_as(case, by, "acceptance", "examiner", region=region)


def accepted_step(
    node: Node, case: Case, region: str, at: datetime, *, tolerated: Sequence[str] = (), until: str = "", since: date | None = None
) -> Step:  # fmt: skip
    """The decision limit runs from `at`; of a case that counts as accepted (视为受理), from the day `since` which it does."""
    limit = term(
        node, region, since or legal_day(at), catalogue.get_definition(case.definition).promise(case.situation).days
    )
    event = events.CaseAccepted(
        decision_due_on=limit.on, provisional=limit.provisional, calendar=limit.calendar, tolerated=list(tolerated),
        tolerated_until=until, deemed=since is not None,
    )  # fmt: skip
    return Step(event)


def _reasons(node: Node, region: str, case_id: UUID, reason: str, article: str) -> Sealed:
    if not reason.strip() or not article.strip():
        raise ReasonMissing
    if len(article) > LONGEST_ARTICLE or not article.isprintable():
        raise ArticleTooLong
    return _sealed_reasons(node, region, case_id, reason.strip(), article.strip())


def _sealed_reasons(node: Node, region: str, case_id: UUID, reason: str, article: str) -> Sealed:
    key = case_key(node=node, region=region, case_id=case_id)
    return seal_json({"reason": reason, "article": article}, name="reasons", key=key, suite=node.suite)
