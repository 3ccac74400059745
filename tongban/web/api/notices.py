"""Notices (通知) about a case: what was sent to the applicant, by which way, and whether it arrived."""

from typing import Any
from uuid import UUID

from ninja import Router

from tongban.kernel.events import format_instant
from tongban.notices import queries
from tongban.notices.queries import DeliveryView, NoticeView
from tongban.web.access import door
from tongban.web.api.cases import find
from tongban.web.api.forms import Out, TextOut, listed

router = Router(tags=["notices"])


class NoticeOut(Out):
    """`way`: in-app, sms or mail. `state`: how far it came."""

    id: str
    kind: str
    way: str
    state: str
    sentence: TextOut
    at: str


class Notices(Out):
    items: list[NoticeOut]
    next: None


@router.get("/{uuid:case_id}/notices", response=Notices, operation_id="listNotices")
@door("client", scope="notices:read")
def list_notices(request: Any, case_id: UUID) -> Any:
    """Newest first; one entry for each way that a notice took."""
    view = find(request, case_id)
    found = queries.list_of_case(region=view.region, case_id=case_id)
    return listed([_out(notice, way) for notice in found for way in notice.deliveries])


def _out(notice: NoticeView, way: DeliveryView) -> NoticeOut:
    return NoticeOut(
        id=str(notice.id), kind=notice.kind, way=way.way_code, state=way.state_code, sentence=TextOut(**notice.text.as_json()),
        at=format_instant(way.at),
    )  # fmt: skip
