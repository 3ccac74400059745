"""What happens to a case without a person: ask registers, evaluate the points, push the decision. Never an automatic refusal.

Every service may be called again at any time: the state of the case says whether there is anything left to do. The network is asked
between two transactions, never inside one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tongban.cases import queries as cases
from tongban.cases import services as case_services
from tongban.cases.reading import Opened
from tongban.cases.services.deciding import awaits_assessment
from tongban.cases.writing import current
from tongban.catalogue.definition import Situation
from tongban.kernel import crash
from tongban.kernel.actors import Actor
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review import facts as known
from tongban.review import guard, places
from tongban.review.adapters.base import NOT_CONFIGURED, Answered, Silent
from tongban.review.adapters.business_system import Acknowledged, BusinessSystem, Filing, TurnedDown
from tongban.review.asking import Asked, Registers, RegisterSilent, ask_registers, person_of, place_of_treatment
from tongban.review.document_facts import list_known, rests_on_papers
from tongban.rules.facts import Fact
from tongban.rules.points import Assessment, evaluate

__all__ = ["RegisterSilent", "SystemSilent", "collect_evidence", "consider", "push_effect"]

NO_ANSWER = "no-answer"


class SystemSilent(Exception):
    """The business system gave no usable answer; the case says so, and the push is to be repeated."""


def collect_evidence(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    by: Actor,
    at: datetime,
    registers: Registers,
    last_try: bool = True,
) -> None:
    """Ask the registers of the receiving place that the item uses, where the applicant agreed, and pass the case on.

    A silent register raises `RegisterSilent` before the last try; after it the case goes on without its facts.
    """
    with scope([region]):
        opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    if not _waits_to_be_passed_on(opened, region):
        return
    asked = ask_registers(opened, side="receiving", registers=registers, last_try=last_try)
    crash.point("evidence.asked")
    with scope([region]):
        case_services.record_evidence_and_hand_over(
            node=node, region=region, case_id=case_id, evidence=[_evidence(each, at) for each in asked], by=by, at=at
        )


def consider(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    by: Actor,
    at: datetime,
    registers: Registers,
    last_try: bool = True,
    limits: guard.Limits = guard.DEFAULT,
) -> None:
    """Ask the registers of the deciding place, evaluate the review points, and approve where every one is true (智能审批).

    Everything else goes to an examiner: a false point, an unknown one, one that rests on what was read on a paper, sources that differ, and
    an item that the guard has stopped.
    `last_try` as in `collect_evidence`; `limits`: how many automatic decisions a person looks at.
    """
    with scope([region]):
        opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    if not awaits_assessment(opened.case, region):
        return
    asked = ask_registers(opened, side="deciding", registers=registers, last_try=last_try)
    crash.point("assess.asked")
    facts = _facts(opened, asked, at=at)
    assessment = _assess(opened, facts, at=at)
    with scope([region]):
        case_services.record_assessment(
            node=node, region=region, case_id=case_id, outcome=assessment.outcome,
            points=known.points_as_text(assessment.points), values=assessment.as_json(),
            approve=_decides_by_itself(opened, assessment, region), by=by, at=at,
        )  # fmt: skip
        _let_people_look(node, region, opened, limits, at=at)


def push_effect(
    *, node: Node, region: str, case_id: UUID, by: Actor, at: datetime, systems: Mapping[str, BusinessSystem]
) -> None:
    """Put a granted case on record at the business system that its definition names as `effect`; with its acknowledgement it is closed.

    `systems` by that name. The case id is the idempotency key, so that pushing again never files twice. A system that says no waits for
    a person; one that is silent or not configured raises `SystemSilent` after the case has been told.
    """
    with scope([region]):
        opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    if opened.case.state != "decided_pending_effect" or opened.case.deciding != region:
        return
    crash.point("effect.begun")
    system = systems.get(opened.definition.effect)
    answer = system.push(key=case_id, filing=_filing(opened)) if system else Silent(NOT_CONFIGURED)
    crash.point("effect.called")
    common: dict[str, Any] = {"node": node, "region": region, "case_id": case_id, "by": by, "at": at}
    with scope([region]):
        if isinstance(answer, Acknowledged):
            case_services.record_effect(acknowledgement=answer.reference, valid_from=answer.valid_from, **common)
        else:
            reason = answer.reason if isinstance(answer, TurnedDown) else _coarse(answer)
            case_services.record_effect_failure(reason=reason, permanent=isinstance(answer, TurnedDown), **common)
    crash.point("effect.recorded")
    if isinstance(answer, Silent):
        raise SystemSilent(answer.reason)


def _waits_to_be_passed_on(opened: Opened, region: str) -> bool:
    case = opened.case
    return case.writer == region and case.receiving == region and case.state == "received" and not case.offered_to


def _evidence(asked: Asked, at: datetime) -> case_services.Evidence:
    return case_services.Evidence(asked.source.id, asked.outcome, [fact.as_json() for fact in asked.facts(at=at)])


def _facts(opened: Opened, asked: Sequence[Asked], *, at: datetime) -> list[Fact]:
    """Everything that any source says; which value counts is decided by the rank of its source."""
    facts = [*opened.declared(), *list_known(opened), *_system_facts(opened, at=at)]
    facts += [fact for each in asked for fact in each.facts(at=at)]
    answers = [each.answer for each in asked if isinstance(each.answer, Answered)]
    name = opened.application["applicant"]["name"]
    identity = known.identity_fact(opened.case.identity_check, answers, name=name, at=at)
    return [*facts, identity] if identity else facts


def _assess(opened: Opened, facts: Sequence[Fact], *, at: datetime) -> Assessment:
    """The points over the best fact of each element; where sources differ about what a point reads, a person looks (refer)."""
    rule_set = opened.definition.rule_set(opened.case.situation)
    assessment = evaluate(rule_set, opened.definition.best_facts(facts))
    different = known.conflicts(facts, elements=rule_set.reads)
    return known.disputed(assessment, different, at=at) if different else assessment


def _system_facts(opened: Opened, *, at: datetime) -> list[Fact]:
    return known.system_facts(
        submitted_on=legal_day(parse_instant(opened.case.submitted_at)),
        deciding=opened.case.deciding,
        places=_places(opened),
        at=at,
        today=legal_day(at),
    )


def _places(opened: Opened) -> known.Places:
    on = legal_day(parse_instant(opened.case.submitted_at))
    return places.compare(place_of_treatment(opened), opened.case.deciding, on=on)


def _decides_by_itself(opened: Opened, assessment: Assessment, region: str) -> bool:
    policy = opened.definition.policy
    lawful = assessment.outcome == "approve" and policy.automatic_decision and policy.acceptance == "automatic"
    return lawful and not rests_on_papers(assessment) and guard.may_decide(region=region, key=opened.definition.key)


def _let_people_look(node: Node, region: str, opened: Opened, limits: guard.Limits, *, at: datetime) -> None:
    """In the transaction of the decision, so that none that was drawn is forgotten."""
    case = current(region=region, case_id=opened.case_id)
    if case.decision.get("decided_by") == "rules":
        guard.draw_sample(
            node=node, region=region, key=opened.definition.key, case_id=opened.case_id, number=case.number,
            definition=case.definition, at=at, limits=guard.limits_of(opened.definition, limits),
        )  # fmt: skip


def _filing(opened: Opened) -> Filing:
    case, situation = opened.case, opened.definition.situation(opened.case.situation)
    stated = opened.application["elements"]
    told = [field.id for field in situation.fields if field.use is None or "platform" in field.use.recipients]
    return Filing(
        person=person_of(opened), number=case.number, item=case.item, situation=case.situation, deciding=case.deciding,
        elements={id: stated[id] for id in told if id in stated},
        action=situation.effect, term=situation.term, place=places.filed_for(place_of_treatment(opened)),
        proof_due_on=_proof_due_on(situation, stated),
    )  # fmt: skip


def _proof_due_on(situation: Situation, stated: Mapping[str, Any]) -> date | None:
    """Until when what was pledged must follow, counted from the start that was asked for."""
    if situation.follow_up is None:
        return None
    return situation.follow_up.due_on(date.fromisoformat(str(stated["filing.start_on"])))


def _coarse(answer: Silent) -> str:
    """Time-outs and refused connections take turns; one word for both keeps each try from becoming an event."""
    return NOT_CONFIGURED if answer.reason == NOT_CONFIGURED else NO_ANSWER
