"""Agreements in force (通办协议公示), with the entrustments that must be published: for everybody, before anybody signs in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.components import agreements as said

LONGEST = 60


@door("anyone")
@require_safe
def listed(request: Any) -> HttpResponse:
    """`?place=` a member, `?item=` code or part of a name, `?page=`."""
    place, item = request.GET.get("place", ""), request.GET.get("item", "").strip()[:LONGEST].replace("\0", "")
    known, names = said.list_current(now()), said.Names(legal_day(now()))
    rows, number, last = said.cut(said.choose(known, place=place, item=item, names=names), request.GET.get("page", ""))
    shown = {
        "rows": [{"row": row, **said.say_parts(row.agreement, names)} for row in rows], "number": number, "last": last,
        "place": place, "item": item, "groups": said.list_partners(one.agreement for one in known),
    }  # fmt: skip
    return render(request, "citizen/agreements.html", shown)


@door("anyone")
@require_safe
def shown(request: Any, agreement: str) -> HttpResponse:
    """The version in force, else the one that comes."""
    found = [one for one in said.list_current(now()) if one.agreement.id == agreement]
    if not found:
        raise Missing
    current = found[-1]
    known = {"row": current, "leaving": [(said.name_place(code), day) for code, day in current.leaving]}
    parts = said.say_parts(current.agreement, said.Names(legal_day(now())))
    return render(request, "citizen/agreement.html", {**known, **parts, "coming": found[:-1]})
