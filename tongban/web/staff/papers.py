"""Papers of a case at a desk (文书): download, and record that one was served."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.cases import queries as cases
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing, Refused
from tongban.papers import queries, services
from tongban.web.access import door
from tongban.web.components.application import command
from tongban.web.desk_roles import CASE_ROLES
from tongban.web.staff.case import attachment, find_to_open
from tongban.web.staff.pages import page


@door("staff", *CASE_ROLES)
@require_safe
def papers(request: Any, case_id: UUID) -> HttpResponse:
    return _show(request, case_id)


@door("staff", *CASE_ROLES)
@require_safe
def paper(request: Any, case_id: UUID, paper: str) -> HttpResponse:
    find_to_open(request, case_id)
    found = queries.read_paper(**_where(request, case_id), key=paper)
    return attachment(found.data, media_type="application/pdf", name=f"{found.name}.pdf")


@door("staff", *queries.SERVING)
@require_POST
def serve(request: Any, case_id: UUID, paper: str) -> HttpResponse:
    """At the counter, or by courier with the number of the waybill (送达)."""
    where, at = _where(request, case_id), now()
    found = next((each for each in queries.list_papers(**where, at=at) if each.told and each.key == paper), None)
    if found is None:
        raise Missing
    try:
        services.serve_paper(
            **where, number=found.number, place=found.place, way=request.POST.get("way", ""), signature=request.POST.get("signed", "")[:40],
            waybill=request.POST.get("waybill", "")[:40], cmd=command(request), at=at,
        )  # fmt: skip
    except Refused as refused:
        return _show(request, case_id, refused)
    return redirect("staff:papers", case_id=case_id)


def _show(request: Any, case_id: UUID, refused: Refused | None = None) -> HttpResponse:
    where, at = _where(request, case_id), now()
    known = {
        "case": cases.get_case(**where, at=at),
        "papers": queries.list_papers(**where, at=at),
        "unprinted": queries.list_unprinted(region=where["region"], case_id=case_id),
        "may_serve": bool(request.actor.roles & queries.SERVING),
        "cmd": new_id(),
    }
    return page(request, "staff/papers.html", known, refused=refused)


def _where(request: Any, case_id: UUID) -> dict[str, Any]:
    return {"node": request.node, "region": request.staff.region, "case_id": case_id, "by": request.actor}
