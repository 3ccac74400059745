"""Before the application: where, which situation, what it takes. Open to anyone; signing in comes only when it is needed."""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from tongban.alliance import queries as alliance
from tongban.cases import queries as cases
from tongban.cases import services
from tongban.cases.drafts import Draft
from tongban.catalogue import asking
from tongban.catalogue.definition import Definition, Situation
from tongban.catalogue.tree import Answer, Question
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.citizen.identity import applicant
from tongban.web.components import places as places_
from tongban.web.components.application import acting
from tongban.web.components.faults import by_anchor
from tongban.web.components.portals import CITIZEN
from tongban.web.components.questions import ask
from tongban.web.components.trip import Trip, load_trip, save_trip


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def places(request: Any, key: str) -> HttpResponse:
    """由哪里办？您现在在哪里？"""
    trip, today = load_trip(request, key), legal_day(now())
    home = places_.find_words(key, today)
    groups = {"insured": places_.insured_places(key, today), "here": places_.grouped(request.node.regions)}
    known: dict[str, Any] = {"groups": groups, "home": home}
    if request.method != "POST":
        return render(request, "citizen/places.html", {**known, "trip": _with_only_place(trip, request.node.regions)})
    chosen = {"insured": request.POST.get("insured", ""), "here": request.POST.get("here", "")}
    errors = places_.find_faults(chosen, groups, choose=home.choose)
    if errors:
        known |= {"trip": replace(trip, **chosen), "errors": errors, "wrong": by_anchor(errors)}
        return render(request, "citizen/places.html", known, status=422)
    save_trip(request, _moved(trip, **chosen))
    return redirect("citizen:questions", key=key)


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: Any, key: str) -> HttpResponse:
    trip = load_trip(request, key)
    if not trip.known:
        return redirect("citizen:places", key=key)
    definition = trip.definition(legal_day(now()))
    page = ask(request, portal=CITIZEN, trip=trip, definition=definition, back=reverse("citizen:places", args=[key]))
    if page:
        return page
    ends_here = isinstance(definition.next_step(trip.given()), Answer)
    return redirect("citizen:answer" if ends_here else "citizen:start", key=key)


@door("anyone")
@require_safe
def answer(request: Any, key: str) -> HttpResponse:
    """The end without a case, with its basis and what to do instead."""
    trip = load_trip(request, key)
    step, definition = _reached(request, trip)
    if not isinstance(step, Answer) or definition is None:
        return redirect("citizen:questions", key=key)
    known = {"answer": step, "definition": definition, "back": _last_question(trip, definition)}
    return render(request, "citizen/answer.html", known)


@door("anyone")
@require_safe
def start(request: Any, key: str) -> HttpResponse:
    """What will be applied for, what it takes, who decides, on which clause. Refuses `NotCoveredByAgreement` before anything is typed."""
    trip = load_trip(request, key)
    step, definition = _reached(request, trip)
    if not isinstance(step, Situation) or definition is None:
        return redirect("citizen:questions", key=key)
    clause = alliance.find_clause(
        item=definition.item, mode=CITIZEN.mode, receiving=trip.here, deciding=trip.insured, at=now()
    )
    told = services.known_before(trip.insured, trip.here, now())
    known = {
        "definition": definition,
        "situation": step,
        "promise": definition.promise(step.id),
        "wanted": asking.list_wanted(definition, step.id, {}, known=told),
        "questions": len(asking.list_asked(definition, step.id, {}, known=told)),
        "clause": clause,
        "agreement": alliance.get_agreement(clause.agreement, clause.version),
        "insured_name": regions.path_name(trip.insured),
        "here_name": regions.path_name(trip.here),
        "back": _last_question(trip, definition),
    }
    return render(request, "citizen/start.html", known)


@door("citizen", act="fill_in")
@require_safe
def begin(request: Any, key: str) -> HttpResponse:
    """Open the draft once it is known who applies; asking again leads to the same draft."""
    trip = load_trip(request, key)
    step, definition = _reached(request, trip)
    if not isinstance(step, Situation) or definition is None:
        return redirect("citizen:questions", key=key)
    if not request.citizen.name:
        return redirect(f"{reverse('citizen:me')}?{urlencode({'next': request.path})}")
    draft = _same_draft(request, trip, definition, step) or _new_draft(request, trip, definition, step)
    save_trip(request, replace(trip, draft=str(draft.case_id)))
    return redirect(CITIZEN.url("form", draft.case_id))


def _moved(trip: Trip, *, insured: str, here: str) -> Trip:
    """Other places mean another application; the answers stay as long as the questions are the same."""
    same = (insured, here) == (trip.insured, trip.here)
    return trip if same else Trip(**{**asdict(trip), "insured": insured, "here": here, "draft": ""})


def _with_only_place(trip: Trip, hosted: tuple[str, ...]) -> Trip:
    return replace(trip, here=hosted[0]) if not trip.here and len(hosted) == 1 else trip


def _reached(request: Any, trip: Trip) -> tuple[Question | Situation | Answer | None, Definition | None]:
    if not trip.known:
        return None, None
    definition = trip.definition(legal_day(now()))
    return definition.next_step(trip.given()), definition


def _last_question(trip: Trip, definition: Definition) -> str:
    asked = definition.answered(trip.given())
    screened = definition.tree.screened(trip.given())
    if screened or not asked:
        return reverse("citizen:places", args=[trip.key])
    return f"{reverse('citizen:questions', args=[trip.key])}?q={asked[-1][0].id}"


def _same_draft(request: Any, trip: Trip, definition: Definition, situation: Situation) -> Draft | None:
    """The draft this way has led to before, in the situation that was reached now; papers of another situation go."""
    if not trip.draft:
        return None
    whose: dict[str, Any] = {
        "node": request.node,
        "region": trip.here,
        "case_id": UUID(trip.draft),
        "by": acting(request, trip.here),
    }
    draft = cases.find_draft(**whose)
    if draft is None or draft.definition != definition.hash:
        return None
    if draft.situation == situation.id:
        return draft
    wanted = {material.id for material in situation.materials}
    for material in draft.materials:
        if material.id not in wanted:
            services.remove_material(**whose, material=material.id, at=now())
    return services.save_draft(**whose, situation=situation.id, at=now())


def _new_draft(request: Any, trip: Trip, definition: Definition, situation: Situation) -> Draft:
    return services.start_draft(
        node=request.node, region=trip.here, definition=definition, deciding=trip.insured, situation=situation.id,
        mode=CITIZEN.mode, channel=CITIZEN.channel, applicant=applicant(request.citizen), elements={},
        by=acting(request, trip.here), at=now(),
    )  # fmt: skip
