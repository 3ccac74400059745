"""People who ask (人工导办): the queue of the hall, one talk, an answer, its end."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue.guides import offers
from tongban.guidance import queries, services
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.staff.pages import page
from tongban.web.staff.performing import words


@door("staff", *queries.ANSWERING)
@require_safe
def listed(request: Any) -> HttpResponse:
    waiting = queries.list_open(node=request.node, region=request.staff.region, by=request.actor)
    cards = _cards({one.about for one in waiting})
    known = {
        "section": "guidance",
        "talks": [(one, cards.get(one.about)) for one in waiting],
        "kept_days": services.KEPT.days,
    }
    return page(request, "staff/guidance/list.html", known)


@door("staff", *queries.ANSWERING)
@require_safe
def talk(request: Any, conversation: UUID) -> HttpResponse:
    return _show(request, conversation)


@door("staff", *queries.ANSWERING)
@require_POST
def answer(request: Any, conversation: UUID) -> HttpResponse:
    """回答"""
    try:
        services.answer(**_where(request), node=request.node, conversation=conversation, **words(request, "text"))
    except Refused as refused:
        return _show(request, conversation, refused)
    return redirect("staff:guidance-talk", conversation=conversation)


@door("staff", *queries.ANSWERING)
@require_POST
def close(request: Any, conversation: UUID) -> HttpResponse:
    """结束对话"""
    services.close(**_where(request), conversation=conversation)
    return redirect("staff:guidance")


def _where(request: Any) -> dict[str, Any]:
    return {"region": request.staff.region, "by": request.actor, "at": now()}


def _show(request: Any, conversation: UUID, refused: Refused | None = None) -> HttpResponse:
    found = queries.get_for_clerk(
        node=request.node, region=request.staff.region, conversation=conversation, by=request.actor
    )
    known = {
        "section": "guidance", "talk": found, "about": _cards({found.about}).get(found.about), "longest": services.LONGEST,
        "typed": request.POST.get("text", "") if refused else "",
    }  # fmt: skip
    return page(request, "staff/guidance/talk.html", known, refused=refused)


def _cards(keys: set[str]) -> dict[str, offers.Card]:
    return offers.find_named_cards(keys - {""}, legal_day(now()))
