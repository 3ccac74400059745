"""Rating (好差评), and complaints and suggestions (投诉建议)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.cases.views import CaseView
from tongban.feedback import queries, services
from tongban.feedback.words import ABOUT, GRADES, KINDS, TAGS
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.citizen.cases import get
from tongban.web.components.application import acting, command
from tongban.web.components.faults import Fault, by_anchor, fault_of

PAGES = ["GET", "HEAD", "POST"]


@door("citizen")
@require_http_methods(PAGES)
def rate(request: Any, case_id: UUID, about: str) -> HttpResponse:
    """One question on one page; once."""
    view = get(request, case_id)
    if about not in ABOUT:
        raise Missing
    by = acting(request, view.region)
    open_ = queries.list_to_rate(node=request.node, region=view.region, case_id=case_id, by=by)
    if about not in open_:
        return redirect("citizen:case", case_id=case_id)
    if request.method != "POST":
        return _rating_page(request, view, about, [])
    grade = request.POST.get("grade", "")
    try:
        services.rate_case(
            node=request.node, region=view.region, case_id=case_id, about=about, tags=request.POST.getlist("tag"),
            grade=int(grade) if grade in {str(known) for known in GRADES} else 0,
            text=request.POST.get("text", "").replace("\x00", ""), cmd=command(request), by=by, at=now(),
        )  # fmt: skip
    except services.NoGrade as refused:
        return _rating_page(request, view, about, [fault_of(refused, "grade-5")])
    return render(request, "citizen/rated.html", {"case": view, "more": [other for other in open_ if other != about]})


@door("citizen")
@require_http_methods(PAGES)
def complaints(request: Any) -> HttpResponse:
    """My own, and a form for another one, about a case of mine or not."""
    view = _about(request)
    if request.method != "POST":
        return _complaints_page(request, view, [])
    region = view.region if view else request.node.regions[0]
    try:
        number = services.complain(
            node=request.node, region=region, kind=request.POST.get("kind", ""), text=request.POST.get("text", ""),
            concerns=request.POST.get("concerns", "") if view else region, case_id=view.case_id if view else None,
            by=acting(request, region), at=now(),
        )  # fmt: skip
    except services.NothingWritten as refused:
        return _complaints_page(request, view, [fault_of(refused, "text")])
    request.session["complained"] = number
    return redirect(f"{reverse('citizen:complaints')}#mine")


def _about(request: Any) -> CaseView | None:
    """The case that is meant. Refuses `Missing` for one that is not one's own."""
    typed = request.POST if request.method == "POST" else request.GET
    try:
        return get(request, UUID(typed["case"])) if typed.get("case") else None
    except ValueError:
        raise Missing from None


def _rating_page(request: Any, view: CaseView, about: str, errors: list[Fault]) -> HttpResponse:
    known = {
        "case": view,
        "about": ABOUT[about],
        "place_name": view.receiving_name if about == "window" else view.deciding_name,
        "grades": list(GRADES.items()),
        "tags": list(TAGS.items()),
        "ticked": request.POST.getlist("tag"),
        "text": request.POST.get("text", ""),
        "cmd": request.POST.get("cmd") or new_id(),
        "errors": errors,
        "wrong": by_anchor(errors),
    }
    return render(request, "citizen/rate.html", known, status=422 if errors else 200)


def _complaints_page(request: Any, view: CaseView | None, errors: list[Fault]) -> HttpResponse:
    places = {code: regions.get_region(code).name for code in ([view.receiving, view.deciding] if view else [])}
    known = {
        "complaints": queries.list_my_complaints(
            node=request.node, regions=request.node.regions, by=request.actor, at=now()
        ),
        "case": view,
        "places": list(places.items()),
        "here": [code for code in places if request.node.hosts(code)],
        "kinds": list(KINDS.items()),
        "kind": request.POST.get("kind", "complaint"),
        "concerns": request.POST.get("concerns", ""),
        "text": request.POST.get("text", ""),
        "number": request.session.pop("complained", ""),
        "days": services.ANSWER_WITHIN,
        "errors": errors,
        "wrong": by_anchor(errors),
    }
    return render(request, "citizen/complaints.html", known, status=422 if errors else 200)
