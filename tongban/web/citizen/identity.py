"""Who you are: name and document, asked once and never again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.people import services as people
from tongban.people.identity import KINDS, UnknownIdentityKind
from tongban.people.names import WrongName
from tongban.people.queries import Citizen
from tongban.web.access import door
from tongban.web.components.faults import Fault, by_anchor, fault_of
from tongban.web.components.language import safe_next


@door("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: Any) -> HttpResponse:
    if request.method != "POST":
        return _page(request, [])
    try:
        people.save_identity(
            node=request.node, citizen_id=request.citizen.id, name=request.POST.get("name", ""),
            id_kind=request.POST.get("id_kind", ""), id_number=request.POST.get("id_number", ""), by=request.actor,
            at=now(), allow_demo=request.node.demo,
        )  # fmt: skip
    except Refused as refused:
        return _page(request, [fault_of(refused, _anchor(refused))])
    return redirect(safe_next(request.GET.get("next"), reverse("citizen:cases")))


def applicant(citizen: Citizen) -> dict[str, str]:
    """The citizen as an application names them."""
    return {
        "name": citizen.name or "", "id_kind": citizen.id_kind or "", "id_number": citizen.id_number or "",
        "phone": citizen.phone,
    }  # fmt: skip


def _anchor(refused: Refused) -> str:
    if isinstance(refused, WrongName):
        return "name"
    return "id_kind" if isinstance(refused, UnknownIdentityKind) else "id_number"


def _page(request: Any, errors: list[Fault]) -> HttpResponse:
    typed = request.POST if request.method == "POST" else applicant(request.citizen)
    known = {
        "errors": errors,
        "wrong": by_anchor(errors),
        "typed": typed,
        "kinds": [(kind.code, kind.name) for kind in KINDS.values()],
    }
    return render(request, "citizen/me.html", known, status=422 if errors else 200)
