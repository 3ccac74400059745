"""Who is here, and how that was checked. Opens the draft; from here on everything is sealed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.cases import services
from tongban.catalogue.definition import Situation
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.components.faults import by_anchor
from tongban.web.components.portals import COUNTER, Portal
from tongban.web.components.trip import save_trip
from tongban.web.staff.pages import page
from tongban.web.staff.reception import desk, present
from tongban.web.staff.reception.present import Present


@door("staff", "reception")
@require_http_methods(desk.GET_AND_POST)
def who(request: Any) -> HttpResponse:
    trip = desk.get_trip(request)
    definition = trip.definition(legal_day(now())) if trip.known else None
    step = definition.next_step(trip.given()) if definition else None
    if definition is None or not isinstance(step, Situation):
        return redirect("staff:reception-questions")
    portal = desk.portal_for(request, deciding=trip.insured, item=definition.item)
    told = {field.id: trip.here for field in step.fields if field.widget == "region"}

    def opened(person: Present) -> HttpResponse:
        draft = services.start_draft(
            node=request.node, region=request.staff.region, definition=definition, deciding=trip.insured, situation=step.id,
            mode=COUNTER.mode, channel=COUNTER.channel, applicant=present.applicant(person.typed, demo=request.node.demo),
            elements=told, by=request.actor, at=now(),
        )  # fmt: skip
        save_trip(request, replace(trip, draft=str(draft.case_id)))
        desk.note_case(request, draft.case_id)
        present.remember_check(request, draft.case_id, person.check)
        return redirect("staff:reception-form", case_id=draft.case_id)

    return identify(request, portal, first=Present({}), back=reverse("staff:reception-questions"), then=opened)


@door("staff", "reception")
@require_http_methods(desk.GET_AND_POST)
def person(request: Any, case_id: UUID) -> HttpResponse:
    """The same page once a draft is open: to correct a line, or to check the person again who comes back to it."""
    draft = desk.get_draft(request, case_id)

    def checked(person: Present) -> HttpResponse:
        known = present.applicant(person.typed, demo=request.node.demo)
        services.save_draft(**desk.whose(request, case_id), applicant=known)
        present.remember_check(request, case_id, person.check)
        return redirect("staff:reception-check", case_id=case_id)

    portal = desk.portal_of(request, draft)
    return identify(
        request, portal, first=present.known(draft.applicant), back=COUNTER.url("form", case_id), then=checked
    )


def identify(
    request: Any, portal: Portal, *, first: Present, back: str, then: Callable[[Present], HttpResponse], **more: Any
) -> HttpResponse:
    """Show the lines, read a card into them, or go on with `then` once nothing is wrong. `more` goes to the page."""
    visit = desk.visit_of(request)
    if request.method != "POST":
        return show(request, portal, first, back=back, **more)
    if "read" in request.POST:
        laid = present.lay_card(request, visit=visit, bridge=desk.find_bridge(request))
        return show(request, portal, laid, back=back, **more)
    person = present.read(request, visit=visit)
    if person.faults:
        return show(request, portal, person, back=back, **more)
    try:
        return then(person)
    except Refused as refused:
        return show(request, portal, person, back=back, refused=refused, **more)


def show(
    request: Any, portal: Portal, person: Present, *, back: str, refused: Refused | None = None, **more: Any
) -> HttpResponse:
    known = {
        "portal": portal,
        "person": person,
        "typed": person.typed,
        "kinds": present.KINDS.values(),
        "demo_cards": present.demo_cards(desk.find_bridge(request)),
        "errors": person.faults,
        "wrong": by_anchor(person.faults),
        "back": back,
        **more,
    }
    return page(request, "staff/reception/who.html", known, refused=refused, status=422 if person.faults else 200)
