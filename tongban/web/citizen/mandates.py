"""Mandates (委托): those I gave and those I was given; giving one, proving who I am, taking it back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.people import mandate_records, organisations, services
from tongban.people.giving import ProofTooOld
from tongban.people.mandate_views import MandateView
from tongban.people.queries import find_shown_code
from tongban.web.access import door
from tongban.web.citizen import proof, scope_of_mandate
from tongban.web.components.faults import Fault, by_anchor, fault_of

PAGES = ["GET", "HEAD", "POST"]


@door("citizen")
@require_safe
def mine(request: Any) -> HttpResponse:
    at = now()
    known = {
        "given": mandate_records.list_given(node=request.node, principal=request.actor.ref, at=at),
        "received": mandate_records.list_received(node=request.node, person=request.citizen, at=at),
    }
    return render(request, "citizen/mandates/mine.html", known)


@door("citizen")
@require_http_methods(PAGES)
def give(request: Any) -> HttpResponse:
    """Whom, for what, how long. `?case=` narrows it to one case or draft, `?organisation=` gives it in a company's name."""
    if not request.citizen.name:
        return redirect(f"{scope_of_mandate.ME}?next={scope_of_mandate.NEW}")
    asked = scope_of_mandate.read(request)
    if request.method != "POST":
        return _form(request, asked, [])
    try:
        mandate = services.draft_mandate(
            node=request.node, agent=asked.agent(), relation=asked.relation, extent=asked.extent(now()),
            principal=asked.principal, by=request.actor, at=now(),
        )  # fmt: skip
    except Missing:
        raise
    except Refused as refused:
        return _form(request, asked, [fault_of(refused, scope_of_mandate.anchor_of(refused))])
    return redirect("citizen:mandate", mandate_id=mandate)


@door("citizen")
@require_safe
def one(request: Any, mandate_id: UUID) -> HttpResponse:
    view = _get(request, mandate_id)
    return render(request, "citizen/mandates/one.html", _known(request, view))


@door("citizen")
@require_POST
def sign(request: Any, mandate_id: UUID) -> HttpResponse:
    """Given, when it was proved within the last five minutes who is here; otherwise a code comes first."""
    try:
        services.sign_mandate(
            node=request.node, mandate_id=mandate_id, means=request.session.get("means", "sms"),
            proved_at=proof.proved_at(request), by=request.actor, at=now(),
        )  # fmt: skip
    except ProofTooOld:
        proof.send_code(request)
        return redirect("citizen:mandate-code", mandate_id=mandate_id)
    return redirect("citizen:mandate", mandate_id=mandate_id)


@door("citizen")
@require_http_methods(PAGES)
def code(request: Any, mandate_id: UUID) -> HttpResponse:
    view = _get(request, mandate_id)
    if request.method != "POST":
        return _code_page(request, view, [])
    try:
        proof.take_code(request)
    except Refused as refused:
        return _code_page(request, view, [fault_of(refused, "code")])
    return sign(request, mandate_id)


@door("citizen")
@require_POST
def end(request: Any, mandate_id: UUID) -> HttpResponse:
    """Taken back by who gave it, at once."""
    services.end_mandate(mandate_id=mandate_id, reason="revoked", by=request.actor, at=now())
    return redirect("citizen:mandate", mandate_id=mandate_id)


def _get(request: Any, mandate_id: UUID) -> MandateView:
    return mandate_records.get_mandate(node=request.node, mandate_id=mandate_id, person=request.citizen, at=now())


def _known(request: Any, view: MandateView) -> dict[str, Any]:
    return {
        "mandate": view,
        "is_agent": view.agent_ref == request.actor.ref or (not view.agent_ref and not _gives(request, view)),
        "gives": _gives(request, view),
        "items": scope_of_mandate.item_names(view.items),
        "history": mandate_records.list_history(mandate_id=view.id),
    }


def _gives(request: Any, view: MandateView) -> bool:
    own = {company.ref for company in organisations.list_organisations(node=request.node, legal=request.actor.ref)}
    return view.principal_ref in {request.actor.ref, *own}


def _form(request: Any, asked: scope_of_mandate.Asked, errors: list[Fault]) -> HttpResponse:
    known = {**scope_of_mandate.choices(request, asked), "asked": asked, "errors": errors, "wrong": by_anchor(errors)}
    return render(request, "citizen/mandates/give.html", known, status=422 if errors else 200)


def _code_page(request: Any, view: MandateView, errors: list[Fault]) -> HttpResponse:
    flow = proof.flow_of(request)
    known = {
        "mandate": view,
        "errors": errors,
        "shown_code": find_shown_code(node=request.node, flow=flow) if flow else None,
    }
    return render(request, "citizen/mandates/code.html", known, status=422 if errors else 200)
