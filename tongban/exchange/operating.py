"""What an operator may do to the exchange (运维): try a parked case again, answer it, send now, show a fork.

There is no deleting, no forcing and no editing here: a release folds by the same table as any event, and what the table refuses stays parked.
Each use is recorded in the transaction in which it happens (`operations.py`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from tongban.alliance import queries as alliance
from tongban.exchange import forks, log, operations, proposals, receipts
from tongban.exchange.appending import settle
from tongban.exchange.incarnation import CaseRecovering
from tongban.exchange.log import Copy
from tongban.exchange.models import CaseHead, Proposal
from tongban.exchange.operations import ANSWER, DONE, EXPORT, RELEASE, REQUESTED, RETRY, SECOND, OperationView
from tongban.exchange.queries import SETTLED, list_events, list_parked_there
from tongban.exchange.receipts import Statement
from tongban.kernel import registries, vault
from tongban.kernel.actors import Actor, system
from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

STATEMENT = "exchange.parked;v=1"
"""The kind with which an operator tells the other side about a case that is parked here."""
NEVER = frozenset({"fork", "disputed-key"})
"""Reasons that no operator lifts: the alliance decides."""
RELEASED = "released"
ANSWERS: dict[str, Text] = {
    "upgrade-planned": Text("将在升级后处理", "it will be gone on with after an upgrade"),
    "cannot-be-read": Text("内容无法读取，请重新提交", "it cannot be read; please hand it in again"),
    "send-again": Text("请重新发送", "please send it again"),
    "ask-alliance": Text("请由联盟处理", "please put it to the alliance"),
}
"""What may be said to the other side about something parked."""

log_ = structlog.get_logger()


class NotParked(Refused):
    text = Text("办件没有暂停，无需处理。", "The case is not parked; there is nothing to do.")
    advice = Text("请刷新页面。", "Reload the page.")


class NeverReleased(Refused):
    """Two signed events contradict each other, or a stolen key may have signed: more than one node has to look."""

    status = 403
    text = Text(
        "办件因“{reason}”暂停，任何人都不能在本节点放行。",
        "The case is parked for “{reason}”; nobody can release it at this node.",
    )
    advice = Text(
        "请导出分叉证据，交联盟裁定；事后由联盟指定接办。",
        "Export the evidence and put it to the alliance, which decides and may reassign the case.",
    )


class UnknownAnswer(Refused):
    status = 422
    text = Text("请从列表中选择答复。", "Choose one of the answers of the list.")
    advice = Text("说明可写在理由中。", "Explanations go into the reason.")


# Four eyes: the request, and its confirmation by somebody else


@transaction.atomic
def request_release(*, node: Node, region: str, case_id: UUID, reason: str, by: Actor, at: datetime) -> OperationView:
    """Ask to try a parked case again; it happens when a second person confirms. Refuses `NotParked`, `NeverReleased`."""
    role = operations.require_operator(by, region)
    _require_releasable(log.lock_copy(region, case_id))
    reason = operations.require_reason(reason)
    return operations.record(
        node=node, region=region, what=RELEASE, step=REQUESTED, case_id=case_id, reason=reason, by=by, role=role, at=at
    )


@transaction.atomic
def request_answer(
    *, node: Node, region: str, case_id: UUID, proposal: UUID | None = None, code: str, reason: str, by: Actor, at: datetime
) -> OperationView:  # fmt: skip
    """Ask to tell the other side something about a parked case, or to decline a parked request (`proposal`) of theirs.

    `code`: one of `ANSWERS`; `reason` goes with it to the other operator. Refuses `UnknownAnswer`, `NotParked`.
    """
    role = operations.require_operator(by, region)
    if code not in ANSWERS:
        raise UnknownAnswer
    reason = operations.require_reason(reason)
    if proposal:
        _parked_proposal(region, case_id, proposal)
    else:
        _addressee(log.lock_copy(region, case_id))
    return operations.record(
        node=node, region=region, what=ANSWER, step=REQUESTED, case_id=case_id, proposal=proposal, code=code, reason=reason,
        by=by, role=role, at=at,
    )  # fmt: skip


@transaction.atomic
def confirm_request(*, node: Node, region: str, request: UUID, by: Actor, at: datetime) -> str:
    """The second pair of eyes: do what was asked for. Returns why it stays parked, or "".

    Refuses `SecondPersonNeeded`, `RequestOver`.
    """
    role = operations.require_operator(by, region, roles=SECOND)
    asked = operations.take_request(region=region, request=request, by=by, at=at)
    if asked.case_id is None:
        raise Missing
    outcome = ""
    if asked.what == RELEASE:
        outcome = release_parked(node=node, region=region, case_id=asked.case_id, by=by, at=at)
    else:
        answer_parked(
            node=node, region=region, case_id=asked.case_id, proposal=asked.proposal, code=asked.code, text=asked.reason,
            by=by, at=at,
        )  # fmt: skip
    operations.close_request(node=node, asked=asked, step=DONE, by=by, role=role, outcome=outcome, at=at)
    return outcome


# What is done


def release_parked(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> str:
    """Fold what is stored and not folded yet, in one transaction. Returns why the case stays parked, or "".

    Refuses `NotParked`, `NeverReleased`, `CaseRecovering`.
    """
    copy = log.lock_copy(region, case_id)
    _require_releasable(copy)
    events = list_events(region, case_id, first=copy.folded + 1)
    released = replace(copy, parked="", folded=copy.head.seq)
    why = _why_not(region, events) or _settle(node, released, events, at)
    log.write_copy(replace(copy, parked=why) if why else released)
    if not why:
        _tell_released(node, released, events, by, at)
    return why


def release_after_upgrade(*, node: Node, at: datetime) -> int:
    """At the start of a release that may know more: every parked case and request is tried again, each by itself (R12).

    Returns how many cases go on. What is refused again stays as it was.
    """
    released = 0
    for region in node.regions:
        with scope([region]):
            parked = list(CaseHead.objects.filter(region=region).exclude(parked="").values_list("case_id", flat=True))
            waiting = Proposal.objects.filter(region=region, state=proposals.PARKED).exclude(author=region)
            asked = set(waiting.values_list("case_id", flat=True))
        released += sum(_release_by_machine(node, region, case_id, at) for case_id in parked)
        for case_id in asked:
            with scope([region]):
                declined = proposals.resume(node=node, region=region, case_id=case_id, at=at)
                _issue(node, region, declined, at)
    return released


def answer_parked(
    *, node: Node, region: str, case_id: UUID, proposal: UUID | None = None, code: str, text: str, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Tell the region whose event is parked here, in a signed statement; a parked request of theirs (`proposal`) gets a DECLINED receipt.

    Refuses `NotParked`.
    """
    body: Json = {"code": code, "text": text}
    if proposal:
        row = _parked_proposal(region, case_id, proposal)
        row.state, row.code = proposals.DECLINED, code
        row.save()
        _issue(node, region, [Statement(row.hash, case_id, 0, "DECLINED", row.received_at, code)], at)
        _state(node, region, case_id, row.author, {**body, "proposal": str(proposal)}, by, at)
    else:
        copy = log.lock_copy(region, case_id)
        about = {"reason": copy.parked, "seq": copy.folded + 1}
        _state(node, region, case_id, _addressee(copy), {**body, **about}, by, at)


