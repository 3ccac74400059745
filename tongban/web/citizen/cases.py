"""My cases (我的办件): where each stands, whose turn it is, what it rests on, and what I can do."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases import queries, services
from tongban.cases.drafts import Draft
from tongban.cases.views import CaseView
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.components import correction
from tongban.web.components.application import acting, command
from tongban.web.components.portals import CITIZEN

PAGES = ["GET", "HEAD", "POST"]


@door("citizen")
@require_safe
def mine(request: Any) -> HttpResponse:
    found = queries.list_my_cases(node=request.node, by=request.actor, at=now())
    return render(request, "citizen/cases.html", {"cases": found, "drafts": _drafts(request)})


@door("citizen")
@require_safe
def case(request: Any, case_id: UUID) -> HttpResponse:
    return render(request, "citizen/case.html", {"case": get(request, case_id)})


@door("citizen")
@require_safe
def submitted(request: Any, case_id: UUID) -> HttpResponse:
    """The confirmation, which is also the receipt (收件凭证) to print."""
    view = get(request, case_id)
    known = {"case": view, "halls": regions.list_halls(view.receiving)}
    return render(request, "citizen/submitted.html", known)


@door("citizen")
@require_safe
def record(request: Any, case_id: UUID) -> HttpResponse:
    """The record file: it can be verified without this site."""
    view = get(request, case_id)
    by = acting(request, view.region)
    data = queries.export_record(node=request.node, region=view.region, case_id=case_id, by=by, at=now())
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{view.number}.tbrec") or "attachment"
    return response


@door("citizen")
@require_http_methods(PAGES)
def correct(request: Any, case_id: UUID) -> HttpResponse:
    """Give what the deciding place asked for, all of it on one page (补正)."""
    view = get(request, case_id)
    if view.correction is None or "supplement" not in view.actions:
        return redirect("citizen:case", case_id=case_id)
    back = reverse("citizen:case", args=[case_id])
    page = correction.page(request, portal=CITIZEN, case=view, asked=view.correction, back=back)
    return page or redirect(back)


@door("citizen")
@require_http_methods(PAGES)
def withdraw(request: Any, case_id: UUID) -> HttpResponse:
    view = get(request, case_id)
    if "withdraw" not in view.actions:
        return redirect("citizen:case", case_id=case_id)
    if request.method != "POST":
        return render(request, "citizen/withdraw.html", {"case": view, "cmd": new_id()})
    by = acting(request, view.region)
    services.withdraw_case(
        node=request.node,
        region=view.region,
        case_id=case_id,
        cmd=command(request),
        by=by,
        at=now(),
    )
    return redirect("citizen:case", case_id=case_id)


def get(request: Any, case_id: UUID) -> CaseView:
    """The citizen's own case in a region hosted here, first of all in the one that received it. Refuses `Missing`."""
    copies = [copy for region in request.node.regions for copy in _copies(request, region, case_id)]
    if not copies:
        raise Missing
    return max(copies, key=lambda copy: copy.region == copy.receiving)


def _copies(request: Any, region: str, case_id: UUID) -> list[CaseView]:
    try:
        by = acting(request, region)
        return [queries.get_case(node=request.node, region=region, case_id=case_id, by=by, at=now())]
    except Missing:
        return []


def _drafts(request: Any) -> list[tuple[Draft, Definition]]:
    found = [
        d
        for region in request.node.regions
        for d in queries.list_drafts(node=request.node, region=region, by=request.actor)
    ]
    return [(draft, catalogue.get_definition(draft.definition)) for draft in found]
