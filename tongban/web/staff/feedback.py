"""What people say of this office: grades for everybody, bad ratings to follow up and complaints to answer for who is responsible."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.feedback import queries, services
from tongban.feedback.words import STEPS
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.notices import jobs as notices
from tongban.notices import services as telling
from tongban.web.access import door
from tongban.web.staff import officers
from tongban.web.staff.desks import CASE_ROLES
from tongban.web.staff.pages import page, who


@door("staff", *CASE_ROLES)
@require_safe
def feedback(request: Any) -> HttpResponse:
    return _page(request)


@door("staff", "supervisor")
@require_POST
def step(request: Any, follow_up: UUID) -> HttpResponse:
    """核实、整改、回访"""
    given = {"step": request.POST.get("step", ""), "note": request.POST.get("note", "")}
    try:
        services.take_step(**who(request), follow_up=follow_up, **given)
    except Refused as refused:
        return _page(request, refused=refused, at_fault=follow_up)
    return redirect("staff:feedback")


@door("staff", *services.ANSWERING)
@require_POST
def answer(request: Any, complaint: UUID) -> HttpResponse:
    """答复; the person is told that there is an answer."""
    try:
        owner = services.answer_complaint(**who(request), complaint=complaint, answer=request.POST.get("answer", ""))
    except Refused as refused:
        return _page(request, refused=refused, at_fault=complaint)
    region = request.staff.region
    told = telling.tell_of_answer(node=request.node, region=region, owner=owner, complaint=complaint, at=now())
    notices.deliver_soon(region, told)
    return redirect("staff:feedback")


def _page(request: Any, *, refused: Refused | None = None, at_fault: UUID | None = None) -> HttpResponse:
    roles, here = request.staff.roles, {"node": request.node, "region": request.staff.region, "at": now()}
    follows = queries.list_follow_ups(**here) if "supervisor" in roles else []
    known = {
        "section": "feedback",
        "tallies": queries.tally(region=request.staff.region, at=now()),
        "supervises": "supervisor" in roles,
        "answers": bool(roles & set(services.ANSWERING)),
        "follow_ups": follows,
        "complaints": queries.list_complaints(**here) if roles & set(services.ANSWERING) else [],
        "names": officers.names_of(request, (step.by for follow in follows for step in follow.steps)),
        "steps": STEPS,
        "typed": request.POST.get("note", "") or request.POST.get("answer", ""),
        "at_fault": at_fault,
    }
    return page(request, "staff/feedback.html", known, refused=refused)
