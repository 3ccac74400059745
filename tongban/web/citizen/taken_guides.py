"""Guides of items that were only taken in (采集事项的指南): what their source published, and where to ask; nothing can be begun there."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.catalogue.history.taken import TakenItem, find_record, find_taken, get_taken, list_taken_steps
from tongban.catalogue.search.gathering import get_index
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.components.records import say_record

READ = ("added", "changed")
"""Versions that were read from a source."""


@door("anyone")
@require_safe
def guide(request: Any, item_id: int) -> HttpResponse:
    """What the newest version says. `?view=print` for paper."""
    today = legal_day(now())
    item = get_taken(item_id, on=today)
    record = find_record(item)
    if record is None:
        raise Missing
    is_found = any(entry.taken == item.id for entry in get_index(today).entries)
    known = {
        "name": record.name,
        "record": say_record(record),
        "office": record.office or record.department,
        "verified": record.marks.get("verified") is not False,
        "taken_on": next(step.at for step in list_taken_steps(item.layer, item.key) if step.act in READ),
        "standing": item.standing,
        "into": _into(item),
        "open_elsewhere": not is_found and not (item.standing or item.planned),
        "query": urlencode({"q": record.name}),
        "halls": [hall for code in request.node.regions for hall in regions.list_halls(code)],
        "own": reverse("citizen:guide-taken", args=[item.id]),
        "printing": request.GET.get("view") == "print",
    }
    return render(request, "citizen/guide-taken.html", known)


def _into(item: TakenItem) -> str:
    """The guide of the item that this one became part of."""
    if item.standing is None or not item.standing.into:
        return ""
    other = find_taken(item.standing.into, layer=item.layer, on=item.standing.since)
    return reverse("citizen:guide-taken", args=[other.id])
