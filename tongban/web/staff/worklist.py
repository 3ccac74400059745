"""The worklist of a desk: what waits, since when, until when."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tongban.cases import queries as cases
from tongban.cases.views import Worklist
from tongban.kernel.clock import now
from tongban.web.access import door
from tongban.web.staff.desks import CASE_ROLES, DESKS, own_desks
from tongban.web.staff.pages import page


@door("staff", *CASE_ROLES)
@require_safe
def worklist(request: Any) -> HttpResponse:
    """A search by number looks at every desk; otherwise the page shows one: unless named, the first of the clerk's own where something lies."""
    number = request.GET.get("number", "").replace("\x00", "").strip()
    wanted = request.GET.get("desk", "")
    desks = ["all"] if number else [wanted] if wanted in DESKS else own_desks(request.staff.roles)
    desk, found = desks[0], _list(request, desks[0], number)
    if not found.rows and (busy := [other for other in desks if found.counts.get(other)]):
        desk, found = busy[0], _list(request, busy[0], number)
    tabs = [(name, label, found.counts.get(name)) for name, label in DESKS.items()]
    known = {"worklist": found, "desk": desk, "desk_name": DESKS[desk], "tabs": tabs, "number": number}
    return page(request, "staff/worklist.html", {"section": "worklist", **known})


def _list(request: Any, desk: str, number: str) -> Worklist:
    return cases.list_worklist(
        node=request.node,
        region=request.staff.region,
        desk=desk,
        at=now(),
        page=_page_number(request),
        number=number,
    )


def _page_number(request: Any) -> int:
    wanted = request.GET.get("page", "")
    return max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 6 else 1
