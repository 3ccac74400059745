"""收件凭证 for paper: the number, the code with which progress is asked, what was received, what happens next."""

from typing import Any
from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban.cases import queries as cases
from tongban.cases.views import CaseView
from tongban.catalogue import queries as catalogue
from tongban.kernel.clock import now
from tongban.people.identity import mask_name, mask_number
from tongban.regions import queries as regions
from tongban.slips import codes, printed
from tongban.slips import queries as slips
from tongban.slips import services as slip_services
from tongban.web.access import door
from tongban.web.components.duty import find_duty
from tongban.web.staff.desks import CASE_ROLES
from tongban.web.staff.pages import page


@door("staff", *CASE_ROLES)
@require_safe
def receipt(request: Any, case_id: UUID) -> HttpResponse:
    """A4, or the 80 mm roll of a counter printer."""
    view = _case(request, case_id)
    known = {
        "case": view,
        "person": {
            "name": mask_name(view.applicant.get("name", "")),
            "number": mask_number(view.applicant.get("id_number", "")),
        },
        "receiving_halls": regions.list_halls(view.receiving),
        "deciding_halls": regions.list_halls(view.deciding),
        "duty": find_duty(view.deciding, clause=view.clause),
        "tell_by": view.due_on if view.state == "received" else None,
        "decision_days": catalogue.get_definition(view.definition).promise(view.situation_id).days,
        "paper": "roll" if request.GET.get("paper") == "roll" else "a4",
        "printed_at": now(),
        **_code(request, view),
    }
    return page(request, "staff/receipt.html", known)


@door("staff", "reception")
@require_POST
def query_code(request: Any, case_id: UUID) -> HttpResponse:
    """For a case that came without one, for example online."""
    view = _case(request, case_id)
    slip_services.issue_query_code(
        node=request.node, region=view.region, case_id=case_id, id_number=view.applicant.get("id_number", ""),
        name=view.applicant.get("name", ""), by=request.actor, at=now(),
    )  # fmt: skip
    return redirect("staff:receipt", case_id=case_id)


def _case(request: Any, case_id: UUID) -> CaseView:
    return cases.get_case(node=request.node, region=request.staff.region, case_id=case_id, by=request.actor, at=now())


def _code(request: Any, view: CaseView) -> dict[str, str]:
    """Only for the desk that hands the paper out. The QR code holds the address and the code behind `#`, which no browser sends."""
    if "reception" not in request.staff.roles or not slips.has_query_code(region=view.region, case_id=view.case_id):
        return {}
    code = printed.derive_query_code(node=request.node, region=view.region, case_id=view.case_id)
    address = f"{request.node.url}{reverse('citizen:progress')}"
    picture = segno.make(f"{address}#{code}", error="m", micro=False).svg_data_uri(scale=4, border=2)
    return {"code": codes.spaced(code), "qr": picture, "address": address}