def note_statement(*, region: str, case_id: UUID, author: str, body: Json, at: datetime) -> None:
    """The other side's operator said something about what lies parked there: what it answered or released is sent once more, and
    comes back with the receipt of today."""
    with connection.cursor() as cursor:
        if body.get("code") == RELEASED:
            parked = [row.seq for row in list_parked_there(region, case_id, every=True) if row.peer == author]
            cursor.execute(
                "UPDATE exchange_outbox SET delivered_at = NULL, next_try = %s, tries = 0"
                " WHERE region = %s AND case_id = %s AND peer_region = %s AND proposal IS NULL AND seq = ANY(%s)",
                [at, region, case_id, author, parked],
            )
        elif body.get("proposal"):
            _ask_again(cursor, region, case_id, at)
        cursor.execute(f"NOTIFY {log.CHANNEL}")


@transaction.atomic
def retry_now(*, node: Node, region: str, case_id: UUID | None = None, peer: str = "", by: Actor, at: datetime) -> int:
    """What waits to be sent, of a case or to a peer region, is due at once; returns how many rows.

    Of a case also what the peer rejected, for it may have been upgraded since, and requests that lie parked there.
    """
    role = operations.require_operator(by, region)
    if case_id is None and not peer:
        raise Missing
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_outbox SET next_try = %(at)s, tries = 0, rejected_at = NULL WHERE region = %(region)s"
            " AND delivered_at IS NULL AND (%(case)s::uuid IS NULL OR case_id = %(case)s)"
            " AND (%(peer)s = '' OR peer_region = %(peer)s) AND (rejected_at IS NULL OR %(case)s::uuid IS NOT NULL)",
            {"at": at, "region": region, "case": case_id, "peer": peer},
        )
        count: int = cursor.rowcount
        if case_id:
            count += _ask_again(cursor, region, case_id, at)
        cursor.execute(f"NOTIFY {log.CHANNEL}")
    operations.record(
        node=node, region=region, what=RETRY, case_id=case_id, peer=peer, by=by, role=role, outcome=str(count), at=at
    )
    return count


