"""The application at the counter: the shared pages, the signature, and 收件."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.cases import services
from tongban.cases.drafts import SIGNATURE, Draft, Material
from tongban.documents import queries as documents
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day
from tongban.people.adapters.bridge import Silent
from tongban.people.adapters.signatures import SignatureUnreadable, get_signature_pad, read_drawing
from tongban.slips import services as slips
from tongban.web.access import door
from tongban.web.components import application, checking, forms
from tongban.web.components.portals import COUNTER
from tongban.web.staff.reception import desk, present

IDENTITY_CHECKS = {"card-reader": "card-reader", "document-seen": "manual"}


@door("staff", "reception")
@require_http_methods(desk.GET_AND_POST)
def form(request: Any, case_id: UUID) -> HttpResponse:
    draft = desk.get_draft(request, case_id)
    back = reverse("staff:reception-person", args=[case_id])
    return forms.form(request, portal=desk.portal_of(request, draft), draft=draft, back=back)


@door("staff", "reception")
@require_http_methods(desk.GET_AND_POST)
def materials(request: Any, case_id: UUID) -> HttpResponse:
    """Scans, each with the clerk's word that the original was seen (已核对原件)."""
    draft = desk.get_draft(request, case_id)
    return application.materials(request, portal=desk.portal_of(request, draft), draft=draft)


@door("staff", "reception")
@require_http_methods(desk.GET_AND_POST)
def check(request: Any, case_id: UUID) -> HttpResponse:
    """收件. Who comes back to a draft is looked at again first; nobody's identity is carried over a cleared screen."""
    identity = present.find_check(request, case_id)
    who_is_it = reverse("staff:reception-person", args=[case_id])
    if identity is None:
        return redirect(who_is_it)
    draft = desk.get_draft(request, case_id)
    if request.method == "POST" and draft.material(SIGNATURE) is None:
        return redirect(COUNTER.url("check", case_id))
    return application.check(
        request,
        portal=desk.portal_of(request, draft),
        draft=draft,
        identity_check=IDENTITY_CHECKS[identity.means],
        face=identity.face,
        done=lambda case_id: _received(request, draft),
        links=checking.Links(identity=who_is_it, situation=_change_situation(request, case_id)),
    )


@door("staff", "reception")
@require_POST
def sign(request: Any, case_id: UUID) -> HttpResponse:
    """The applicant's signature: drawn on the page, from the pad of the window, or on the paper form that the clerk holds."""
    draft = desk.get_draft(request, case_id)
    whose = desk.whose(request, case_id)
    if "again" in request.POST:
        services.remove_material(**whose, material=SIGNATURE)
    elif "paper" in request.POST:
        signed = Material(SIGNATURE, "presented", original_seen=True)
        services.save_draft(**whose, materials=[signed])
    else:
        services.attach_material(
            **whose,
            material=SIGNATURE,
            data=_drawing(request),
            filename="signature.png",
            original_seen=True,
            instead=True,
        )
    return redirect(f"{COUNTER.url('check', draft.case_id)}#signature")


@door("staff", "reception")
@require_safe
def signature(request: Any, case_id: UUID) -> HttpResponse:
    """The picture itself, for the check page of the clerk whose draft it is."""
    signed = desk.get_draft(request, case_id).material(SIGNATURE)
    if signed is None or signed.ref is None:
        raise Missing
    data = documents.read_file(node=request.node, region=request.staff.region, case_id=case_id, ref=signed.ref)
    return HttpResponse(data, content_type="image/png")


def _drawing(request: Any) -> bytes:
    """Refuses `SignatureUnreadable`."""
    if request.POST.get("drawing"):
        return read_drawing(request.POST["drawing"])
    captured = get_signature_pad(bridge=desk.find_bridge(request)).capture()
    if isinstance(captured, Silent):
        raise SignatureUnreadable
    return captured


def _received(request: Any, draft: Draft) -> str:
    """Handed in: the code of the receipt is made while the person is known; afterwards nothing here names them."""
    slips.issue_query_code(
        node=request.node, region=draft.region, case_id=draft.case_id, id_number=draft.applicant.get("id_number", ""),
        name=draft.applicant.get("name", ""), by=request.actor, at=now(),
    )  # fmt: skip
    return reverse("staff:receipt", args=[draft.case_id])


def _change_situation(request: Any, case_id: UUID) -> str:
    """The last question again. Only while the answers are still known: they are not kept with the draft."""
    trip = desk.get_trip(request)
    if trip.draft != str(case_id):
        return ""
    asked = trip.definition(legal_day(now())).answered(trip.given())
    return f"{reverse('staff:reception-questions')}?q={asked[-1][0].id}" if asked else ""
