"""What I was told (我的通知), and how I want to be told."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.kernel.clock import now
from tongban.notices import preferences, queries, services
from tongban.notices.preferences import AMOUNTS, Wishes, WrongMailAddress
from tongban.people.identity import mask_phone
from tongban.web.access import door
from tongban.web.components.faults import Fault, by_anchor, fault_of


@door("citizen")
@require_safe
def mine(request: Any) -> HttpResponse:
    """What is shown here counts as read; this one time it is still marked as new."""
    found = queries.list_notices(regions=request.node.regions, owner=request.actor.ref)
    if request.method == "GET":
        services.mark_read(regions=request.node.regions, by=request.actor, at=now())
        request.unread = 0
    return render(request, "citizen/notices.html", {"notices": found})


@door("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: Any) -> HttpResponse:
    if request.method != "POST":
        return _page(request, preferences.read_wishes(node=request.node, owner=request.actor.ref), [])
    typed = Wishes(
        sms=request.POST.get("sms", ""), mail=request.POST.get("mail", ""), language=request.language,
        address=request.POST.get("address", "").replace("\x00", "").strip(),
    )  # fmt: skip
    try:
        preferences.save_wishes(node=request.node, wishes=typed, by=request.actor, at=now())
    except WrongMailAddress as refused:
        return _page(request, typed, [fault_of(refused, "address")])
    return redirect("citizen:notices")


def _page(request: Any, typed: Wishes, errors: list[Fault]) -> HttpResponse:
    known = {
        "typed": typed,
        "amounts": list(AMOUNTS.items()),
        "phone": mask_phone(request.citizen.phone),
        "errors": errors,
        "wrong": by_anchor(errors),
    }
    return render(request, "citizen/notice-wishes.html", known, status=422 if errors else 200)
