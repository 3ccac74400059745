"""My licences and cards (证照卡包): mine, those of people and companies I act for; showing one, taking it along."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.licences import credentials, files, sharing, taking, wallet
from tongban.licences.qr import draw_code_svg, write_code
from tongban.licences.queries import LicenceView
from tongban.licences.wallet import Card
from tongban.people import mandate_records
from tongban.people.mandate_views import MandateView
from tongban.web.access import door
from tongban.web.citizen.cases import get
from tongban.web.components.application import acting
from tongban.web.components.faults import Fault, by_anchor, fault_of

_ANCHORS: dict[type[Refused], str] = {
    taking.TakingReasonMissing: "reason",
    credentials.HolderKeyUnusable: "holder",
    credentials.IssuerAway: "form",
}


@dataclass(frozen=True, slots=True)
class Group:
    """The cards of one account. `mandate`: under which I look at it, None for my own. `agents`: who may do what for a company."""

    mandate: MandateView | None
    cards: tuple[Card, ...]
    agents: tuple[MandateView, ...] = ()


@door("citizen", act="see")
@require_safe
def mine(request: Any) -> HttpResponse:
    own = Group(None, _cards(request, request.actor), _agents(request, request.actor.owner))
    groups = [own, *(group for group in _of_clients(request) if group.cards)]
    return render(request, "citizen/wallet/mine.html", {"groups": groups})


@door("citizen", act="see")
@require_safe
def one(request: Any, case_id: UUID, licence: str) -> HttpResponse:
    return _page(request, case_id, licence, [])


@door("citizen", act="collect")
@require_safe
def code(request: Any, case_id: UUID, licence: str) -> HttpResponse:
    """To be scanned (亮证): large, and nothing else on the page."""
    card, view = find(request, case_id, licence)
    sharing.require_usable(card)
    known = {"card": card, "view": view, "code": draw(write_code(view.signed)), "at": now()}
    return render(request, "citizen/wallet/code.html", known)


@door("citizen", act="collect")
@require_POST
def take(request: Any, case_id: UUID, licence: str) -> HttpResponse:
    """The file, and a line of why; a credential is bound to the key of the app that is to hold it, where that was told."""
    card, view = find(request, case_id, licence)
    form = request.POST.get("form", "pdf")
    if form not in files.MEDIA:
        raise Missing
    by = acting(request, card.held.region)
    try:
        holder = credentials.read_key(request.POST.get("holder", "")) if form == "credential" else None
        file = files.read_file(view, node=request.node, form=form, by=by, at=now(), holder=holder)
        taking.record_taking(
            node=request.node, region=card.held.region, case_id=case_id, identifier=card.held.identifier, form=form,
            reason=request.POST.get("reason", ""), by=by, at=now(),
        )  # fmt: skip
    except tuple(_ANCHORS) as refused:
        return _page(request, case_id, licence, [fault_of(refused, _ANCHORS[type(refused)])])
    response = HttpResponse(file.data, content_type=file.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    return response


def find(request: Any, case_id: UUID, licence: str) -> tuple[Card, LicenceView]:
    """Refuses `Missing`."""
    region = get(request, case_id).region
    by = acting(request, region)
    return wallet.get_card(node=request.node, region=region, case_id=case_id, key=licence, by=by, at=now())


def draw(text: str) -> str:
    """A code as the source of a picture."""
    return f"data:image/svg+xml;base64,{base64.b64encode(draw_code_svg(text)).decode()}"


def _page(request: Any, case_id: UUID, licence: str, errors: list[Fault]) -> HttpResponse:
    card, view = find(request, case_id, licence)
    by = acting(request, card.held.region)
    named: dict[str, Any] = {"node": request.node, "region": card.held.region, "case_id": case_id, "by": by}
    identifier = card.held.identifier
    known = {
        "card": card, "view": view, "errors": errors, "wrong": by_anchor(errors), "typed": request.POST.get("reason", "")[:400],
        "chosen": request.POST.get("form", "pdf"), "holder": request.POST.get("holder", "")[:2000],
        "takings": taking.list_takings(**named, identifier=identifier),
        "shares": sharing.list_shares(**named, identifier=identifier, at=now()),
    }  # fmt: skip
    return render(request, "citizen/wallet/one.html", known, status=422 if errors else 200)


def _cards(request: Any, by: Actor) -> tuple[Card, ...]:
    return tuple(wallet.list_cards(node=request.node, by=by, at=now()))


def _of_clients(request: Any) -> list[Group]:
    """Family and companies, where the mandate lets me see them; whoever acts for somebody now sees that one alone."""
    if request.behalf:
        return []
    mandates = mandate_records.list_clients(node=request.node, person=request.person, at=now())
    return [group for mandate in mandates if "see" in mandate.acts and (group := _of_client(request, mandate))]


def _of_client(request: Any, mandate: MandateView) -> Group | None:
    client = mandate_records.find_client(
        node=request.node, mandate_id=mandate.id, agent=request.person, at=now()
    )  # fmt: skip
    if client is None:
        return None
    actor = mandate_records.agent_actor(request.person, client, region=request.node.regions[0])
    return Group(mandate, _cards(request, actor), _agents(request, client.mandate.principal_ref))


def _agents(request: Any, principal: str) -> tuple[MandateView, ...]:
    """Of a company: whoever acts for it sees with whom they share that."""
    if not mandate_records.is_organisation(principal):
        return ()
    return tuple(mandate_records.list_agents(node=request.node, principal=principal, at=now()))
