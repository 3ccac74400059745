"""The standard of an item (事项标准): which there are, what this place does otherwise, following one with declared deviations, leaving it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue import queries as catalogue
from tongban.catalogue.adopting import adopt_standard
from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.definition import Definition
from tongban.catalogue.deviating import find_departures, read_standard
from tongban.catalogue.differences import Difference, read_declared
from tongban.catalogue.documents import read_document
from tongban.catalogue.grading import WEIGHTS
from tongban.catalogue.standards import list_standards
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.staff import comparison_pages as saying
from tongban.web.staff.comparisons import LOOKING
from tongban.web.staff.pages import page

WRITING = ("catalogue_editor",)


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, key: str) -> HttpResponse:
    return _show(request, key, request.GET.get("standard", ""))


@door("staff", *WRITING)
@require_POST
def adopt(request: Any, key: str) -> HttpResponse:
    """采用、更改申明、退出"""
    chosen = request.POST.get("standard", "")
    try:
        adopt_standard(
            node=request.node, region=request.staff.region, key=key, definition=chosen, reasons=_reasons(request), by=request.actor,
            at=now(),
        )  # fmt: skip
    except Refused as refused:
        if isinstance(refused, Missing):
            raise
        return _show(request, key, chosen, refused=refused)
    return redirect("staff:standard", key=key)


def _reasons(request: Any) -> dict[str, Text]:
    """Of each `path` the reason typed; one left empty declares nothing."""
    found = {}
    for number, path in enumerate(request.POST.getlist("path")):
        zh, en = (request.POST.get(f"reason-{number}-{language}", "").strip() for language in ("zh", "en"))
        if zh or en:
            found[path] = Text(zh or en, en or zh)
    return found


def _show(request: Any, key: str, chosen: str, *, refused: Refused | None = None) -> HttpResponse:
    """What this place does otherwise than the chosen standard, the own one where none is chosen."""
    region, today = request.staff.region, legal_day(now())
    definition = catalogue.find_in_force(key, region, today)
    if definition is None:
        raise Missing
    own, every = read_standard(definition.document), list_standards(key, on=today)
    standards = [one for one in every if one.standard.definition != definition.hash]
    followers = [place for one in every if one.standard.definition == definition.hash for place in one.followers]
    chosen = chosen or (own.definition if own else "")
    document = read_document(chosen) if chosen else None
    known = {
        "section": "compare", "definition": definition, "own": own, "chosen": chosen, "editor": "catalogue_editor" in request.staff.roles,
        "standards": [_offered(one, own) for one in standards], "departures": _departures(request, definition, document) if document else [],
        "followers": saying.name_places(followers),
        "faults": [fault.path for fault in refused.faults] if isinstance(refused, BadDefinition) else [],
    }  # fmt: skip
    return page(request, "staff/compare/standard.html", known, refused=refused)


def _offered(one: Any, own: Any) -> dict[str, Any]:
    return {
        "offered": one, "place": saying.name_place(one.standard.region), "followers": saying.name_places(one.followers),
        "own": own == one.standard,
    }  # fmt: skip


def _departures(request: Any, definition: Definition, standard: Any) -> list[dict[str, Any]]:
    """The gravest first; what was typed is not lost."""
    declared, typed = read_declared(definition.document), _reasons(request) if request.method == "POST" else {}
    found = sorted(find_departures(definition.document, standard), key=lambda one: -WEIGHTS[one.grade])
    return [_departure(number, one, typed.get(one.path) or declared.get(one.path)) for number, one in enumerate(found)]


def _departure(number: int, one: Difference, reason: Text | None) -> dict[str, Any]:
    """`number` names its fields: those that need a reason come first. What is harmless needs none."""
    [(_, [said])] = saying.say_differences([one])
    return {"number": number, "said": said, "reason": reason, "needed": WEIGHTS[one.grade] >= WEIGHTS["stricter"]}
