"""Signing in to a desk: name and password, then the code of the second factor (SR-02). An unknown name looks like a wrong password."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.people import services as people
from tongban.people.queries import Staff
from tongban.regions import queries as regions
from tongban.web import desk_session
from tongban.web.access import door
from tongban.web.components.language import safe_next
from tongban.web.desk_roles import home_of
from tongban.web.network import network_of
from tongban.web.staff.pages import page

SECONDS_FOR_THE_CODE = 300


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Any) -> HttpResponse:
    if request.method != "POST":
        return _page(request, "staff/sign-in.html")
    try:
        ref = people.verify_password(
            node=request.node,
            username=request.POST.get("username", "").strip(),
            password=request.POST.get("password", ""),
            at=now(),
            network=network_of(request),
        )
    except Refused as refused:
        return _page(request, "staff/sign-in.html", refused)
    request.session.flush()
    request.session["staff_pending"] = ref
    request.session.set_expiry(SECONDS_FOR_THE_CODE)
    return redirect(f"{reverse('staff:sign-in-code')}?{request.GET.urlencode()}")


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: Any) -> HttpResponse:
    ref = request.session.get("staff_pending")
    if not ref:
        return redirect("staff:sign-in")
    if request.method != "POST":
        return _page(request, "staff/sign-in-code.html")
    code = request.POST.get("code", "").replace(" ", "")
    try:
        staff = people.verify_second_factor(node=request.node, ref=ref, code=code, at=now())
    except Refused as refused:
        return _page(request, "staff/sign-in-code.html", refused)
    desk_session.open_desk(request, staff, place=regions.get_region(staff.region).name, at=now())
    return redirect(_next(request, staff))


@door("anyone")
@require_POST
def sign_out(request: Any) -> HttpResponse:
    request.session.flush()
    return redirect("staff:sign-in")


def _page(request: Any, template: str, refused: Refused | None = None) -> HttpResponse:
    return page(request, template, {"username": request.POST.get("username", "")}, refused=refused)


def _next(request: Any, staff: Staff) -> str:
    """Back to the desk's page that asked for the sign-in; a page for citizens is none. `home_of` says where others begin."""
    worklist, home = reverse("staff:worklist"), home_of(staff.roles)
    first = reverse(home)
    if home == "citizen:helping":
        return first
    wanted = safe_next(request.GET.get("next"), default=first)
    return wanted if wanted.startswith(worklist) and wanted != worklist else first
