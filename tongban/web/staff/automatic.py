"""Automatic deciding (自动审批): what is drawn for people to look at, where it is stopped, and who lets it go on."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.review import guard, rehearsals
from tongban.web.access import door
from tongban.web.staff import officers
from tongban.web.staff.pages import page, who


@door("staff", *guard.REVIEWING)
@require_safe
def automatic(request: Any) -> HttpResponse:
    return _page(request)


@door("staff", *guard.REVIEWING)
@require_POST
def review(request: Any, sample_id: UUID) -> HttpResponse:
    """复核"""
    agrees, note = request.POST.get("opinion") == guard.AGREES, request.POST.get("note", "")
    try:
        guard.review_sample(**who(request), sample_id=sample_id, agrees=agrees, note=note)
    except Refused as refused:
        return _page(request, refused=refused, at_fault=sample_id)
    return redirect("staff:automatic")


@door("staff", *guard.STEERING)
@require_POST
def steer(request: Any) -> HttpResponse:
    """暂停或恢复"""
    act = guard.restart_automatic if request.POST.get("act") == "restart" else guard.stop_automatic
    try:
        act(**who(request), key=request.POST.get("key", "")[:80], reason=request.POST.get("reason", ""))
    except Refused as refused:
        return _page(request, refused=refused)
    return redirect("staff:automatic")


def _page(request: Any, *, refused: Refused | None = None, at_fault: UUID | None = None) -> HttpResponse:
    here = {"node": request.node, "region": request.staff.region}
    at, limits = now(), guard.Limits(one_in=settings.AUTOMATIC_SAMPLE_ONE_IN)
    samples, stops = rehearsals.list_samples(**here, at=at), rehearsals.list_stops(**here, at=at)
    people = [each.reviewed_by for each in samples] + [
        ref for each in stops for ref in (each.stopped_by, each.restarted_by)
    ]
    names = officers.names_of(request, people)
    known = {
        "section": "automatic",
        "waiting": [each for each in samples if not each.opinion],
        "done": [(each, names.get(each.reviewed_by, each.reviewed_by)) for each in samples if each.opinion],
        "stops": [(each, names.get(each.stopped_by, ""), names.get(each.restarted_by, "")) for each in stops],
        "items": rehearsals.list_automatic_items(region=request.staff.region, at=at, default=limits),
        "steers": bool(request.staff.roles & guard.STEERING),
        "typed": request.POST.get("note", ""),
        "typed_reason": request.POST.get("reason", ""),
        "typed_key": request.POST.get("key", ""),
        "at_fault": at_fault,
        "late": sum(each.late for each in samples),
    }
    return page(request, "staff/rehearsals/automatic.html", known, refused=refused)
