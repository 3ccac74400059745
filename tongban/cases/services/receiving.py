"""What the receiving place and its applicants do: hand in, receive, ask the local register, pass on, supplement, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.alliance import queries as alliance
from tongban.cases import events, models, queries
from tongban.cases import life_events as life
from tongban.cases.drafts import Draft
from tongban.cases.numbers import take_number
from tongban.cases.projection import Case
from tongban.cases.services.correcting import correct_application, digest
from tongban.cases.services.deciding import supplemented_event
from tongban.cases.services.drafting import faults_of, require_pledges, without_unasked
from tongban.cases.services.helping import require_recognised
from tongban.cases.services.pledging import pledged_step
from tongban.cases.services.terms import term
from tongban.cases.states import WITHDRAWABLE, NotAllowedNow
from tongban.cases.writing import Step, case_key, command_of, current, once, require_counter, require_role, write
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.exchange import services as exchange
from tongban.kernel import crash
from tongban.kernel.actors import Actor
from tongban.kernel.events import Baton, Clause, Json
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.sealing import seal_json
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people.mandate_records import describe_agent
from tongban.people.mandates import use_act
from tongban.regions import queries as regions


class DraftChanged(Refused):
    text = Text("草稿已在别处修改，与您核对的内容不同。", "The draft was changed elsewhere since you checked it.")
    advice = Text("请再次核对后提交。", "Check it again, then hand it in.")


class DraftIncomplete(Refused):
    status = 422
    text = Text("申请还不完整：{faults_zh}", "The application is not complete: {faults_en}")
    advice = Text(
        "请按提示补充后再提交，已填写的内容都在。", "Add what is named and hand it in again; everything typed is kept."
    )


MEANS = {"card-reader": "card-reader", "manual": "document-seen", "oidc": "unified", "sms": "sms", "mandate": "mandate"}
AT_THE_COUNTER = frozenset({"card-reader", "manual"})
FACES = frozenset({"matched", "officer", "not-done"})


class NoSuchCheck(Refused):
    status = 422
    text = Text("核验方式不正确。", "There is no such way of checking a person.")
    advice = Text("请从列表中选择核验方式。", "Choose one of the list.")


@dataclass(frozen=True, slots=True)
class Check:
    """How the person was checked who hands it in. Refuses `NoSuchCheck`."""

    identity_check: str
    face: str

    def __post_init__(self) -> None:
        if self.face not in FACES or self.identity_check not in MEANS:
            raise NoSuchCheck

    @property
    def at_the_counter(self) -> bool:
        return self.identity_check in AT_THE_COUNTER


def submit_case(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    version: str,
    identity_check: str,
    face: str = "not-done",
    precheck: bool | None = None,
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Hand the draft in and receive it (提交、收件), one act: [submitted, received]; at the counter with [identity_checked] between them.

    `identity_check`: "sms" or "oidc" online, "card-reader" or "manual" at the counter. `face`: "matched" by a machine, "officer" by the
    clerk's word, or "not-done". `precheck`: what comes in online waits for a clerk (预审) before it is received; None: as the item says.
    `version` is that of the draft the person checked.
    The same `cmd` and `version` again change nothing. Refuses `DraftChanged`, `DraftIncomplete`, `NotCoveredByAgreement`, `CommandReused`,
    and an item that is suspended, withdrawn or merged since.
    """
    role = _handing_in(by, identity_check, region=region)
    # The agent's identity was proved, not the applicant's.
    check = Check("mandate" if by.behalf else identity_check, face)
    request = f"{case_id} {version}".encode()
    with transaction.atomic():
        draft = queries.find_draft(node=node, region=region, case_id=case_id, by=by, lock=True)
        if draft:
            item = catalogue.get_definition(draft.definition).item
            use_act(by=by, act="hand_in", item=item, case_id=case_id, at=at)
        steps = _submission(node, draft, version, check, precheck, by, at) if draft else ()
        write(
            node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, request=request, by=by, role=role, at=at
        )  # fmt: skip
        crash.point("submit.written")
        models.Draft.objects.filter(case_id=case_id, region=region).delete()


def _handing_in(by: Actor, identity_check: str, *, region: str) -> str:
    if by.behalf:
        return require_role(by, "agent", region=region)
    return require_role(by, "reception" if identity_check in AT_THE_COUNTER else "citizen", region=region)


