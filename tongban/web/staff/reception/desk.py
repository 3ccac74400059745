"""What the pages of reception share: whose draft it is, the way of this visit, the devices of this window."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings

from tongban.cases import queries as cases
from tongban.cases.drafts import Draft
from tongban.catalogue import queries as catalogue
from tongban.kernel.clock import now
from tongban.people.adapters.bridge import Bridge
from tongban.slips import services as slips
from tongban.web.components.duty import find_clause, find_duty
from tongban.web.components.portals import COUNTER, Portal
from tongban.web.components.trip import Trip, forget_trip, load_trip
from tongban.web.staff.reception import present

GET_AND_POST = ["GET", "HEAD", "POST"]
SESSION = "reception"
WINDOW = "staff_window"
"""Which window the clerk sits at; stays when the screen is cleared."""


def whose(request: Any, case_id: UUID) -> dict[str, Any]:
    return {"node": request.node, "region": request.staff.region, "case_id": case_id, "by": request.actor, "at": now()}


def get_draft(request: Any, case_id: UUID) -> Draft:
    return cases.get_draft(node=request.node, region=request.staff.region, case_id=case_id, by=request.actor)


def get_trip(request: Any) -> Trip:
    return load_trip(request, request.session.get(SESSION, {}).get("key", ""))


def begin(request: Any, *, key: str, ticket: str) -> None:
    """Whatever was known of an earlier person is gone; a new visit begins."""
    forget(request)
    visit = slips.open_visit(region=request.staff.region, ticket=ticket, by=request.actor, at=now())
    request.session[SESSION] = {"key": key, "visit": str(visit), "ticket": ticket}


def note_case(request: Any, case_id: UUID) -> None:
    if visit := visit_of(request):
        slips.note_case(region=request.staff.region, visit=UUID(visit), case_id=case_id, by=request.actor, at=now())


def visit_of(request: Any) -> str:
    visit: str = request.session.get(SESSION, {}).get("visit", "")
    return visit


def forget(request: Any) -> None:
    """Of the person nothing stays; the visit ends."""
    forget_trip(request, request.session.get(SESSION, {}).get("key", ""))
    if visit := visit_of(request):
        slips.close_visit(region=request.staff.region, visit=UUID(visit), by=request.actor, at=now())
    request.session.pop(SESSION, None)
    present.forget_checks(request)


def portal_for(request: Any, *, deciding: str, item: str) -> Portal:
    """The counter, with the duty officer of the deciding place."""
    places = {"receiving": request.staff.region, "deciding": deciding}
    clause = find_clause(item=item, mode=COUNTER.mode, **places, at=now())
    return replace(COUNTER, duty=find_duty(deciding, clause=clause), devices=find_bridge(request) is not None)


def portal_of(request: Any, draft: Draft) -> Portal:
    return portal_for(request, deciding=draft.deciding, item=catalogue.get_definition(draft.definition).item)


def find_bridge(request: Any) -> Bridge | None:
    """The devices of this window; with one bridge there is nothing to choose."""
    bridges: dict[str, str] = settings.DEVICE_BRIDGES
    only = next(iter(bridges.values())) if len(bridges) == 1 else ""
    address = bridges.get(request.session.get(WINDOW, ""), only)
    return Bridge(address, settings.DEVICE_BRIDGE_SECRET) if address else None
