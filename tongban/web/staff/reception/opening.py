"""The beginning and the end of a visit: who is called, which service, where insured; and the screen cleared for the next person."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.alliance import queries as alliance
from tongban.cases import queries as cases
from tongban.cases import services
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.tree import Answer
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import legal_day
from tongban.people.identity import mask_name
from tongban.web.access import door
from tongban.web.components import places, questions
from tongban.web.components.faults import Fault, by_anchor
from tongban.web.components.portals import COUNTER
from tongban.web.components.trip import Trip, save_trip
from tongban.web.staff.pages import page
from tongban.web.staff.reception import desk

Groups = dict[str, list[places.Group]]


@door("staff", "reception")
@require_http_methods(desk.GET_AND_POST)
def start(request: Any) -> HttpResponse:
    """Called or walked in, which service, insured where, living where. Begins anew: whatever was known of an earlier person is gone."""
    typed = _typed(request)
    groups = {"insured": places.insured_places(typed["key"], legal_day(now())), "here": places.treatment_places()}
    if request.method != "POST":
        return show_start(request, typed, groups)
    home = places.find_words(typed["key"], legal_day(now()))
    faults = places.find_faults(typed, groups, choose=home.choose)
    if faults:
        return show_start(request, typed, groups, faults)
    desk.begin(request, key=typed["key"], ticket=typed["ticket"])
    if typed["window"] in settings.DEVICE_BRIDGES:
        request.session[desk.WINDOW] = typed["window"]
    save_trip(request, Trip(typed["key"], insured=typed["insured"], here=typed["here"]))
    return redirect("staff:reception-questions")


@door("staff", "reception")
@require_http_methods(desk.GET_AND_POST)
def ask(request: Any) -> HttpResponse:
    """One question after the other, as online. With a draft open, another situation is chosen for it."""
    trip = desk.get_trip(request)
    if not trip.known:
        return redirect("staff:reception")
    definition = trip.definition(legal_day(now()))
    portal = desk.portal_for(request, deciding=trip.insured, item=definition.item)
    question = questions.ask(request, portal=portal, trip=trip, definition=definition, back=reverse("staff:reception"))
    if question is not None:
        return question
    step = definition.next_step(trip.given())
    if isinstance(step, Answer):
        return page(request, "staff/reception/answer.html", {"portal": portal, "answer": step})
    if not trip.draft:
        _require_clause(request, trip, definition)
        return redirect("staff:reception-who")
    services.save_draft(**desk.whose(request, UUID(trip.draft)), situation=step.id)
    return redirect("staff:reception-form", case_id=trip.draft)


@door("staff", "reception")
@require_POST
def clear(request: Any) -> HttpResponse:
    """清屏换人: nothing of this person stays in the session, on the screen or in the browser. A draft stays sealed in the list of open ones."""
    desk.forget(request)
    return _cleared(request)


@door("staff", "reception")
@require_POST
def discard(request: Any, case_id: UUID) -> HttpResponse:
    """The person left without handing anything in: the draft goes, and its key with it."""
    services.discard_draft(**desk.whose(request, case_id))
    desk.forget(request)
    return _cleared(request)


def show_start(
    request: Any,
    typed: dict[str, str] | None = None,
    groups: Groups | None = None,
    faults: list[Fault] | None = None,
    *,
    refused: Refused | None = None,
) -> HttpResponse:
    typed = typed or _typed(request)
    today = legal_day(now())
    drafts = cases.list_drafts(node=request.node, region=request.staff.region, by=request.actor)
    known = {
        "portal": COUNTER,
        "typed": typed,
        "windows": list(settings.DEVICE_BRIDGES) if len(settings.DEVICE_BRIDGES) > 1 else [],
        "services": catalogue.list_services(today),
        "home": places.find_words(typed["key"], today),
        "groups": groups or {"insured": places.insured_places(typed["key"], today), "here": places.treatment_places()},
        "errors": faults or [],
        "wrong": by_anchor(faults or []),
        "drafts": [(draft, mask_name(draft.applicant.get("name", ""))) for draft in drafts],
    }
    return page(request, "staff/reception/start.html", known, refused=refused, status=422 if faults else 200)


def _cleared(request: Any) -> HttpResponse:
    """With a new session id: a page of the person before that is still open somewhere cannot act on the next one."""
    request.session.cycle_key()
    response = redirect("staff:reception")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _require_clause(request: Any, trip: Trip, definition: Definition) -> None:
    """Refuses `NotCoveredByAgreement` before anybody's name is typed."""
    alliance.find_clause(
        item=definition.item, mode=COUNTER.mode, receiving=request.staff.region, deciding=trip.insured, at=now()
    )


def _typed(request: Any) -> dict[str, str]:
    asked = request.POST if request.method == "POST" else request.GET
    offered = catalogue.list_services(legal_day(now()))
    return {
        "key": asked.get("key", "").replace("\x00", "") or (offered[0].key if offered else ""),
        "insured": asked.get("insured", ""),
        "here": asked.get("here", "") or request.staff.region,
        "ticket": asked.get("ticket", "").replace("\x00", "").strip(),
        "window": asked.get("window", "") or request.session.get(desk.WINDOW, ""),
    }
