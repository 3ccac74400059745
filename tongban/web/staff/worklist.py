"""The worklist of a desk: what waits, since when, until when."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tongban.cases import queries as cases
from tongban.kernel.clock import now
from tongban.web.access import door
from tongban.web.staff.desks import CASE_ROLES, DESKS, own_desk
from tongban.web.staff.pages import page


@door("staff", *CASE_ROLES)
@require_safe
def worklist(request: Any) -> HttpResponse:
    """A search by number looks at every desk; otherwise the page shows one."""
    number = request.GET.get("number", "").strip()
    desk = "all" if number else _desk(request)
    found = cases.list_worklist(
        node=request.node,
        region=request.staff.region,
        desk=desk,
        at=now(),
        page=_page_number(request),
        number=number,
    )
    tabs = [(name, label, found.counts.get(name)) for name, label in DESKS.items()]
    known = {"worklist": found, "desk": desk, "desk_name": DESKS[desk], "tabs": tabs, "number": number}
    return page(request, "staff/worklist.html", {"section": "worklist", **known})


def _desk(request: Any) -> str:
    wanted = request.GET.get("desk", "")
    return wanted if wanted in DESKS else own_desk(request.staff.roles)


def _page_number(request: Any) -> int:
    wanted = request.GET.get("page", "")
    return max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 6 else 1
