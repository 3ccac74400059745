"""Helping others (帮办): my clients, going to one, going back. For family and friends, handling persons, and the helpers of the hall."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.people import mandate_records, services
from tongban.web import behalf
from tongban.web.access import door


@door("agent")
@require_safe
def clients(request: Any) -> HttpResponse:
    received = mandate_records.list_received(node=request.node, person=request.person, at=now())
    known = {
        "clients": [view for view in received if view.state == "active"],
        "offers": [view for view in received if view.state == "offered"],
    }
    return render(request, "citizen/mandates/clients.html", known)


@door("agent")
@require_POST
def switch(request: Any, mandate_id: UUID) -> HttpResponse:
    """To this client. Whatever the session knew of another is gone before."""
    client = mandate_records.find_client(node=request.node, mandate_id=mandate_id, agent=request.person, at=now())
    if client is None:
        raise Missing
    behalf.change(request, mandate_id)
    if request.POST.get("to") == "wallet" and "see" in client.mandate.acts:
        return behalf.forgetting(redirect("citizen:wallet"))
    return behalf.forgetting(redirect("citizen:cases" if "see" in client.mandate.acts else "citizen:home"))


@door("agent")
@require_POST
def leave(request: Any) -> HttpResponse:
    """Back to one's own matters."""
    behalf.change(request, None)
    return behalf.forgetting(redirect("citizen:helping"))


@door("agent")
@require_POST
def accept(request: Any, mandate_id: UUID) -> HttpResponse:
    services.accept_mandate(node=request.node, mandate_id=mandate_id, person=request.person, by=request.actor, at=now())
    return redirect("citizen:helping")


@door("agent")
@require_POST
def decline(request: Any, mandate_id: UUID) -> HttpResponse:
    services.decline_mandate(
        node=request.node, mandate_id=mandate_id, person=request.person, by=request.actor, at=now()
    )
    return redirect("citizen:helping")


@door("agent")
@require_POST
def lay_down(request: Any, mandate_id: UUID) -> HttpResponse:
    services.end_mandate(mandate_id=mandate_id, reason="laid_down", by=request.actor, at=now())
    return redirect("citizen:helping")
