"""A draft goes on elsewhere: begun on the phone and finished here, or the other way round (续办)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tongban.cases import services
from tongban.kernel.clock import now
from tongban.people import limits
from tongban.slips.services import ResumeCodeUnusable
from tongban.web.access import door
from tongban.web.components.portals import COUNTER
from tongban.web.staff.pages import page
from tongban.web.staff.reception import desk, present
from tongban.web.staff.reception.identifying import identify, show
from tongban.web.staff.reception.opening import show_start
from tongban.web.staff.reception.present import Present


@door("staff", "reception")
@require_POST
def resume(request: Any) -> HttpResponse:
    """The code first, then the person it belongs to: the draft passes to this desk only once the document has been checked."""
    code = request.POST.get("code", "")
    try:
        limits.require_open_account(_tries(request), at=now())
        draft = services.peek_draft(node=request.node, code=code, by=request.actor, at=now())
    except limits.TooManyAttempts as refused:
        return show_start(request, refused=refused)
    except ResumeCodeUnusable as refused:
        limits.count_failure(_tries(request), at=now())
        return show_start(request, refused=refused)

    def passed(person: Present) -> HttpResponse:
        known = present.applicant(person.typed, demo=request.node.demo)
        gone_on = services.resume_draft(
            node=request.node, code=code, person=known, mode=COUNTER.mode, channel=COUNTER.channel, by=request.actor, at=now()
        )  # fmt: skip
        desk.begin(request, key=draft.item, ticket=request.POST.get("ticket", ""))
        services.save_draft(**desk.whose(request, gone_on.case_id), applicant=known)
        desk.note_case(request, gone_on.case_id)
        present.remember_check(request, gone_on.case_id, person.check)
        return redirect("staff:reception-check", case_id=gone_on.case_id)

    portal, back = desk.portal_of(request, draft), reverse("staff:reception")
    if "name" not in request.POST:
        return show(request, portal, present.known(draft.applicant), back=back, code=code)
    return identify(request, portal, first=present.known(draft.applicant), back=back, then=passed, code=code)


@door("staff", "reception")
@require_POST
def carry(request: Any, case_id: UUID) -> HttpResponse:
    """A code for the person to go on at home. The draft stays here until it is used."""
    draft = desk.get_draft(request, case_id)
    made = services.make_resume_code(**desk.whose(request, case_id))
    known = {"portal": desk.portal_of(request, draft), "draft": draft, "made": made}
    return page(request, "staff/reception/carry.html", known)


def _tries(request: Any) -> str:
    """Nobody tries codes at a desk until one fits: counted per clerk."""
    tries: str = request.node.keyed_hash(request.staff.ref, purpose="resume-tries")
    return tries
