"""What the receiving place and its applicants do: hand in, receive, ask the local register, pass on, supplement, withdraw."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.alliance import queries as alliance
from tongban.cases import events, models, queries
from tongban.cases.drafts import Draft
from tongban.cases.numbers import take_number
from tongban.cases.projection import Case
from tongban.cases.services.drafting import faults_of
from tongban.cases.writing import Step, case_key, command_of, current, require_role, write
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.exchange import services as exchange
from tongban.kernel import crash, strictjson, vault
from tongban.kernel.actors import Actor
from tongban.kernel.calendar import get_calendar
from tongban.kernel.events import Baton, Clause, Json, SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.sealing import seal_json
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
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


def submit_case(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    version: str,
    identity_check: str,
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Hand the draft in and receive it (提交、收件), one act: [submitted, received].

    `identity_check`: "sms" or "oidc" online, "card-reader" or "manual" at the counter. `version` is that of the draft the person checked.
    The same `cmd` and `version` again change nothing. Refuses `DraftChanged`, `DraftIncomplete`, `NotCoveredByAgreement`, `CommandReused`.
    """
    role = require_role(by, "reception" if identity_check in {"card-reader", "manual"} else "citizen", region=region)
    request = f"{case_id} {version}".encode()
    with transaction.atomic():
        draft = queries.find_draft(node=node, region=region, case_id=case_id, by=by, lock=True)
        steps = _submission(node, draft, version, identity_check, at) if draft else ()
        write(
            node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, request=request, by=by, role=role, at=at
        )  # fmt: skip
        crash.point("submit.written")
        models.Draft.objects.filter(case_id=case_id, region=region).delete()


def _submission(node: Node, draft: Draft, version: str, identity_check: str, at: datetime) -> tuple[Step, Step]:
    definition = catalogue.get_definition(draft.definition)
    _require_ready(draft, definition, version, node=node, at=at)
    clause = alliance.find_clause(
        item=definition.item, mode=draft.mode, receiving=draft.region, deciding=draft.deciding, at=at
    )
    return _submitted(node, draft, definition, clause, at), _received(
        node, draft.region, definition, identity_check, at
    )


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
        deciding_office=_office(draft.deciding, "insurance"), files=len(files),
    )  # fmt: skip
    return Step(event, parts=[application], refs=files, baton=Baton("open"), clause=clause, audience=(draft.region,))


def _office(region: str, kind: str) -> str:
    return next((office.code for office in regions.list_offices(region) if office.kind == kind), "")


def _received(node: Node, region: str, definition: Definition, identity_check: str, at: datetime) -> Step:
    # 行政许可法 Art. 32 (4): what is missing is told once, within a term that runs from the receipt.
    calendar = get_calendar(region)
    deadline = calendar.deadline(legal_day(at), definition.limits.tell_missing.days)
    event = events.CaseReceived(
        identity_check=identity_check,
        acceptance_due_on=deadline.on.isoformat(),
        provisional=deadline.provisional,
        calendar={"region": region, "hash": calendar.hash(node.suite)},
    )
    return Step(event)


def record_evidence_and_hand_over(
    *, node: Node, region: str, case_id: UUID, register: str, outcome: str, facts: list[Json], by: Actor, at: datetime
) -> None:
    """Put the local register's answer on the chain, sealed, and pass the case to the deciding place, also one that came back from it.

    `outcome`: answered, silent or not-asked (then no evidence event). `facts`: element, value, source, at, evidence.
    """
    case = current(region=region, case_id=case_id)
    if case.writer != region or case.offered_to or case.state != "received":
        return
    steps = [] if outcome == "not-asked" else [_evidence(node, region, case_id, register, outcome, facts)]
    steps.append(_offer(case, at))
    cmd = command_of(case_id, "hand-over", case.seq)
    write(node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, by=by, role="system", at=at)


