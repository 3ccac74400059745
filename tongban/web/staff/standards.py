"""The standard of an item (事项标准): which there are, what this place does otherwise, following one with declared deviations, leaving it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue import queries as catalogue
from tongban.catalogue.adopting import Proposal, adopt_proposed, drop_proposal, find_proposal, propose_standard
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
from tongban.web.staff import officers
from tongban.web.staff.comparisons import LOOKING
from tongban.web.staff.definition_words import DefinitionWords
from tongban.web.staff.pages import page

WRITING = ("catalogue_editor",)


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, key: str) -> HttpResponse:
    return _show(request, key, request.GET.get("standard", ""))


@door("staff", *WRITING)
@require_POST
def adopt(request: Any, key: str) -> HttpResponse:
    """采用、更改申明、退出: proposed by one editor, published by another."""
    chosen = request.POST.get("standard", "")
    try:
        _act(request, key, chosen)
    except Refused as refused:
        if isinstance(refused, Missing):
            raise
        return _show(request, key, chosen, refused=refused)
    return redirect("staff:standard", key=key)


def _act(request: Any, key: str, chosen: str) -> None:
    whose = {"node": request.node, "region": request.staff.region, "key": key, "by": request.actor}
    match request.POST.get("act", "propose"):
        case "publish":
            adopt_proposed(**whose, proposal=_id(request.POST.get("proposal", "")), at=now())
        case "drop":
            drop_proposal(**whose)
        case _:
            propose_standard(**whose, definition=chosen, reasons=_reasons(request), at=now())


def _id(text: str) -> UUID:
    """Refuses `Missing`."""
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None


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
    proposal = find_proposal(region, key)
    chosen = chosen or (proposal.definition if proposal else "") or (own.definition if own else "")
    document = read_document(chosen) if chosen else None
    known = {
        "section": "compare", "definition": definition, "own": own, "chosen": chosen, "editor": "catalogue_editor" in request.staff.roles,
        "standards": [_offered(one, own) for one in standards],
        "departures": _departures(request, definition, document, proposal) if document else [],
        "followers": saying.name_places(followers),
        "proposal": proposal, **(_proposed(request, proposal) if proposal else {}),
        "faults": [fault.path for fault in refused.faults] if isinstance(refused, BadDefinition) else [],
    }  # fmt: skip
    return page(request, "staff/compare/standard.html", known, refused=refused)


def _offered(one: Any, own: Any) -> dict[str, Any]:
    return {
        "offered": one, "place": saying.name_place(one.standard.region), "followers": saying.name_places(one.followers),
        "own": own == one.standard,
    }  # fmt: skip


def _proposed(request: Any, proposal: Proposal) -> dict[str, Any]:
    """Who proposed what; whoever did does not publish it."""
    names = officers.names_of(request, [proposal.by])
    standard = read_document(proposal.definition) if proposal.definition else None
    return {
        "proposed_by": names.get(proposal.by, proposal.by), "own_proposal": proposal.by == request.actor.ref,
        "proposed_place": saying.name_place(standard["region"]) if standard else None,
        "proposed_version": standard["version"] if standard else 0,
    }  # fmt: skip


def _departures(request: Any, definition: Definition, standard: Any, proposal: Proposal | None) -> list[dict[str, Any]]:
    """The gravest first; what was typed is not lost."""
    declared = {**read_declared(definition.document), **(proposal.reasons if proposal else {})}
    typed = _reasons(request) if request.method == "POST" else {}
    found = sorted(find_departures(definition.document, standard), key=lambda one: -WEIGHTS[one.grade])
    words = DefinitionWords((definition.document, standard))
    return [
        _departure(number, one, words, typed.get(one.path) or declared.get(one.path))
        for number, one in enumerate(found)
    ]


def _departure(number: int, one: Difference, words: DefinitionWords, reason: Text | None) -> dict[str, Any]:
    """`number` names its fields: those that need a reason come first. What is harmless needs none."""
    [(_, [said])] = saying.say_differences([one], words)
    return {"number": number, "said": said, "reason": reason, "needed": WEIGHTS[one.grade] >= WEIGHTS["stricter"]}
