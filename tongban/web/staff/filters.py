"""What narrows a worklist, as an address and as a form; and the filters that a clerk keeps under names of their own (常用筛选)."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from tongban.alliance import queries as alliance
from tongban.cases.states import STATES
from tongban.cases.worklists import Filters
from tongban.catalogue import queries as catalogue
from tongban.kernel.clock import now
from tongban.kernel.text import Text
from tongban.people import preferences
from tongban.people import queries as people
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.staff.desks import CASE_ROLES, DESKS

NAMES = tuple(field.name for field in fields(Filters))
LONGEST = 64
LAMPS = {
    "red": Text("超期", "Overdue"),
    "amber": Text("临近", "Due soon"),
    "green": Text("正常", "On time"),
    "none": Text("不计时", "No clock"),
}
ME = "me"
"""Saved and sent instead of the own staff ref, so that an address names nobody."""


def read_filters(given: Mapping[str, str], *, me: str) -> Filters:
    found = {name: given.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in NAMES}
    return Filters(**{**found, "officer": me if found["officer"] == ME else found["officer"]})


def as_query(filters: Filters, *, me: str, **more: str) -> str:
    """For an address: only what narrows."""
    values = {name: value for name, value in asdict(filters).items() if value}
    if filters.officer == me:
        values["officer"] = ME
    return urlencode({**more, **values})


def choices(request: Any) -> dict[str, Any]:
    """What each filter may be set to, in words."""
    region, at = request.staff.region, now()
    return {
        "items": _items(),
        "partners": sorted((code, regions.path_name(code)) for code in _partners(region, at)),
        "lamps": LAMPS.items(),
        "officers": officers(request),
        "states": STATES.items(),
    }


def officers(request: Any) -> dict[str, str]:
    """Ref and name of everybody who works here."""
    staff = people.list_staff(node=request.node, region=request.staff.region)
    return {person.ref: person.display_name for person in staff}


def _items() -> list[tuple[str, Text]]:
    newest = {publication.item: publication.hash for publication in reversed(catalogue.list_publications())}
    return [(item, catalogue.get_definition(hash).name) for item, hash in sorted(newest.items())]


def _partners(region: str, at: Any) -> set[str]:
    agreements = [agreement for agreement in alliance.list_agreements(at) if region in agreement.members]
    return {member for agreement in agreements for member in agreement.members} - {region}


def saved(request: Any) -> list[tuple[preferences.SavedFilter, str]]:
    """The clerk's own, each with the address of its list."""
    kept = preferences.list_filters(node=request.node, by=request.actor)
    return [(filter, f"{reverse('staff:worklist')}?{urlencode(filter.value)}") for filter in kept]


@door("staff", *CASE_ROLES)
@require_POST
def save(request: Any) -> HttpResponse:
    me = request.staff.ref
    desk = request.POST.get("desk", "all")
    filters = read_filters(request.POST, me=me)
    value = {"desk": desk if desk in DESKS else "all", **{name: text for name, text in asdict(filters).items() if text}}
    if filters.officer == me:
        value["officer"] = ME
    preferences.save_filter(
        node=request.node, name=request.POST.get("name", ""), value=value, by=request.actor, at=now()
    )
    return redirect(f"{reverse('staff:worklist')}?{urlencode(value)}")


@door("staff", *CASE_ROLES)
@require_POST
def forget(request: Any, filter_id: UUID) -> HttpResponse:
    preferences.forget_filter(filter_id=filter_id, by=request.actor)
    return redirect("staff:worklist")