def _evidence(node: Node, region: str, case_id: UUID, register: str, outcome: str, facts: list[Json]) -> Step:
    event = events.EvidenceAdded(register=register, outcome=outcome, elements=[fact["element"] for fact in facts])
    if not facts:
        return Step(event)
    key = case_key(node=node, region=region, case_id=case_id)
    return Step(event, parts=[seal_json(facts, name="evidence", key=key, suite=node.suite)])


def _offer(case: Case, at: datetime) -> Step:
    """Under the clause that covers it today: a case that came back is passed on under an agreement that may have a newer version."""
    to = case.deciding
    event = events.CaseOffered(to=to, to_name=regions.get_region(to, at.date()).name)
    return Step(event, baton=Baton("offer", to), clause=find_clause(case, at), audience=(to,))


def find_clause(case: Case, at: datetime) -> Clause:
    """Refuses `NotCoveredByAgreement`."""
    return alliance.find_clause(item=case.item, mode=case.mode, receiving=case.receiving, deciding=case.deciding, at=at)


def require_passable(*, region: str, case_id: UUID, at: datetime) -> None:
    """Before a clerk passes a case on: an agreement covers it. Refuses `NotCoveredByAgreement`."""
    find_clause(current(region=region, case_id=case_id), at)


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
    role = require_role(by, "citizen", "reception", region=region)
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    request = _digest(node, region, elements, materials)
    case = current(region=region, case_id=case_id)
    sent_back = bool(case.returned) and case.writer == region and not case.offered_to
    if sent_back:
        role = require_role(by, "reception", region=region)
    wanted = (case.returned if sent_back else case.correction) or {"fields": [], "materials": []}
    elements = {id: value for id, value in elements.items() if id in wanted["fields"]}
    materials = tuple(material for material in materials if material.id in wanted["materials"])
    key = case_key(node=node, region=region, case_id=case_id)
    application: Any = vault.read_part(SealedRef(**case.parts["application"]), key=key, node=node, region=region)
    brought = {material["id"]: material for material in application["materials"]}
    brought |= {material.id: material.as_json() for material in materials}
    application["elements"] |= elements
    application["materials"] = list(brought.values())
    sealed = seal_json(application, name="application", key=key, suite=node.suite)
    files = [material.ref for material in materials if material.ref]
    common: dict[str, Any] = {
        "node": node, "region": region, "case_id": case_id, "cmd": cmd, "request": request, "by": by, "role": role, "at": at,
    }  # fmt: skip
    if sent_back:
        write(steps=[Step(events.CaseCompleted(), parts=[sealed], refs=files)], **common)
    else:
        sealed_refs = (sealed.ref, *files)
        exchange.propose(kind="cases.supplement;v=1", body={}, sealed=sealed_refs, parts=[sealed], **common)


def _digest(node: Node, region: str, elements: dict[str, Any], materials: tuple[Any, ...]) -> bytes:
    """Tells whether a repeated command brings the same content, without keeping anything that could be guessed from.

    Files count by name and size: sealed again at a second click, the same file is another ciphertext.
    """
    files = [[material.id, material.way, material.name, material.size] for material in materials]
    value = {"elements": elements, "materials": files}
    return node.keyed_hash(strictjson.canonical(value).decode(), purpose="command", region=region).encode()


def withdraw_case(*, node: Node, region: str, case_id: UUID, cmd: UUID, by: Actor, at: datetime) -> None:
    """Withdraw (撤回). On the chain at once while the receiving place holds the case; after that a proposal to its holder.

    Refuses `Missing` for somebody else's case and for one that has ended.
    """
    role = require_role(by, "citizen", "reception", region=region)
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    if case.final:
        raise Missing
    common = {"node": node, "region": region, "case_id": case_id, "cmd": cmd, "by": by, "role": role, "at": at}
    if case.writer == region and not case.offered_to:
        write(steps=[Step(events.CaseWithdrawn())], **common)  # type: ignore[arg-type]
    else:
        exchange.propose(kind="cases.withdraw;v=1", body={}, request=b"withdraw", **common)  # type: ignore[arg-type]
