"""A draft goes on elsewhere (续办): a code for the counter or the kiosk, and a code from the counter taken up here."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from tongban.cases import services
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.people import limits
from tongban.regions import queries as regions
from tongban.slips.services import ResumeCodeUnusable
from tongban.web.access import door
from tongban.web.citizen import drafts
from tongban.web.citizen.identity import applicant
from tongban.web.components.application import acting
from tongban.web.components.faults import by_anchor, fault_of
from tongban.web.components.portals import CITIZEN


@door("citizen")
@require_POST
def carry(request: Any, case_id: UUID) -> HttpResponse:
    """A code to show at the counter. The draft stays here until somebody uses it."""
    draft = drafts.get(request, case_id)
    by = acting(request, draft.region)
    made = services.make_resume_code(node=request.node, region=draft.region, case_id=case_id, by=by, at=now())
    known = {"draft": draft, "made": made, "halls": regions.list_halls(draft.region)}
    return render(request, "citizen/carry.html", known)


@door("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: Any) -> HttpResponse:
    """Go on with what was begun at the counter: for the same person only, and once."""
    if not request.citizen.id_number:
        return redirect(f"{reverse('citizen:me')}?{urlencode({'next': request.path})}")
    if request.method != "POST":
        return _page(request, [])
    try:
        draft = _take(request)
    except (ResumeCodeUnusable, services.NotThisPerson) as refused:
        limits.count_failure(_tries(request), at=now())
        return _page(request, [fault_of(refused, "code")])
    except Refused as refused:
        return _page(request, [fault_of(refused, "code")])
    return redirect("citizen:draft", case_id=draft.case_id)


def _take(request: Any) -> Any:
    at = now()
    limits.require_open_account(_tries(request), at=at)
    return services.resume_draft(
        node=request.node, code=request.POST.get("code", ""), person=applicant(request.citizen), mode=CITIZEN.mode,
        channel=CITIZEN.channel, by=request.actor, at=at,
    )  # fmt: skip


def _tries(request: Any) -> str:
    tries: str = request.node.keyed_hash(request.citizen.ref, purpose="resume-tries")
    return tries


def _page(request: Any, faults: list[Any]) -> HttpResponse:
    known = {"errors": faults, "wrong": by_anchor(faults)}
    return render(request, "citizen/resume.html", known, status=422 if faults else 200)
