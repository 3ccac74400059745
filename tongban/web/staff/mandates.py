"""At the counter: a mandate signed on paper by a person who is here, without account or phone, or taken back; a company's representative
confirmed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.documents.uploads import check_upload
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people import citizens, mandate_records, organisations, services
from tongban.people.acts import ACTS, PRIVATE, RELATIONS, TERMS
from tongban.people.giving import Extent, Named, NothingAllowed, WrongTerm
from tongban.people.identity import KINDS, UnknownIdentityKind, WrongIdentityNumber, WrongPhone
from tongban.people.mandate_views import MandateView, Party
from tongban.people.names import WrongName
from tongban.web.access import door
from tongban.web.components.faults import Fault, by_anchor, fault_of
from tongban.web.components.papers import read_upload
from tongban.web.staff.pages import page

NOT_SEEN = Text("请核对委托人的证件原件和本人后勾选。", "Look at the document and the person, then tick this.")
NO_SCAN = Text("请扫描签名的委托书。", "Scan the signed mandate.")
USUAL = ("see", "fill_in", "hand_in", "correct")
_ANCHORS: dict[type[Refused], str] = {
    WrongName: "name", WrongIdentityNumber: "id_number", UnknownIdentityKind: "id_kind", WrongPhone: "agent_phone",
    NothingAllowed: "act-see", WrongTerm: "days",
}  # fmt: skip


@door("staff", "reception")
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Any) -> HttpResponse:
    """The clerk looks at the document, the person signs the paper, the scan is kept as evidence."""
    if request.method != "POST":
        return _form(request, [])
    faults = [] if request.POST.get("seen") else [Fault("seen", NOT_SEEN)]
    if "paper" not in request.FILES:
        faults.append(Fault("paper", NO_SCAN))
    if faults:
        return _form(request, faults)
    try:
        _record(request)
    except Refused as refused:
        return _form(request, [fault_of(refused, _ANCHORS.get(type(refused), "paper"))])
    return page(request, "staff/mandates/recorded.html", {"agent": _typed(request, "agent_name")})


@door("staff", "reception")
@require_http_methods(["GET", "HEAD", "POST"])
def companies(request: Any) -> HttpResponse:
    """Who claims to represent the company with this code. The code travels in the body, never in an address."""
    known: dict[str, Any] = {"section": "mandates", "uscc": _typed(request, "uscc"), "errors": [], "claims": None}
    if request.method == "POST":
        try:
            known["claims"] = organisations.list_claims(node=request.node, uscc=known["uscc"])
        except Refused as refused:
            known["errors"] = [fault_of(refused, "uscc")]
    return page(request, "staff/mandates/companies.html", known, status=422 if known["errors"] else 200)


@door("staff", "reception")
@require_POST
def confirm_company(request: Any, organisation_id: UUID) -> HttpResponse:
    """Licence and representative's document were seen; the scan of the licence is kept."""
    if not request.POST.get("seen") or "paper" not in request.FILES:
        raise Missing
    company = services.confirm_organisation(
        node=request.node, organisation_id=organisation_id, evidence=_scan(request), by=request.actor, at=now()
    )
    return page(request, "staff/mandates/confirmed.html", {"company": company})


@door("staff", "reception")
@require_http_methods(["GET", "HEAD", "POST"])
def given(request: Any) -> HttpResponse:
    """What the person who is here has given, to take it back without a phone. The number travels in the body, never in an address."""
    if request.method != "POST":
        return _given_page(request, None, [])
    try:
        refs = citizens.list_refs_of_document(
            node=request.node,
            id_kind=_typed(request, "id_kind"),
            id_number=_typed(request, "id_number"),
            by=request.actor,
        )
    except Refused as refused:
        return _given_page(request, None, [fault_of(refused, _ANCHORS.get(type(refused), "id_number"))])
    found = [m for ref in refs for m in mandate_records.list_given(node=request.node, principal=ref, at=now())]
    return _given_page(request, [mandate for mandate in found if mandate.open], [])


@door("staff", "reception")
@require_POST
def revoke(request: Any, mandate_id: UUID) -> HttpResponse:
    """The person is here with their document; the history says who saw it."""
    if not request.POST.get("seen"):
        raise Missing
    services.end_mandate(mandate_id=mandate_id, reason="revoked_at_counter", by=request.actor, at=now())
    return _given_page(request, None, [], revoked=True)


def _given_page(
    request: Any, mandates: list[MandateView] | None, errors: list[Fault], *, revoked: bool = False
) -> HttpResponse:
    known = {
        "section": "mandates",
        "typed": request.POST,
        "kinds": KINDS.values(),
        "mandates": mandates,
        "revoked": revoked,
    }
    known |= {"errors": errors, "wrong": by_anchor(errors)}
    return page(request, "staff/mandates/given.html", known, status=422 if errors else 200)


def _record(request: Any) -> None:
    today = legal_day(now())
    term = request.POST.get("days", "")
    services.record_mandate(
        node=request.node, relation=request.POST.get("relation", ""), means="paper", evidence=_scan(request),
        principal=Party(_typed(request, "name"), _typed(request, "id_kind"), _typed(request, "id_number")),
        agent=_agent(request),
        extent=Extent(
            frozenset(request.POST.getlist("act")), from_on=today,
            until_on=today + timedelta(days=int(term) if term in TERMS else 30),
        ),
        by=request.actor, at=now(),
    )  # fmt: skip


def _agent(request: Any) -> Named:
    if request.POST.get("relation") == "helper":
        return Named(staff=_typed(request, "helper"))
    return Named(_typed(request, "agent_name"), _typed(request, "agent_phone"))


def _scan(request: Any) -> bytes:
    """Refuses what a file at the counter is refused for."""
    file = request.FILES["paper"]
    data = read_upload(file)
    check_upload(data, filename=file.name)
    return data


def _form(request: Any, errors: list[Fault]) -> HttpResponse:
    helpers = mandate_records.list_helpers(node=request.node, region=request.staff.region)
    known = {
        "section": "mandates",
        "typed": request.POST,
        "chosen": request.POST.getlist("act") if request.method == "POST" else USUAL,
        "kinds": KINDS.values(),
        "relations": [(relation, RELATIONS[relation]) for relation in (*PRIVATE, *(["helper"] if helpers else []))],
        "helpers": helpers,
        "acts": ACTS.items(),
        "terms": TERMS.items(),
        "errors": errors,
        "wrong": by_anchor(errors),
    }
    return page(request, "staff/mandates/record.html", known, status=422 if errors else 200)


def _typed(request: Any, name: str) -> str:
    return str(request.POST.get(name, "")).replace("\x00", "").strip()