def _submission(
    node: Node, draft: Draft, version: str, check: Check, precheck: bool | None, by: Actor, at: datetime
) -> list[Step]:
    definition = catalogue.get_definition(draft.definition)
    # A draft is no case yet: what was suspended since it was begun is not handed in.
    if newest := catalogue.find_in_force(definition.key, draft.deciding, legal_day(at)):
        newest.require_open()
    _require_ready(draft, definition, version, node=node, at=at)
    # Who hands it in answers for it: the agent, or the applicant who has checked what an agent filled in.
    draft = replace(without_unasked(draft, definition, at), agent=describe_agent(node=node, by=by))
    between: dict[str, Any] = {
        "item": definition.item, "mode": draft.mode, "receiving": draft.region, "deciding": draft.deciding, "at": at,
    }  # fmt: skip
    clause = alliance.find_clause(**between)
    require_recognised(draft.agent, **between)
    way = "counter" if check.at_the_counter else "online"
    pledged = pledged_step(node=node, draft=draft, definition=definition, way=way, by=by, at=at)
    opening = [_submitted(node, draft, definition, clause, at), *([pledged] if pledged else [])]
    checked = Step(life.IdentityChecked(means=MEANS[check.identity_check], face=check.face))
    received = received_step(node, draft.region, definition, check.identity_check, at)
    if check.at_the_counter:
        return [*opening, checked, received]
    waits = definition.policy.precheck if precheck is None else precheck
    return [*opening, checked] if waits else [*opening, received]


def _require_ready(draft: Draft, definition: Definition, version: str, *, node: Node, at: datetime) -> None:
    if draft.version != version:
        raise DraftChanged
    faults = faults_of(draft, definition, node=node, at=at)
    if faults:
        raise DraftIncomplete(
            faults_zh="；".join(fault.text.zh for fault in faults),
            faults_en="; ".join(fault.text.en for fault in faults),
        )


def _submitted(node: Node, draft: Draft, definition: Definition, clause: Clause, at: datetime) -> Step:
    key = case_key(node=node, region=draft.region, case_id=draft.case_id)
    application = seal_json(draft.application(), name="application", key=key, suite=node.suite)
    files = [material.ref for material in draft.materials if material.ref]
    event = events.CaseSubmitted(
        number=take_number(region=draft.region, at=at), item=definition.item, title=definition.name.as_json(),
        definition=definition.hash, situation=draft.situation, mode=draft.mode, channel=draft.channel, receiving=draft.region,
        deciding=draft.deciding, receiving_office=_office(draft.region, "reception"),
        deciding_office=_office(draft.deciding, definition.office), files=len(files),
    )  # fmt: skip
    return Step(event, parts=[application], refs=files, baton=Baton("open"), clause=clause, audience=(draft.region,))


def _office(region: str, kind: str) -> str:
    return next((office.code for office in regions.list_offices(region) if office.kind == kind), "")


