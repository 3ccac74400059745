"""Who has looked at my case (谁看过我的办件): office and role, never the name of a clerk."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.audit import queries
from tongban.audit.queries import ReadingView
from tongban.kernel.text import Text
from tongban.people.services import ROLES
from tongban.regions import queries as regions
from tongban.regions.queries import UnknownOffice
from tongban.web.access import door
from tongban.web.citizen.cases import get
from tongban.web.desk_roles import CASE_ROLES

OTHERS = {
    "citizen": Text("本人或代理人的账号", "An account of yours or your agent's"),
    "agent": Text("您委托的代理人", "Your agent"),
    "client": Text("您使用的其他系统", "Another system that you use"),
}


@door("citizen")
@require_safe
def readers(request: Any, case_id: UUID) -> HttpResponse:
    view = get(request, case_id)
    found = queries.list_readings(regions=request.node.regions, case_id=case_id, leave_out=request.actor.ref)
    there = {view.receiving: view.receiving_name, view.deciding: view.deciding_name}
    known = {
        "case": view,
        "readings": [(reading, _who(reading), _role(reading)) for reading in found],
        "elsewhere": [name for code, name in there.items() if not request.node.hosts(code)],
    }
    return render(request, "citizen/readers.html", known)


def _who(reading: ReadingView) -> str:
    """The office, or the place where the office is not known."""
    place = regions.get_region(reading.region).name
    if reading.kind != "staff":
        return ""
    try:
        return f"{place} · {regions.get_office(reading.region, reading.office).name}"
    except UnknownOffice:
        return place


def _role(reading: ReadingView) -> Text:
    if reading.kind != "staff":
        return OTHERS.get(reading.kind, OTHERS["citizen"])
    held = [ROLES[role] for role in CASE_ROLES if role in reading.roles]
    return Text("、".join(role.zh for role in held) or "工作人员", ", ".join(role.en for role in held) or "Staff")
