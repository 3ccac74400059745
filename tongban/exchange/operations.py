"""What operators did and asked for (运维操作): a table that only grows. What is dangerous needs a second person (四眼).

A request stands until somebody else confirms it, its author takes it back, or a day has passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.exchange.models import Operation
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text

RELEASE, ANSWER, RETRY, EXPORT = "release", "answer", "retry", "export"
REQUESTED, DONE, WITHDRAWN = "requested", "done", "withdrawn"
LASTS = timedelta(days=1)
LONGEST_REASON = 200
OPERATOR, SECOND = ("operator",), ("operator", "supervisor")


class SecondPersonNeeded(Refused):
    """Whoever asked does not confirm: that takes somebody else."""

    status = 403
    text = Text("提出的人不能自己确认。", "Whoever asked for it cannot confirm it.")
    advice = Text(
        "请由另一位系统管理员或督查员登录后确认；只有一人时，请联盟或上级派人确认。",
        "Let another operator or a supervisor sign in and confirm; where there is only one, ask the alliance to send somebody.",
    )


class RequestOver(Refused):
    """Confirmed before, taken back, or older than a day."""

    text = Text("这项请求已办理、已撤回或已过期。", "This request was done, taken back, or is more than a day old.")
    advice = Text("请重新核对后再提出。", "Look at it again and ask anew.")


class OperationReasonMissing(Refused):
    status = 422
    text = Text(
        "请写明理由（最长 200 字，不得含个人信息）。", "Give a reason, at most 200 characters and nothing personal."
    )
    advice = Text("请填写后再提交。", "Fill it in and send it again.")


@dataclass(frozen=True, slots=True)
class OperationView:
    """One row. `who` is a pseudonym of the region's own staff; `outcome` is what came of it, or the code of an answer asked for."""

    id: UUID
    region: str
    what: str
    step: str
    request: UUID | None
    case_id: UUID | None
    proposal: UUID | None
    peer: str
    who: str
    role: str
    reason: str
    code: str
    outcome: str
    at: datetime

    @property
    def until(self) -> datetime:
        return self.at + LASTS


def require_operator(by: Actor, region: str, *, roles: Iterable[str] = OPERATOR) -> str:
    """The role in which `by` may operate this region. Refuses `Forbidden`."""
    held = next((role for role in roles if by.may(role)), None)
    if by.region != region or held is None:
        raise Forbidden
    return held


def record(
    *,
    node: Node,
    region: str,
    what: str,
    by: Actor,
    role: str,
    at: datetime,
    step: str = DONE,
    request: UUID | None = None,
    case_id: UUID | None = None,
    proposal: UUID | None = None,
    peer: str = "",
    reason: str = "",
    code: str = "",
    outcome: str = "",
) -> OperationView:
    """In the transaction of what is recorded."""
    row = Operation(
        id=new_id(), region=region, node=node.id, what=what, step=step, request=request, case_id=case_id, proposal=proposal,
        peer=peer, who=by.ref, role=role, reason=reason, code=code, outcome=outcome[:80], at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    return _view(row)


def require_reason(reason: str) -> str:
    """Refuses `OperationReasonMissing`."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise OperationReasonMissing
    return reason


def take_request(*, region: str, request: UUID, by: Actor, at: datetime) -> OperationView:
    """A request that waits, for a second person. Refuses `Missing`, `RequestOver`, `SecondPersonNeeded`."""
    asked = get_request(region=region, request=request, at=at)
    if asked.who == by.ref:
        raise SecondPersonNeeded
    return asked


def get_request(*, region: str, request: UUID, at: datetime) -> OperationView:
    """One that still waits. Refuses `Missing`, `RequestOver`."""
    row = Operation.objects.filter(region=region, id=request, step=REQUESTED).first()
    if row is None:
        raise Missing
    if at >= row.at + LASTS or Operation.objects.filter(region=region, request=request).exists():
        raise RequestOver
    return _view(row)


def close_request(
    *, node: Node, asked: OperationView, step: str, by: Actor, role: str, at: datetime, outcome: str = ""
) -> None:
    """Once: of two at the same moment one is refused with `RequestOver`."""
    try:
        with transaction.atomic():
            record(
                node=node, region=asked.region, what=asked.what, step=step, request=asked.id, case_id=asked.case_id,
                proposal=asked.proposal, by=by, role=role, code=asked.code, outcome=outcome, at=at,
            )  # fmt: skip
    except IntegrityError:
        raise RequestOver from None


def withdraw_request(*, node: Node, region: str, request: UUID, by: Actor, at: datetime) -> None:
    """Take back what was asked for and not confirmed yet; any operator of the region may."""
    role = require_operator(by, region, roles=SECOND)
    asked = get_request(region=region, request=request, at=at)
    close_request(node=node, asked=asked, step=WITHDRAWN, by=by, role=role, at=at)


def list_requests(regions: Iterable[str], at: datetime) -> list[OperationView]:
    """What waits for a second person, the oldest first."""
    rows = Operation.objects.filter(region__in=list(regions), step=REQUESTED, at__gt=at - LASTS)
    over = Operation.objects.filter(region__in=list(regions), request__isnull=False).values("request")
    return [_view(row) for row in rows.exclude(id__in=over).order_by("at")]


def list_operations(regions: Iterable[str], *, case_id: UUID | None = None, limit: int = 50) -> list[OperationView]:
    """The newest first."""
    rows = Operation.objects.filter(region__in=list(regions)).order_by("-at", "-id")
    return [_view(row) for row in (rows if case_id is None else rows.filter(case_id=case_id))[:limit]]


def _view(row: Operation) -> OperationView:
    return OperationView(
        row.id, row.region, row.what, row.step, row.request, row.case_id, row.proposal, row.peer, row.who, row.role,
        row.reason, row.code, row.outcome, row.at,
    )  # fmt: skip
