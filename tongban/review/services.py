"""What happens to a case without a person: ask registers, evaluate the points, push the decision. Never an automatic refusal.

Every service may be called again at any time: the state of the case says whether there is anything left to do. The network is asked
between two transactions, never inside one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

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
from tongban.review.adapters.base import Answered, Person, Register, Silent
from tongban.review.adapters.insurance_platform import Acknowledged, Filing, InsurancePlatform, TurnedDown
from tongban.review.adapters.insured_register import InsuredRegister
from tongban.review.adapters.residence_register import ResidenceRegister
from tongban.rules.facts import Fact
from tongban.rules.points import Assessment, evaluate

log = structlog.get_logger()

NOT_CONFIGURED, NO_ANSWER = "not-configured", "no-answer"


class RegisterSilent(Exception):
    """A register gave no usable answer, and it is worth asking again. Nothing was written."""


class PlatformSilent(Exception):
    """The platform gave no usable answer; the case says so, and the push is to be repeated."""


def collect_evidence(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    by: Actor,
    at: datetime,
    residence: ResidenceRegister,
    last_try: bool = True,
) -> None:
    """Ask the residence register of the receiving place, where the item uses it and the applicant agreed, and pass the case on.

    A silent register raises `RegisterSilent` before the last try; after it the case goes on without its facts.
    """
    with scope([region]):
        opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    if not _waits_to_be_passed_on(opened, region):
        return
    answer = _ask(residence, opened, last_try=last_try)
    crash.point("evidence.asked")
    found = known.register_facts(answer, source=residence.source, at=at) if isinstance(answer, Answered) else []
    with scope([region]):
        case_services.record_evidence_and_hand_over(
            node=node, region=region, case_id=case_id, register=residence.source, outcome=_outcome(answer),
            facts=[fact.as_json() for fact in found], by=by, at=at,
        )  # fmt: skip


def consider(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    by: Actor,
    at: datetime,
    insured: InsuredRegister,
    last_try: bool = True,
    limits: guard.Limits = guard.DEFAULT,
) -> None:
    """Ask the insurance register of the deciding place, evaluate the review points, and approve where every one is true (智能审批).

    Everything else goes to an examiner: a false point, an unknown one, sources that differ, and an item that the guard has stopped.
    `last_try` as in `collect_evidence`; `limits`: how many automatic decisions a person looks at.
    """
    with scope([region]):
        opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    if not awaits_assessment(opened.case, region):
        return
    answer = _ask(insured, opened, last_try=last_try)
    crash.point("assess.asked")
    facts = _facts(opened, answer if isinstance(answer, Answered) else None, source=insured.source, at=at)
    assessment = _assess(opened, facts, at=at)
    with scope([region]):
        case_services.record_assessment(
            node=node, region=region, case_id=case_id, outcome=assessment.outcome,
            points=known.points_as_text(assessment.points), values=assessment.as_json(),
            approve=_decides_by_itself(opened, assessment, region), by=by, at=at,
        )  # fmt: skip
        _let_people_look(node, region, opened, limits, at=at)


def push_effect(
    *, node: Node, region: str, case_id: UUID, by: Actor, at: datetime, platform: InsurancePlatform
) -> None:
    """Put a granted case on record at the insurance platform; with its acknowledgement the case takes effect and is closed.

    The case id is the idempotency key, so that pushing again never files twice. A platform that says no waits for a person; a silent
    one raises `PlatformSilent` after the case has been told.
    """
    with scope([region]):
        opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    if opened.case.state != "decided_pending_effect" or opened.case.deciding != region:
        return
    crash.point("effect.begun")
    answer = platform.push(key=case_id, filing=_filing(opened))
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
        raise PlatformSilent(answer.reason)


def _waits_to_be_passed_on(opened: Opened, region: str) -> bool:
    case = opened.case
    return case.writer == region and case.receiving == region and case.state == "received" and not case.offered_to


def _ask(register: Register, opened: Opened, *, last_try: bool) -> Answered | Silent | None:
    """None: not asked, for the item has no use for this register or the applicant did not agree."""
    elements = opened.definition.elements_of(register.source, opened.case.situation)
    if not elements or not _consented(register.source, opened):
        return None
    answer = register.ask(person=_person(opened), elements=elements, about=_about(opened))
    if isinstance(answer, Silent):
        log.warning("register silent", register=register.source, reason=answer.reason, case=str(opened.case_id))
        if not last_try:
            raise RegisterSilent(answer.reason)
    return answer


def _consented(source: str, opened: Opened) -> bool:
    known_source = opened.definition.sources.get(source)
    if known_source is None:
        return False
    return not known_source.consent or opened.application["elements"].get(known_source.consent) is True


def _outcome(answer: Answered | Silent | None) -> str:
    if answer is None:
        return "not-asked"
    return "silent" if isinstance(answer, Silent) else "answered"


def _facts(opened: Opened, answer: Answered | None, *, source: str, at: datetime) -> list[Fact]:
    """Everything that any source says; which value counts is decided by the rank of its source."""
    facts = [*opened.declared(), *opened.evidence, *_system_facts(opened, at=at)]
    if answer:
        facts += known.register_facts(answer, source=source, at=at)
    name = opened.application["applicant"]["name"]
    identity = known.identity_fact(opened.case.identity_check, answer, name=name, at=at)
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
    return places.compare(_place_of_treatment(opened), opened.case.deciding, on=on)


def _place_of_treatment(opened: Opened) -> str:
    """Where the filing is to hold; for a filing that exists and stays where it is, its own place."""
    stated = opened.application["elements"]
    return str(stated.get("treat.region") or stated.get("existing.region") or opened.case.receiving)


def _about(opened: Opened) -> dict[str, str]:
    existing = opened.application["elements"].get("existing.region")
    return {"region": _place_of_treatment(opened)} | ({"existing": str(existing)} if existing else {})


def _decides_by_itself(opened: Opened, assessment: Assessment, region: str) -> bool:
    policy = opened.definition.policy
    lawful = assessment.outcome == "approve" and policy.automatic_decision and policy.acceptance == "automatic"
    return lawful and guard.may_decide(region=region, key=opened.definition.key)


def _let_people_look(node: Node, region: str, opened: Opened, limits: guard.Limits, *, at: datetime) -> None:
    """In the transaction of the decision, so that none that was drawn is forgotten."""
    case = current(region=region, case_id=opened.case_id)
    if case.decision.get("decided_by") == "rules":
        guard.draw_sample(
            node=node, region=region, key=opened.definition.key, case_id=opened.case_id, number=case.number,
            definition=case.definition, at=at, limits=limits,
        )  # fmt: skip


def _person(opened: Opened) -> Person:
    applicant = opened.application["applicant"]
    return Person(applicant["name"], applicant["id_kind"], applicant["id_number"])


def _filing(opened: Opened) -> Filing:
    case, situation = opened.case, opened.definition.situation(opened.case.situation)
    stated = opened.application["elements"]
    return Filing(
        person=_person(opened), number=case.number, item=case.item, situation=case.situation, deciding=case.deciding,
        elements={field.id: stated[field.id] for field in situation.fields if field.id in stated},
        action=situation.effect, term=situation.term, place=places.filed_for(_place_of_treatment(opened)),
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
