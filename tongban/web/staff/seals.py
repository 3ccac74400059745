"""Seals of the offices (电子印章): asked for by one, confirmed by another, stopped by anybody who may; where each was used."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.seals import queries, services
from tongban.seals.views import ASKING, ENDING, READING, USES, SealView
from tongban.web.access import door
from tongban.web.staff import officers
from tongban.web.staff.pages import page
from tongban.web.staff.performing import day, words

YEARS = 3
"""How long a new seal is valid unless something else is typed."""
TITLES = ("", "行政审批专用章", "文书专用章", "医疗保障经办专用章", "业务专用章")


@door("staff", *READING)
@require_safe
def listed(request: Any) -> HttpResponse:
    region, today = request.staff.region, legal_day(now())
    known = {
        "section": "seals", "tab": "seals", "seals": queries.list_seals(region=region, on=today),
        "maker": queries.find_maker(region=region), "waiting": queries.count_waiting(region=region),
        "asks": bool(request.staff.roles & ASKING),
    }  # fmt: skip
    return page(request, "staff/seals/list.html", known)


@door("staff", *ASKING)
def new(request: Any) -> HttpResponse:
    return _ask(request) if request.method == "POST" else _form(request, {})


@door("staff", *READING)
@require_safe
def shown(request: Any, seal_id: UUID) -> HttpResponse:
    return _show(request, seal_id)


@door("staff", *READING)
@require_GET
def picture(request: Any, seal_id: UUID) -> HttpResponse:
    data = queries.get_picture(region=request.staff.region, seal_id=seal_id)
    return HttpResponse(data, content_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


@door("staff", *ENDING, fresh=True)
@require_POST
def confirm(request: Any, seal_id: UUID) -> HttpResponse:
    return _do(request, seal_id, services.confirm_seal)


@door("staff", *ENDING)
@require_POST
def decline(request: Any, seal_id: UUID) -> HttpResponse:
    return _do(request, seal_id, services.decline_seal, **words(request, "reason"))


@door("staff", *sorted(ASKING | ENDING))
@require_POST
def stop(request: Any, seal_id: UUID) -> HttpResponse:
    return _do(request, seal_id, services.stop_seal, **words(request, "reason"))


def _do(request: Any, seal_id: UUID, act: Any, **typed: Any) -> HttpResponse:
    try:
        act(region=request.staff.region, seal_id=seal_id, by=request.actor, at=now(), **typed)
    except Refused as refused:
        return _show(request, seal_id, refused)
    return redirect("staff:seal", seal_id=seal_id)


def _ask(request: Any) -> HttpResponse:
    typed = words(request, "office", "owner", "title", "uscc")
    given = {
        **typed,
        "uses": request.POST.getlist("use"),
        "valid_from": day(request, "valid_from"),
        "valid_until": day(request, "valid_until"),
    }
    try:
        if typed["office"] not in {office.code for office in regions.list_offices(request.staff.region)}:
            raise services.SealUnusable(what=services.PARTS["office"])
        if not given["valid_from"] or not given["valid_until"]:
            raise services.SealUnusable(what=services.PARTS["validity"])
        seal_id = services.ask_seal(node=request.node, region=request.staff.region, by=request.actor, at=now(), **given)
    except Refused as refused:
        return _form(request, given, refused)
    return redirect("staff:seal", seal_id=seal_id)


def _form(request: Any, typed: dict[str, Any], refused: Refused | None = None) -> HttpResponse:
    offices = regions.list_offices(request.staff.region)
    here = next(
        (office.code for office in offices if office.code == request.staff.office), offices[0].code if offices else ""
    )
    today = legal_day(now())
    usual = {
        "office": here, "owner": next((office.name for office in offices if office.code == here), ""), "title": TITLES[1], "uses": [*USES],
        "valid_from": today, "valid_until": date(today.year + YEARS, today.month, min(today.day, 28)) - timedelta(days=1),
    }  # fmt: skip
    known = {
        "section": "seals",
        "tab": "seals",
        "offices": offices,
        "titles": TITLES,
        "uses": USES.items(),
        "typed": {**usual, **typed},
    }
    return page(request, "staff/seals/new.html", known, refused=refused)


def _show(request: Any, seal_id: UUID, refused: Refused | None = None) -> HttpResponse:
    region = request.staff.region
    seal = queries.get_seal(region=region, seal_id=seal_id, on=legal_day(now()))
    known = {
        "section": "seals", "tab": "seals", "seal": seal, "uses": queries.list_uses(region=region, seal_id=seal_id),
        "names": officers.names_of(request, [seal.asked_by, seal.confirmed_by, seal.ended_by]), **_may(request, seal),
    }  # fmt: skip
    return page(request, "staff/seals/one.html", known, refused=refused)


def _may(request: Any, seal: SealView) -> dict[str, bool]:
    roles = request.staff.roles
    second = bool(roles & ENDING) and seal.asked_by != request.staff.ref
    return {
        "confirms": seal.state == "asked" and second,
        "declines": seal.state in {"asked", "confirmed"} and bool(roles & ENDING),
        "stops": seal.state in {"confirmed", "active"} and bool(roles & (ASKING | ENDING)),
        "own": seal.state == "asked" and seal.asked_by == request.staff.ref,
    }
