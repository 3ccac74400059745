"""Decisions (受理与决定) of the deciding place, in the name of the member of staff to whom the token is bound.

Each carries `seen`, the `head` of the case that was looked at: where something happened since, nothing is done (409).
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Router
from pydantic import Field as Bounded

from tongban.cases import queries, services
from tongban.kernel.clock import now
from tongban.web.access import door
from tongban.web.api.cases import CaseOut, find, show
from tongban.web.api.forms import Day, In, Line, Name, Words

router = Router(tags=["decisions"])

Seen = Annotated[int, Bounded(ge=1, le=100_000)]
Names = Annotated[list[Name], Bounded(max_length=100)]


class AcceptanceIn(In):
    """`tolerated`: materials that may follow (容缺受理), until that day or as long as the item says."""

    seen: Seen
    tolerated: Names = []
    tolerated_until: Day | None = None


class OpinionIn(In):
    """`recommends`: approve or refuse; the latter names its article."""

    seen: Seen
    recommends: Literal["approve", "refuse"]
    reasons: Words
    article: Line = ""


class CorrectionIn(In):
    """Everything that is missing or wrong, in one list: it is asked once (一次性告知)."""

    seen: Seen
    fields: Names = []
    materials: Names = []
    note: Words = ""


class ApprovalIn(In):
    seen: Seen
    note: Words = ""


class GroundsIn(In):
    seen: Seen
    reason: Words
    article: Line


@router.post("/{uuid:case_id}/accept", response=CaseOut, operation_id="acceptCase")
@door("client", scope="decisions:write")
def accept(request: Any, case_id: UUID, body: AcceptanceIn) -> Any:
    """受理: the term for the decision runs from here."""
    until = date.fromisoformat(body.tolerated_until) if body.tolerated_until else None
    return _act(request, case_id, body, services.accept_case, tolerated_until=until)


@router.post("/{uuid:case_id}/examine", response=CaseOut, operation_id="examineCase")
@door("client", scope="decisions:write")
def examine(request: Any, case_id: UUID, body: OpinionIn) -> Any:
    """审核意见: the opinion of the first eyes, where the item keeps examining and deciding apart."""
    return _act(request, case_id, body, services.examine_case)


@router.post("/{uuid:case_id}/not-accept", response=CaseOut, operation_id="notAcceptCase")
@door("client", scope="decisions:write")
def not_accept(request: Any, case_id: UUID, body: GroundsIn) -> Any:
    """不予受理, with reason and article."""
    return _act(request, case_id, body, services.not_accept)


@router.post("/{uuid:case_id}/request-correction", response=CaseOut, operation_id="requestCorrection")
@door("client", scope="decisions:write")
def request_correction(request: Any, case_id: UUID, body: CorrectionIn) -> Any:
    """一次性告知"""
    return _act(request, case_id, body, services.request_correction)


@router.post("/{uuid:case_id}/approve", response=CaseOut, operation_id="approveCase")
@door("client", scope="decisions:write")
def approve(request: Any, case_id: UUID, body: ApprovalIn) -> Any:
    """准予备案; it takes effect once the business system has acknowledged it."""
    return _act(request, case_id, body, services.approve_case)


@router.post("/{uuid:case_id}/refuse", response=CaseOut, operation_id="refuseCase")
@door("client", scope="decisions:write")
def refuse(request: Any, case_id: UUID, body: GroundsIn) -> Any:
    """不予备案, with reason and article."""
    return _act(request, case_id, body, services.refuse_case)


def _act(request: Any, case_id: UUID, body: In, service: Callable[..., Any], **more: Any) -> dict[str, Any]:
    """Whoever may not see the case finds nothing; whether the role may act, the service says."""
    said = body.model_dump() | more
    view = find(request, case_id)
    whose = {"node": request.node, "region": view.region, "case_id": case_id, "by": request.actor, "at": now()}
    service(**whose, cmd=request.cmd, expected_seq=said.pop("seen"), **said)
    return show(queries.get_case(**whose))
