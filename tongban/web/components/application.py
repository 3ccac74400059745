"""The application itself (申请): materials, check and submit; the form is `forms.py`. The citizen and the counter walk the same pages.

Every POST saves first and judges afterwards, so that nothing typed is ever lost.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tongban.cases import queries
from tongban.cases import services as cases
from tongban.cases.drafts import Draft
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing, Refused
from tongban.licences import giving
from tongban.regions import queries as regions
from tongban.web.components import checking, papers
from tongban.web.components.faults import Fault, by_anchor, fault_of
from tongban.web.components.portals import Portal


def acting(request: Any, region: str) -> Actor:
    """A citizen acts in the region where the case is handed in; a clerk in their own."""
    actor: Actor = request.actor
    return replace(actor, region=region) if actor.kind == "citizen" else actor


def left_to_the_person(request: Any, draft: Draft, definition: Definition) -> set[str]:
    """The pledges that this agent may not sign."""
    by: Actor = request.actor
    if by.behalf is None or by.behalf.covers("pledge", item=definition.item, case_id=draft.case_id):
        return set()
    return {field.id for field in definition.fields(draft.situation) if field.widget == "pledge"}


def materials(request: Any, *, portal: Portal, draft: Draft) -> HttpResponse:
    """What need not be handed in and why, and what is to bring."""
    definition = catalogue.get_definition(draft.definition)
    if request.method != "POST":
        return _materials_page(request, portal, draft, definition, [])
    by, at = acting(request, draft.region), now()
    whose: dict[str, Any] = {"node": request.node, "region": draft.region, "case_id": draft.case_id, "by": by, "at": at}
    if request.POST.get("remove"):
        material, _, cipher = request.POST["remove"].partition(" ")
        cases.remove_material(**whose, material=material, cipher=cipher)
        return redirect(portal.url("materials", draft.case_id))
    if portal.counter:
        cases.mark_originals(**whose, seen=frozenset(request.POST.getlist("seen")))
    faults = papers.take_in(
        node=request.node, draft=draft, definition=definition, files=request.FILES, seen=request.POST.getlist("original"), by=by, at=at
    )  # fmt: skip
    draft = queries.get_draft(node=request.node, region=draft.region, case_id=draft.case_id, by=by)
    faults = faults or [_as_fault(f) for f in cases.check_draft(**whose) if f.field.startswith("material.")]
    if faults and "later" not in request.POST:
        return _materials_page(request, portal, draft, definition, faults)
    return redirect(portal.url("check", draft.case_id))


def check(
    request: Any,
    *,
    portal: Portal,
    draft: Draft,
    identity_check: str,
    face: str = "not-done",
    done: Callable[[UUID], str],
    links: checking.Links,
) -> HttpResponse:
    """Everything once more with a way to change each line, then hand it in. `done` is the address of the confirmation."""
    if request.method != "POST":
        return _check_page(request, portal, draft, links, [])
    try:
        cases.submit_case(
            node=request.node, region=draft.region, case_id=draft.case_id, version=request.POST.get("version", ""),
            identity_check=identity_check, face=face, cmd=command(request), by=acting(request, draft.region), at=now(),
        )  # fmt: skip
    except Refused as refused:
        return _check_page(request, portal, draft, links, [fault_of(refused, "submit")], status=refused.status)
    return redirect(done(draft.case_id))


def command(request: Any) -> UUID:
    """The id that makes sending twice harmless. Refuses `Missing` for a form that is not ours."""
    try:
        return UUID(request.POST.get("cmd", ""))
    except ValueError:
        raise Missing from None


def brings_nothing(portal: Portal, definition: Definition, draft: Draft) -> bool:
    """Then the page of materials has nothing to ask, and the check page names each with its reason. A clerk looks at originals."""
    shown = papers.show_papers(definition, draft, {})
    return not portal.counter and all(paper.state in ("waived", "signed") for paper in shown)


def next_page(request: Any, portal: Portal, draft: Draft, step: str) -> str:
    """Who came from the check page to change one line goes back there."""
    return portal.url("check" if request.GET.get("then") == "check" else step, draft.case_id)


def _as_fault(error: Any) -> Fault:
    return Fault(error.field, error.text)


def _materials_page(
    request: Any, portal: Portal, draft: Draft, definition: Definition, faults: list[Fault]
) -> HttpResponse:
    shown = papers.show_papers(definition, draft, by_anchor(faults))
    known = {**known_of(portal, draft, definition, faults), "papers": shown, "back": portal.url("form", draft.case_id)}
    known["nothing_to_bring"] = all(paper.state in ("waived", "signed") for paper in shown)
    known["has_licences"] = not portal.counter and bool(
        giving.list_fitting(node=request.node, draft=draft, by=acting(request, draft.region), at=now())
    )
    known["only_perhaps"] = all(paper.state in ("waived", "signed", "perhaps") for paper in shown)
    return render(request, "application/materials.html", known, status=_status(faults))


def _check_page(
    request: Any, portal: Portal, draft: Draft, links: checking.Links, faults: list[Fault], status: int = 200
) -> HttpResponse:
    definition = catalogue.get_definition(draft.definition)
    whose: dict[str, Any] = {"node": request.node, "region": draft.region, "case_id": draft.case_id}
    missing = cases.check_draft(**whose, by=acting(request, draft.region), at=now())
    known = {
        **known_of(portal, draft, definition, faults),
        "parts": checking.show_parts(definition, draft, portal=portal, links=links),
        "missing": [(checking.change_link(error.field, draft, portal, links), error.text) for error in missing],
        "unmet": checking.list_unmet(definition, draft),
        "statements": checking.statements(definition),
        "deciding_name": regions.get_region(draft.deciding).name,
        "cmd": request.POST.get("cmd") or new_id(),
        "back": portal.url("form" if brings_nothing(portal, definition, draft) else "materials", draft.case_id),
    }
    return render(request, "application/check.html", known, status=status)


def known_of(portal: Portal, draft: Draft, definition: Definition, faults: list[Fault]) -> dict[str, Any]:
    situation = definition.situation(draft.situation)
    return {"portal": portal, "draft": draft, "definition": definition, "situation": situation, "errors": faults}


def _status(faults: list[Fault]) -> int:
    return 422 if faults else 200
