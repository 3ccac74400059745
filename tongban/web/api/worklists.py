"""Worklists (工作清单) of the office to which the token's member of staff belongs: masked, most urgent first."""

from typing import Any, Literal
from uuid import UUID

from ninja import Router

from tongban.cases import worklists as cases
from tongban.kernel.clock import now
from tongban.kernel.refusals import Forbidden
from tongban.web.access import door
from tongban.web.api import paging
from tongban.web.api.forms import Out, TextOut, instant, listed, text
from tongban.web.desk_roles import CASE_ROLES

router = Router(tags=["worklists"])

Desk = Literal[
    "reception", "acceptance", "examination", "effect", "mine", "countersign", "unserved", "unanswered", "escalated", "overdue", "all"
]  # fmt: skip


class RowOut(Out):
    """`label` is the masked name; `lamp`: none, green, amber or red; `head` goes back as `seen` with a decision."""

    id: UUID
    number: str
    label: str
    item: TextOut
    situation: TextOut
    state: str
    status: TextOut
    desk: str
    partner: str
    received_at: str | None
    due_on: str | None
    lamp: str
    head: int


class Rows(Out):
    items: list[RowOut]
    next: str | None


@router.get("/{desk}", response=Rows, operation_id="getWorklist")
@door("client", scope="worklists:read")
def get_worklist(request: Any, desk: Desk, cursor: paging.Cursor = "", limit: paging.Limit = 50) -> Any:
    """What lies on a desk."""
    if not request.actor.roles & set(CASE_ROLES):
        raise Forbidden
    name = f"worklist {desk}"
    found = cases.list_worklist(
        node=request.node, region=request.actor.region, desk=desk, by=request.actor, at=now(),
        after=paging.read(name, cursor) or "", size=limit,
    )  # fmt: skip
    return listed([_row(row) for row in found.rows], paging.write(name, found.after) if found.after else None)


def _row(row: cases.WorklistRow) -> dict[str, Any]:
    return {
        "id": row.case_id, "number": row.number, "label": row.label, "item": text(row.item), "situation": text(row.situation),
        "state": row.state, "status": text(row.status), "desk": row.desk, "partner": row.partner_name,
        "received_at": instant(row.received_at), "due_on": row.due_on.isoformat() if row.due_on else None, "lamp": row.lamp,
        "head": row.head,
    }  # fmt: skip
