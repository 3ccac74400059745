"""The citizen's own drafts (草稿): the shared application pages, and the list of what is done and what is left."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.cases import queries, services
from tongban.cases.drafts import Draft
from tongban.catalogue import queries as catalogue
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.web.access import door
from tongban.web.citizen.identity import applicant
from tongban.web.components import application, forms
from tongban.web.components.application import acting
from tongban.web.components.checking import Links
from tongban.web.components.portals import CITIZEN
from tongban.web.components.trip import Trip, forget_trip, save_trip

PAGES = ["GET", "HEAD", "POST"]


@door("citizen", act="see")
@require_safe
def tasks(request: Any, case_id: UUID) -> HttpResponse:
    draft = get(request, case_id)
    definition = catalogue.get_definition(draft.definition)
    missing = _missing(request, draft)
    done = {
        "identity": not any(name.startswith("applicant.") for name in missing),
        "form": not any(not name.startswith(("applicant.", "material.")) for name in missing),
        "materials": not any(name.startswith("material.") for name in missing),
    }
    known = {
        "draft": draft,
        "definition": definition,
        "situation": definition.situation(draft.situation),
        "done": done,
        "count": 1 + sum(done.values()),
        "links": _links(request, case_id),
    }
    return render(request, "citizen/draft.html", known)


@door("citizen", act="fill_in")
@require_safe
def situation(request: Any, case_id: UUID) -> HttpResponse:
    """Answer the questions again for this draft."""
    draft = get(request, case_id)
    trip = Trip(key=draft.item, insured=draft.deciding, here=draft.region, draft=str(case_id))
    save_trip(request, trip)
    return redirect("citizen:questions", key=draft.item)


@door("citizen", act="fill_in")
@require_http_methods(PAGES)
def form(request: Any, case_id: UUID) -> HttpResponse:
    back = reverse("citizen:draft", args=[case_id])
    return forms.form(request, portal=CITIZEN, draft=get(request, case_id), back=back)


@door("citizen", act="fill_in")
@require_http_methods(PAGES)
def materials(request: Any, case_id: UUID) -> HttpResponse:
    return application.materials(request, portal=CITIZEN, draft=get(request, case_id))


@door("citizen", act="fill_in")
@require_http_methods(PAGES)
def check(request: Any, case_id: UUID) -> HttpResponse:
    """Sent twice, or reached again by going back: what was handed in already leads to its confirmation."""
    draft = find(request, case_id)
    if draft is None:
        return redirect("citizen:submitted", case_id=case_id)

    def done(id: UUID) -> str:
        # The next application begins with its own answers.
        forget_trip(request, draft.item)
        return reverse("citizen:submitted", args=[id])

    return application.check(
        request, portal=CITIZEN, draft=_with_identity(request, draft), identity_check=request.session.get("means", "sms"),
        done=done, links=_links(request, case_id),
    )  # fmt: skip


@door("citizen")
@require_POST
def discard(request: Any, case_id: UUID) -> HttpResponse:
    draft = get(request, case_id)
    by = acting(request, draft.region)
    services.discard_draft(node=request.node, region=draft.region, case_id=case_id, by=by, at=now())
    return redirect("citizen:cases")


def find(request: Any, case_id: UUID) -> Draft | None:
    """The citizen's own draft, in whichever region hosted here it was begun."""
    for region in request.node.regions:
        draft = queries.find_draft(node=request.node, region=region, case_id=case_id, by=request.actor)
        if draft:
            return draft
    return None


def get(request: Any, case_id: UUID) -> Draft:
    """Refuses `Missing`."""
    draft = find(request, case_id)
    if draft is None:
        raise Missing
    return draft


def _with_identity(request: Any, draft: Draft) -> Draft:
    """Identity is asked once and kept with the person; the draft follows it."""
    known = applicant(request.citizen)
    if draft.applicant == known:
        return draft
    by = acting(request, draft.region)
    return services.save_draft(
        node=request.node, region=draft.region, case_id=draft.case_id, applicant=known, by=by, at=now()
    )


def _missing(request: Any, draft: Draft) -> list[str]:
    by = acting(request, draft.region)
    faults = services.check_draft(node=request.node, region=draft.region, case_id=draft.case_id, by=by, at=now())
    return [fault.field for fault in faults]


def _links(request: Any, case_id: UUID) -> Links:
    there_and_back = urlencode({"next": CITIZEN.url("check", case_id)})
    return Links(
        identity="" if request.behalf else f"{reverse('citizen:me')}?{there_and_back}",
        situation=reverse("citizen:situation", args=[case_id]),
    )
