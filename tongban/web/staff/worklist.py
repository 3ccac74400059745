"""The worklist of a desk: what waits, since when, until when; and the exact search over all of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.cases import inspections, worklists
from tongban.cases.worklists import COUNTED, Filters, Worklist, WorklistRow
from tongban.kernel.clock import now
from tongban.web.access import door
from tongban.web.staff import bulk, filters
from tongban.web.staff.desks import CASE_ROLES, DESKS, own_desks, shown_desks
from tongban.web.staff.pages import page


@door("staff", *CASE_ROLES)
@require_safe
def worklist(request: Any) -> HttpResponse:
    """Unless a desk is named, the first of the clerk's own where something lies."""
    wanted, me = request.GET.get("desk", ""), request.staff.ref
    asked = filters.read_filters(request.GET, me=me)
    desks = [wanted] if wanted in DESKS else own_desks(request.staff.roles)
    tabs = shown_desks(request.staff.roles)
    found, desk = _list(request, desks[0], asked, tabs), desks[0]
    if not found.rows and (busy := [other for other in desks if found.counts.get(other)]):
        found, desk = _list(request, busy[0], asked, tabs), busy[0]
    return page(request, "staff/worklist.html", _told(request, desk, asked, found))


def _told(request: Any, desk: str, asked: Filters, found: Worklist) -> dict[str, Any]:
    me, choices = request.staff.ref, filters.choices(request)
    return {
        "section": "worklist",
        "rows": _named(found.rows, choices["officers"]),
        "desk": desk,
        "desk_name": DESKS[desk],
        "tabs": [(name, DESKS[name], _count(found.counts.get(name))) for name in shown_desks(request.staff.roles)],
        "asked": asked,
        "narrowed": asked != Filters(),
        "me": me,
        "mine": asked.officer == me,
        "saved": filters.saved(request),
        "next_page": filters.as_query(asked, me=me, desk=desk, after=found.after) if found.after else "",
        "first_page": filters.as_query(asked, me=me, desk=desk) if request.GET.get("after") else "",
        "bulk_acts": bulk.offered(desk, request.staff.roles),
        "inspections": _inspections(request),
        **choices,
    }


def _inspections(request: Any) -> dict[str, str]:
    """How much there is to look into after decisions, for whom that concerns."""
    if not request.staff.roles & set(inspections.READING):
        return {}
    counts = inspections.count_inspections(region=request.staff.region, by=request.actor, at=now())
    return {tray: _count(number) for tray, number in counts.items() if number}


def _named(rows: tuple[WorklistRow, ...], officers: dict[str, str]) -> list[tuple[WorklistRow, str]]:
    """Each with the name of whoever it is assigned to, which stands in this office's own records only."""
    return [(row, officers.get(row.officer, "")) for row in rows]


def _list(request: Any, desk: str, asked: Filters, tabs: list[str]) -> Worklist:
    return worklists.list_worklist(
        node=request.node, region=request.staff.region, desk=desk, by=request.actor, at=now(), filters=asked,
        after=request.GET.get("after", ""), counted=[name for name in tabs if name != "all"],
    )  # fmt: skip


def _count(number: int | None) -> str:
    """Without "all": nobody works through that list."""
    return "" if number is None else f"{number}+" if number >= COUNTED else str(number)


@door("staff", *CASE_ROLES)
@require_POST
def find(request: Any) -> HttpResponse:
    """By POST, because what is typed may be a person's number: it stands in no address and no log. One case opens at once."""
    words = request.POST.get("words", "")
    found = worklists.find_cases(node=request.node, region=request.staff.region, words=words, at=now())
    if len(found.rows) == 1:
        return redirect("staff:case", case_id=found.rows[0].case_id)
    officers = filters.officers(request)
    return page(
        request, "staff/found.html", {"section": "worklist", "found": found, "rows": _named(found.rows, officers)}
    )