def received_step(node: Node, region: str, definition: Definition, identity_check: str, at: datetime) -> Step:
    # 行政许可法 Art. 32 (4): what is missing is told once, within a term that runs from the receipt.
    due = term(node, region, legal_day(at), definition.limits.tell_missing.days)
    event = events.CaseReceived(
        identity_check=identity_check, acceptance_due_on=due.on, provisional=due.provisional, calendar=due.calendar
    )
    return Step(event)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came of asking one register. `outcome`: answered or silent. `facts`: element, value, source, at, evidence."""

    register: str
    outcome: str
    facts: Sequence[Json] = ()


def record_evidence_and_hand_over(
    *, node: Node, region: str, case_id: UUID, evidence: Sequence[Evidence], by: Actor, at: datetime
) -> None:
    """Put the answers of the local registers that were asked on the chain, sealed, and pass the case to the deciding place.

    Also one that came back from it.
    """
    case = current(region=region, case_id=case_id)
    if case.writer != region or case.offered_to or case.state != "received":
        return
    steps = [*(_evidence(node, region, case_id, each) for each in evidence), _offer(case_id, case, at)]
    cmd = command_of(case_id, "hand-over", case.seq)
    write(node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, by=by, role="system", at=at)


def _evidence(node: Node, region: str, case_id: UUID, found: Evidence) -> Step:
    elements = [fact["element"] for fact in found.facts]
    event = events.EvidenceAdded(register=found.register, outcome=found.outcome, elements=elements)
    if not found.facts:
        return Step(event)
    key = case_key(node=node, region=region, case_id=case_id)
    return Step(event, parts=[seal_json(list(found.facts), name="evidence", key=key, suite=node.suite)])


def _offer(case_id: UUID, case: Case, at: datetime) -> Step:
    """Under the clause that covers it today: a case that came back is passed on under an agreement that may have a newer version."""
    to = case.deciding
    event = events.CaseOffered(to=to, to_name=regions.get_region(to, at.date()).name)
    return Step(event, baton=Baton("offer", to), clause=find_clause(case_id, case, at), audience=(to,))


def find_clause(case_id: UUID, case: Case, at: datetime) -> Clause:
    """One in force; of a case that was taken over there before and sent back, otherwise its own. Refuses `NotCoveredByAgreement`."""
    about = {"item": case.item, "mode": case.mode, "receiving": case.receiving, "deciding": case.deciding}
    found = alliance.list_clauses(**about, at=at)
    if not found and exchange.was_taken_over(case_id, case.deciding):
        return Clause(**case.clause)
    return found[0] if found else alliance.find_clause(**about, at=at)


def require_passable(*, region: str, case_id: UUID, at: datetime) -> None:
    """Before a clerk passes a case on: an agreement covers it. Refuses `NotCoveredByAgreement`."""
    find_clause(case_id, current(region=region, case_id=case_id), at)


def supplement(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    elements: dict[str, Any],
    materials: tuple[Any, ...] = (),
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Hand in what was asked for (补正). The deciding place holds the case, so it travels as a proposal that it puts on the chain.

    A case that was sent back is completed here, by a clerk, and lies on the chain at once (补全). What was not asked for stays as it was.
    Refuses `Missing` for somebody else's case.
    """
    role = require_role(by, "citizen", "agent", "reception", region=region)
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    request = digest(node, region, elements, materials)
    case = current(region=region, case_id=case_id)
    require_to_supplement(case, case_id, elements, materials, by, at)
    here = case.writer == region and not case.offered_to
    sent_back = bool(case.returned) and here
    if sent_back:
        role = require_role(by, "reception", region=region)
    wanted = (case.returned if sent_back else case.correction) or {"fields": [], "materials": []}
    sealed, files = correct_application(
        node=node, region=region, case_id=case_id, case=case, wanted=wanted, elements=elements, materials=materials, by=by, at=at
    )  # fmt: skip
    common: dict[str, Any] = {
        "node": node, "region": region, "case_id": case_id, "cmd": cmd, "request": request, "by": by, "role": role, "at": at,
    }  # fmt: skip
    if sent_back:
        write(steps=[Step(events.CaseCompleted(), parts=[sealed], refs=files)], **common)
    elif here:
        event = supplemented_event(node, case, region, "", at)
        write(steps=[Step(event, parts=[sealed], refs=files)], **common)
    else:
        sealed_refs = (sealed.ref, *files)
        exchange.propose(kind="cases.supplement;v=1", body={}, sealed=sealed_refs, parts=[sealed], **common)


def require_to_supplement(
    case: Case, case_id: UUID, elements: dict[str, Any], materials: Sequence[Any], by: Actor, at: datetime
) -> None:
    """An agent needs the act, and one more for a pledge."""
    use_act(by=by, act="correct", item=case.item, case_id=case_id, at=at)
    definition = catalogue.get_definition(case.definition)
    pledges = [field.id for field in definition.fields(case.situation) if field.widget == "pledge"]
    signed = {id for id in pledges if elements.get(id) is True} | {m.id for m in materials if m.way == "pledge"}
    require_pledges(by, signed, item=case.item, case_id=case_id)


@once(events.CaseWithdrawn, asked=b"withdraw")
def withdraw_case(*, node: Node, region: str, case_id: UUID, cmd: UUID, by: Actor, at: datetime) -> None:
    """Withdraw (撤回) before the decision. On the chain at once where this place holds the case; otherwise a proposal to its holder.

    Refuses `Missing` for somebody else's case and for one that has ended, `NotAllowedNow` for one that is decided, `Forbidden` for a counter
    of another place.
    """
    role = require_role(by, "citizen", "agent", "reception", region=region)
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    require_counter(case, role, region=region)
    if case.final:
        raise Missing
    if case.state not in WITHDRAWABLE:
        raise NotAllowedNow(case.state)
    use_act(by=by, act="withdraw", item=case.item, case_id=case_id, at=at)
    common = {"node": node, "region": region, "case_id": case_id, "cmd": cmd, "by": by, "role": role, "at": at}
    if case.writer == region and not case.offered_to:
        write(steps=[Step(events.CaseWithdrawn())], **common)  # type: ignore[arg-type]
    else:
        exchange.propose(kind="cases.withdraw;v=1", body={}, request=b"withdraw", **common)  # type: ignore[arg-type]
