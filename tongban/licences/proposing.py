"""What ends a licence for good takes two (双人复核): a chief proposes to cancel it or to revoke it as a penalty, somebody else confirms or declines.

What follows from a decision's own event is the machine's and needs no second pair of eyes: the decision had them.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.cases import queries as cases
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.licences import models
from tongban.licences.changing import (
    FOUR_EYES,
    find_for_chief,
    lock_issued,
    require_reason,
    require_status,
    write_change,
)
from tongban.licences.operations import OPERATIONS, REASONS

CONFIRMING = frozenset({"chief", "supervisor"})
_PURPOSE = "licence-proposal"


class ProposedAlready(Refused):
    text = Text("此证照已有待复核的提议。", "Something was proposed for this licence already.")
    advice = Text("请先复核或退回。", "Confirm or decline that first.")


class ProposalOver(Refused):
    text = Text("此提议已办理，或者证照状态已经改变。", "It was dealt with, or the licence has changed since.")
    advice = Text("请刷新页面；需要的，重新提出。", "Reload the page; propose it again where it is needed.")


class SameProposer(Refused):
    status = 403
    text = Text("注销、吊销须由两人办理，提出人不能自己复核。", "It takes two: who proposed it cannot confirm it.")
    advice = Text("请另一名首席代表或督查员复核。", "Let another chief or a supervisor confirm it.")


@dataclass(frozen=True, slots=True)
class ProposalView:
    """`note`: what the holder will be told; `by`: a member of staff."""

    id: int
    region: str
    case_id: UUID
    seq: int
    number: str
    operation: Text
    reason: Text
    article: str
    note: str
    by: str
    at: datetime


def propose_change(
    *, node: Node, region: str, identifier: str, operation: str, reason_code: str, note: str, article: str, cmd: UUID, by: Actor, at: datetime
) -> int:  # fmt: skip
    """By a chief of the deciding place; nothing changes yet. Once for each `cmd`.

    Refuses `WhyIsMissing`, `NotInThisStatus`, `ProposedAlready`, `Forbidden`, `Missing`.
    """
    with transaction.atomic():
        row = find_for_chief(node=node, region=region, identifier=identifier, by=by)
        known = models.Proposal.objects.filter(region=region, cmd=cmd).values_list("id", flat=True).first()
        if known is not None:
            return known
        require_reason(operation if operation in FOUR_EYES else "", reason_code, note, article)
        require_status(row, operation)
        if models.Proposal.objects.filter(region=region, identifier=identifier, state="asked").exists():
            raise ProposedAlready
        made = models.Proposal.objects.create(
            region=region, case_id=row.case_id, identifier=identifier, operation=operation, reason_code=reason_code,
            article=article.strip(), note=node.seal_locally(note.strip(), purpose=_PURPOSE, region=region), cmd=cmd, state="asked",
            changed_seq=row.changed_seq, asked_by=by.ref, asked_at=at,
        )  # fmt: skip
    return made.id


def confirm_change(*, node: Node, region: str, proposal: int, by: Actor, at: datetime) -> None:
    """The second pair of eyes: it is done, and the holder is told. Refuses `SameProposer`, `ProposalOver`, `Forbidden`, `Missing`."""
    with transaction.atomic():
        made = _asked(node, region, proposal, by)
        if made.asked_by == by.ref:
            raise SameProposer
        row = lock_issued(region, made.identifier)
        if row.changed_seq != made.changed_seq:
            raise ProposalOver
        write_change(
            row, made.operation, made.reason_code, note=_note(made, node), article=made.article, node=node, cmd=made.cmd,
            expected_seq=None, by=by, at=at, proposed_by=made.asked_by,
        )  # fmt: skip
        _settle(made, "confirmed", by, at)


def decline_change(*, node: Node, region: str, proposal: int, by: Actor, at: datetime) -> None:
    """Not to be done; also by who proposed it. Refuses `ProposalOver`, `Forbidden`, `Missing`."""
    with transaction.atomic():
        _settle(_asked(node, region, proposal, by), "declined", by, at)


def list_proposals(*, node: Node, region: str, identifier: str = "") -> list[ProposalView]:
    """That wait for a second pair of eyes, the oldest first; of one licence, or all. Whoever asks may see the cases."""
    rows = models.Proposal.objects.filter(region=region, state="asked").order_by("id")
    found = list(rows.filter(identifier=identifier) if identifier else rows)
    held = models.Licence.objects.filter(region=region, identifier__in=[row.identifier for row in found])
    places = {identifier: (seq, number) for identifier, seq, number in held.values_list("identifier", "seq", "number")}
    return [
        ProposalView(
            row.id, region, row.case_id, *places[row.identifier], OPERATIONS[row.operation].name, REASONS[row.reason_code], row.article,
            _note(row, node), row.asked_by, row.asked_at,
        )
        for row in found
    ]  # fmt: skip


def _asked(node: Node, region: str, proposal: int, by: Actor) -> models.Proposal:
    made = models.Proposal.objects.select_for_update().filter(region=region, id=proposal).first()
    if made is None:
        raise Missing
    cases.require_sight(node=node, region=region, case_id=made.case_id, by=by)
    if by.kind != "staff" or not by.roles & CONFIRMING:
        raise Forbidden
    if made.state != "asked":
        raise ProposalOver
    return made


def _note(row: models.Proposal, node: Node) -> str:
    return node.open_locally(bytes(row.note), purpose=_PURPOSE, region=row.region)


def _settle(row: models.Proposal, state: str, by: Actor, at: datetime) -> None:
    row.state, row.settled_by, row.settled_at = state, by.ref, at
    row.save(update_fields=["state", "settled_by", "settled_at"])
