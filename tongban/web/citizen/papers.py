"""Papers of my case (文书): read, and received with one press (电子送达)."""

from typing import Any
from uuid import UUID, uuid5

import structlog
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.papers import queries, services
from tongban.papers.queries import PaperView
from tongban.web.access import door
from tongban.web.citizen.cases import get
from tongban.web.components.application import acting

log = structlog.get_logger()


@door("citizen", act="see")
@require_safe
def papers(request: Any, case_id: UUID) -> HttpResponse:
    view = get(request, case_id)
    return render(request, "citizen/papers.html", {"case": view, "papers": _papers(request, view.region, case_id)})


@door("citizen", act="collect")
@require_safe
def paper(request: Any, case_id: UUID, paper: str) -> HttpResponse:
    """The PDF. What still waits to be received is received first, by the button of the list."""
    region = get(request, case_id).region
    if _find(request, region, case_id, paper).waits:
        return redirect("citizen:papers", case_id=case_id)
    return _pdf(request, region, case_id, paper)


@door("citizen", act="collect")
@require_POST
def receive(request: Any, case_id: UUID, paper: str) -> HttpResponse:
    """Having it counts from now (送达). Nobody is kept from reading because the record cannot be written at the moment."""
    region = get(request, case_id).region
    found = _find(request, region, case_id, paper)
    answer = _pdf(request, region, case_id, paper)
    if found.waits:
        try:
            services.serve_paper(
                node=request.node, region=region, case_id=case_id, number=found.number, place=found.place, way="online",
                cmd=uuid5(case_id, f"received {paper}"), by=acting(request, region), at=now(),
            )  # fmt: skip
        except Refused as refused:
            log.warning("service not recorded", case=str(case_id), region=region, code=refused.code)
    return answer


def _papers(request: Any, region: str, case_id: UUID) -> list[PaperView]:
    by = acting(request, region)
    return queries.list_papers(node=request.node, region=region, case_id=case_id, by=by, at=now())


def _find(request: Any, region: str, case_id: UUID, key: str) -> PaperView:
    found = next((each for each in _papers(request, region, case_id) if each.key == key), None)
    if found is None:
        raise Missing
    return found


def _pdf(request: Any, region: str, case_id: UUID, key: str) -> HttpResponse:
    by = acting(request, region)
    found = queries.read_paper(node=request.node, region=region, case_id=case_id, key=key, by=by)
    response = HttpResponse(found.data, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{found.name}.pdf") or "attachment"
    return response
