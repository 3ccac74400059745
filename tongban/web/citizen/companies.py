"""Companies (企业、单位): the legal representative claims one and appoints handling persons. Filing by an employer for many people at
once is not part of it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import legal_day
from tongban.people import mandate_records, organisations, services
from tongban.people.adapters.business_registers import DEMO_USCC, get_business_register
from tongban.people.organisations import OrganisationNameMissing
from tongban.seals import order_queries
from tongban.web.access import door
from tongban.web.components.faults import Fault, by_anchor, fault_of


@door("citizen")
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Any) -> HttpResponse:
    if request.method != "POST":
        return _page(request, [])
    register = get_business_register(settings.MODE)
    try:
        services.claim_organisation(
            node=request.node, uscc=request.POST.get("uscc", ""), name=request.POST.get("name", ""), register=register,
            by=request.actor, at=now(),
        )  # fmt: skip
    except Refused as refused:
        anchor = "name" if isinstance(refused, OrganisationNameMissing) else "uscc"
        return _page(request, [fault_of(refused, anchor)])
    return redirect("citizen:companies")


@door("citizen")
@require_safe
def one(request: Any, organisation_id: UUID) -> HttpResponse:
    company = organisations.get_organisation(
        node=request.node, organisation_id=organisation_id, legal=request.actor.ref
    )
    given = mandate_records.list_given(node=request.node, principal=company.ref, at=now())
    handling = [view for view in given if view.relation != "legal"]
    seals = order_queries.list_orders_of(uscc=company.uscc) if company.proved else []
    return render(request, "citizen/mandates/company.html", {"company": company, "handling": handling, "seals": seals})


def _page(request: Any, errors: list[Fault]) -> HttpResponse:
    at = now()
    received = mandate_records.list_clients(node=request.node, person=request.citizen, at=at)
    known = {
        "companies": organisations.list_organisations(node=request.node, legal=request.actor.ref),
        "acting": [view for view in received if view.relation in ("legal", "employee")],
        "services": _for_organisations(),
        "typed": request.POST,
        "demo_uscc": "" if settings.PRODUCTION else DEMO_USCC,
        "errors": errors,
        "wrong": by_anchor(errors),
    }
    return render(request, "citizen/mandates/companies.html", known, status=422 if errors else 200)


def _for_organisations() -> list[Definition]:
    today = legal_day(now())
    offered = {publication.key: publication.region for publication in catalogue.list_publications()}
    found = (catalogue.find_in_force(key, region, today) for key, region in sorted(offered.items()))
    return [definition for definition in found if definition and "organisation" in definition.audience]