@transaction.atomic
def export_fork_evidence(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> bytes:
    """One file that proves the contradiction to anybody who trusts the alliance's roots (see `forks.py`). Refuses `Missing`."""
    role = operations.require_operator(by, region, roles=SECOND)
    data = forks.write_evidence(node=node, region=region, case_id=case_id)
    operations.record(node=node, region=region, what=EXPORT, case_id=case_id, by=by, role=role, at=at)
    return data


def _require_releasable(copy: Copy) -> None:
    if not copy.parked:
        raise NotParked
    if copy.recovering:
        raise CaseRecovering
    reason = "fork" if forks.is_forked(copy.region, copy.case_id) else copy.parked
    if reason in NEVER:
        raise NeverReleased(reason=reason)


def _why_not(region: str, events: Sequence[StoredEvent]) -> str:
    """What was missing when it was parked, and is missing still."""
    kinds = ((registries.find_kind(event.payload.kind), event.payload.critical) for event in events)
    if any(known is None and critical for known, critical in kinds):
        return "unknown-kind"
    sealed = next((event for event in events if event.payload.sealed), None)
    return "key-missing" if sealed and not vault.has_key(region=region, case_id=sealed.case) else ""


def _settle(node: Node, copy: Copy, events: Sequence[StoredEvent], at: datetime) -> str:
    try:
        with transaction.atomic():
            settle(node, copy, events, at)
    except Refused as refused:
        return refused.code
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # A body that this version cannot read is a reason to stay parked, not to end the page with a bug.
        log_.exception("parked case not released", region=copy.region, case=str(copy.case_id))
        return "internal"
    return ""


def _tell_released(node: Node, copy: Copy, events: Sequence[StoredEvent], by: Actor, at: datetime) -> None:
    """The others were told PARKED; now they are told that they may have STORED."""
    statements = [
        Statement(event.hash, event.case, event.seq, "STORED", event.received_at) for event in events if not event.own
    ]
    receipts.restate(node=node, region=copy.region, statements=statements, members=alliance.latest_list(at), at=at)
    for peer in copy.head.audience:
        if peer != copy.region:
            _state(node, copy.region, copy.case_id, peer, {"code": RELEASED}, by, at)


def _state(node: Node, region: str, case_id: UUID, to: str, body: Json, by: Actor, at: datetime) -> None:
    role = "system" if by.kind == "system" else "operator"
    proposals.propose(
        node=node, region=region, case_id=case_id, kind=STATEMENT, body=body, cmd=new_id(), request=STATEMENT.encode(),
        by=by, role=role, at=at, to=to,
    )  # fmt: skip


def _release_by_machine(node: Node, region: str, case_id: UUID, at: datetime) -> bool:
    """By rule and without a person: the same table judges. A case that cannot be tried is left for the operator."""
    try:
        with scope([region]):
            by = system(region)
            why = release_parked(node=node, region=region, case_id=case_id, by=by, at=at)
            if not why:
                operations.record(node=node, region=region, what=RELEASE, case_id=case_id, by=by, role="system", at=at)
    except (NotParked, NeverReleased, CaseRecovering):
        return False
    return not why


def _addressee(copy: Copy) -> str:
    """The author of the first event that is not folded here. Refuses `NotParked`."""
    if not copy.parked:
        raise NotParked
    first = list_events(copy.region, copy.case_id, first=copy.folded + 1, last=copy.folded + 1)
    to = first[0].payload.region if first else copy.head.writer
    if to == copy.region:
        raise NotParked
    return to


def _parked_proposal(region: str, case_id: UUID, proposal: UUID) -> Proposal:
    rows = Proposal.objects.select_for_update().filter(case_id=case_id, region=region, proposal=proposal)
    row = rows.filter(state=proposals.PARKED).exclude(author=region).first()
    if row is None:
        raise NotParked
    return row


def _ask_again(cursor: Any, region: str, case_id: UUID, at: datetime) -> int:
    """Own requests that were delivered and not answered: an upgraded or decided holder answers the same bytes now."""
    open_ids = Proposal.objects.filter(case_id=case_id, region=region, author=region).exclude(state__in=SETTLED)
    cursor.execute(
        "UPDATE exchange_outbox SET delivered_at = NULL, next_try = %s, tries = 0"
        " WHERE region = %s AND case_id = %s AND delivered_at IS NOT NULL AND proposal = ANY(%s)",
        [at, region, case_id, list(open_ids.values_list("proposal", flat=True))],
    )
    count: int = cursor.rowcount
    return count


def _issue(node: Node, region: str, statements: Sequence[Statement], at: datetime) -> None:
    """In the transaction of what they state: they leave the node only after its commit (R14)."""
    receipts.issue(node=node, region=region, statements=statements, members=alliance.latest_list(at), at=at)
