"""Receiving at the counter (综合窗口) from a person who is present: no account and no phone needed.

First where and which situation, for some need no case at all and then nobody's name is written down; then who; then the same form,
materials and check as online. The screen is cleared between people.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.alliance import queries as alliance
from tongban.cases import queries as cases
from tongban.cases import services
from tongban.cases.drafts import Draft
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition, Situation
from tongban.catalogue.tree import Answer
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.people.identity import mask_name
from tongban.web.access import door
from tongban.web.components import application, checking, places, questions
from tongban.web.components.faults import Fault, by_anchor
from tongban.web.components.portals import COUNTER
from tongban.web.components.trip import Trip, forget_trip, load_trip, save_trip
from tongban.web.staff import present
from tongban.web.staff.pages import page

GET_AND_POST = ["GET", "HEAD", "POST"]
Groups = dict[str, list[places.Group]]


@door("staff", "reception")
@require_http_methods(GET_AND_POST)
def start(request: Any) -> HttpResponse:
    """Which service, insured where, living where. Begins anew: whatever was known of an earlier person is gone."""
    today = legal_day(now())
    typed = _typed_places(request)
    groups = {"insured": places.insured_places(typed["key"], today), "here": places.treatment_places()}
    if request.method != "POST":
        return _start_page(request, typed, groups, [])
    faults = places.find_faults(typed, groups)
    if faults:
        return _start_page(request, typed, groups, faults)
    _forget(request)
    request.session["reception"] = {"key": typed["key"]}
    save_trip(request, Trip(typed["key"], insured=typed["insured"], here=typed["here"]))
    return redirect("staff:reception-questions")


@door("staff", "reception")
@require_http_methods(GET_AND_POST)
def ask(request: Any) -> HttpResponse:
    """One question after the other, as online. With a draft open, another situation is chosen for it."""
    trip = _trip(request)
    if not trip.known:
        return redirect("staff:reception")
    definition = trip.definition(legal_day(now()))
    question = questions.ask(request, portal=COUNTER, trip=trip, definition=definition, back=reverse("staff:reception"))
    if question is not None:
        return question
    step = definition.next_step(trip.given())
    if isinstance(step, Answer):
        return page(request, "staff/reception/answer.html", {"portal": COUNTER, "answer": step})
    if not trip.draft:
        _require_clause(request, trip, definition)
        return redirect("staff:reception-who")
    services.save_draft(**_whose(request, UUID(trip.draft)), situation=step.id)
    return redirect("staff:reception-form", case_id=trip.draft)


@door("staff", "reception")
@require_http_methods(GET_AND_POST)
def who(request: Any) -> HttpResponse:
    """Who is here, and how that was checked. Opens the draft; from here on everything is sealed."""
    trip = _trip(request)
    definition = trip.definition(legal_day(now())) if trip.known else None
    step = definition.next_step(trip.given()) if definition else None
    if definition is None or not isinstance(step, Situation):
        return redirect("staff:reception-questions")
    typed, faults = present.read(request)
    if request.method != "POST" or faults:
        return _who_page(request, typed, faults, back=reverse("staff:reception-questions"))
    draft = services.start_draft(
        node=request.node, region=request.staff.region, definition=definition, deciding=trip.insured, situation=step.id,
        mode=COUNTER.mode, channel=COUNTER.channel, applicant=present.applicant(typed, demo=request.node.demo), elements=_told(trip, step),
        by=request.actor, at=now(),
    )  # fmt: skip
    save_trip(request, replace(trip, draft=str(draft.case_id)))
    present.remember_check(request, draft.case_id, typed["checked_by"])
    return redirect("staff:reception-form", case_id=draft.case_id)


@door("staff", "reception")
@require_http_methods(GET_AND_POST)
def person(request: Any, case_id: UUID) -> HttpResponse:
    """The same page once a draft is open: to correct a line, or to check the person again who comes back to it."""
    draft = _draft(request, case_id)
    typed, faults = present.read(request)
    if request.method != "POST":
        typed = {**typed, **draft.applicant}
    if request.method != "POST" or faults:
        return _who_page(request, typed, faults, back=COUNTER.url("form", case_id))
    known = present.applicant(typed, demo=request.node.demo)
    services.save_draft(**_whose(request, case_id), applicant=known)
    present.remember_check(request, case_id, typed["checked_by"])
    return redirect("staff:reception-check", case_id=case_id)


@door("staff", "reception")
@require_http_methods(GET_AND_POST)
def form(request: Any, case_id: UUID) -> HttpResponse:
    back = reverse("staff:reception-person", args=[case_id])
    return application.form(request, portal=COUNTER, draft=_draft(request, case_id), back=back)


@door("staff", "reception")
@require_http_methods(GET_AND_POST)
def materials(request: Any, case_id: UUID) -> HttpResponse:
    """Scans, each with the clerk's word that the original was seen (已核对原件)."""
    return application.materials(request, portal=COUNTER, draft=_draft(request, case_id))


