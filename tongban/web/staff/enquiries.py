"""Enquiries before a case (咨询单): ask the deciding place, answer, close, or go on to reception with everything filled in."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalogue import queries as catalogue
from tongban.enquiries import queries, services
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.staff.pages import page
from tongban.web.staff.performing import PageOutOfDate, words


@door("staff", *queries.READING)
@require_safe
def enquiries(request: Any) -> HttpResponse:
    known = {
        "section": "enquiries",
        "lines": queries.list_enquiries(region=request.staff.region, by=request.actor),
        "asks": bool(request.staff.roles & set(queries.ASKING)),
    }
    return page(request, "staff/enquiries/list.html", known)


@door("staff", *queries.ASKING)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Any) -> HttpResponse:
    """Service and place in one list: only who offers a service can say anything about it."""
    if request.method != "POST":
        return _form(request)
    key, _, deciding = words(request, "about")["about"].partition("@")
    try:
        enquiry = services.ask(**_who(request), key=key, deciding=deciding, **words(request, "question"))
    except Refused as refused:
        return _form(request, refused)
    return redirect("staff:enquiry", enquiry_id=enquiry)


@door("staff", *queries.READING)
@require_safe
def enquiry(request: Any, enquiry_id: UUID) -> HttpResponse:
    return _show(request, enquiry_id)


@door("staff", *queries.ANSWERING)
@require_POST
def answer(request: Any, enquiry_id: UUID) -> HttpResponse:
    """答复"""
    return _act(request, enquiry_id, services.answer, "answer")


@door("staff", *queries.ASKING)
@require_POST
def close(request: Any, enquiry_id: UUID) -> HttpResponse:
    """办结咨询, with the number of the case that came of it"""
    return _act(request, enquiry_id, services.close, "became")


def _act(request: Any, enquiry_id: UUID, service: Any, name: str) -> HttpResponse:
    try:
        service(**_who(request), enquiry_id=enquiry_id, **words(request, name))
    except Refused as refused:
        return _show(request, enquiry_id, refused)
    return redirect("staff:enquiry", enquiry_id=enquiry_id)


def _show(request: Any, enquiry_id: UUID, refused: Refused | None = None) -> HttpResponse:
    view = queries.get_enquiry(
        node=request.node, region=request.staff.region, enquiry_id=enquiry_id, by=request.actor
    )  # fmt: skip
    onward = f"{reverse('staff:reception')}?{urlencode({'key': view.key, 'insured': view.deciding})}"
    known = {"section": "enquiries", "enquiry": view, "onward": onward, "typed": request.POST, "cmd": new_id()}
    return page(request, "staff/enquiries/one.html", known, refused=refused)


def _form(request: Any, refused: Refused | None = None) -> HttpResponse:
    known = {
        "section": "enquiries",
        "choices": _choices(request.staff.region),
        "typed": request.POST,
        "cmd": request.POST.get("cmd") or new_id(),
    }
    return page(request, "staff/enquiries/ask.html", known, refused=refused)


def _choices(region: str) -> list[tuple[str, Text, str]]:
    """`key@place`, the service, the place's name: what other places offer now."""
    offered = sorted({(known.key, known.region) for known in catalogue.list_publications()})
    in_force = [(key, place, catalogue.find_in_force(key, place, legal_day(now()))) for key, place in offered]
    return [
        (f"{key}@{place}", definition.name, regions.get_region(place).name)
        for key, place, definition in in_force
        if definition and place != region
    ]


def _who(request: Any) -> dict[str, Any]:
    try:
        cmd = UUID(request.POST["cmd"])
    except (KeyError, ValueError):
        raise PageOutOfDate from None
    return {"node": request.node, "region": request.staff.region, "by": request.actor, "at": now(), "cmd": cmd}