@door("staff", "reception")
@require_http_methods(GET_AND_POST)
def check(request: Any, case_id: UUID) -> HttpResponse:
    """收件. Who comes back to a draft is looked at again first; nobody's identity is carried over a cleared screen."""
    identity_check = present.find_check(request, case_id)
    who_is_it = reverse("staff:reception-person", args=[case_id])
    if not identity_check:
        return redirect(who_is_it)
    return application.check(
        request,
        portal=COUNTER,
        draft=_draft(request, case_id),
        identity_check=identity_check,
        done=lambda case_id: reverse("staff:receipt", args=[case_id]),
        links=checking.Links(identity=who_is_it, situation=_change_situation(request, case_id)),
    )


@door("staff", "reception")
@require_POST
def clear(request: Any) -> HttpResponse:
    """清屏换人: nothing of this person stays in the session or on the screen. A draft stays sealed in the list of open ones."""
    _forget(request)
    return redirect("staff:reception")


@door("staff", "reception")
@require_POST
def discard(request: Any, case_id: UUID) -> HttpResponse:
    """The person left without handing anything in: the draft goes, and its key with it."""
    services.discard_draft(**_whose(request, case_id))
    _forget(request)
    return redirect("staff:reception")


def _whose(request: Any, case_id: UUID) -> dict[str, Any]:
    return {
        "node": request.node,
        "region": request.staff.region,
        "case_id": case_id,
        "by": request.actor,
        "at": now(),
    }


def _draft(request: Any, case_id: UUID) -> Draft:
    return cases.get_draft(node=request.node, region=request.staff.region, case_id=case_id, by=request.actor)


def _change_situation(request: Any, case_id: UUID) -> str:
    """The last question again. Only while the answers are still known: they are not kept with the draft."""
    trip = _trip(request)
    if trip.draft != str(case_id):
        return ""
    asked = trip.definition(legal_day(now())).answered(trip.given())
    return f"{reverse('staff:reception-questions')}?q={asked[-1][0].id}" if asked else ""


def _require_clause(request: Any, trip: Trip, definition: Definition) -> None:
    """Refuses `NotCoveredByAgreement` before anybody's name is typed."""
    alliance.find_clause(
        item=definition.item, mode=COUNTER.mode, receiving=request.staff.region, deciding=trip.insured, at=now()
    )


def _told(trip: Trip, situation: Situation) -> dict[str, Any]:
    """What the first page already told, so that the form does not ask it again."""
    return {field.id: trip.here for field in situation.fields if field.widget == "region"}


def _forget(request: Any) -> None:
    forget_trip(request, _key(request))
    request.session.pop("reception", None)
    present.forget_checks(request)


def _key(request: Any) -> str:
    key: str = request.session.get("reception", {}).get("key", "")
    return key


def _trip(request: Any) -> Trip:
    return load_trip(request, _key(request))


def _services() -> list[tuple[str, Any]]:
    """What can be received here: key and name, each once however many places offer it."""
    first = {publication.key: publication for publication in reversed(catalogue.list_publications())}
    return [(key, catalogue.get_definition(publication.hash).name) for key, publication in sorted(first.items())]


def _typed_places(request: Any) -> dict[str, str]:
    asked = request.POST if request.method == "POST" else request.GET
    offered = _services()
    return {
        "key": asked.get("key", "").replace("\x00", "") or (offered[0][0] if offered else ""),
        "insured": asked.get("insured", ""),
        "here": asked.get("here", "") or request.staff.region,
    }


def _start_page(request: Any, typed: dict[str, str], groups: Groups, faults: list[Fault]) -> HttpResponse:
    drafts = cases.list_drafts(node=request.node, region=request.staff.region, by=request.actor)
    known = {
        "portal": COUNTER,
        "typed": typed,
        "services": _services(),
        "groups": groups,
        "errors": faults,
        "wrong": by_anchor(faults),
        "drafts": [(draft, mask_name(draft.applicant.get("name", ""))) for draft in drafts],
    }
    return page(request, "staff/reception/start.html", known, status=422 if faults else 200)


def _who_page(request: Any, typed: dict[str, str], faults: list[Fault], *, back: str) -> HttpResponse:
    known = {
        "portal": COUNTER,
        "typed": typed,
        "kinds": present.KINDS.values(),
        "errors": faults,
        "wrong": by_anchor(faults),
        "back": back,
    }
    return page(request, "staff/reception/who.html", known, status=422 if faults else 200)
