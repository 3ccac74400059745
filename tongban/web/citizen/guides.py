"""Guides (办事指南): for every item, place and way to apply, before anybody signs in; and the list of them.

The choice of a situation stands behind the `#` of an address, which no server is told: it can say something about a person.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from tongban.alliance import queries as alliance
from tongban.alliance.agreements import Agreement
from tongban.alliance.receiving import list_receiving
from tongban.cases import services
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition, Named
from tongban.catalogue.guides import offers
from tongban.catalogue.guides.guide import list_issuing, write_guide
from tongban.catalogue.guides.wording import ONLINE
from tongban.kernel.clock import now
from tongban.kernel.events import Clause
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.citizen import structured
from tongban.web.components import places as places_
from tongban.web.components.fields import write_yuan
from tongban.web.components.trip import Trip

AUDIENCES = {"person": Text("个人", "Persons"), "organisation": Text("企业和组织", "Companies and organisations")}
PAGE = 200
"""Items of a place on one page of the list."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A place that takes the item in, the agreement it rests on, and where to go."""

    clause: Clause
    agreement: Agreement
    response_days: int
    halls: tuple[regions.Hall, ...]


@door("anyone")
@require_safe
def listed(request: Any) -> HttpResponse:
    """What a place offers, by department. `?place=`, `?for=person|organisation`, `?after=` the last key of the page before."""
    today = legal_day(now())
    places = [code for code in offers.list_places() if _is_known(code)]
    place = request.GET.get("place", "")
    place = place if place in places else next((code for code in request.node.regions if code in places), "")
    audience = request.GET.get("for", "") if request.GET.get("for", "") in AUDIENCES else ""
    cards = offers.list_cards(place, today, after=request.GET.get("after", ""), most=PAGE + 1)
    shown = [card for card in cards[:PAGE] if not audience or audience in card.audience]
    known = {
        "groups": places_.grouped(places),
        "place": place,
        "place_name": regions.path_text(place) if place else None,
        "audience": audience,
        "audiences": [(id, AUDIENCES[id]) for id in AUDIENCES],
        "departments": _by_department(shown),
        "more": urlencode({"place": place, "for": audience, "after": cards[PAGE - 1].key}) if cards[PAGE:] else "",
    }
    return render(request, "citizen/guides.html", known)


@door("anyone")
@require_safe
def guide(request: Any, key: str, place: str, mode: str = "") -> HttpResponse:
    """One item of one place in one way. `?here=` the place that takes it in; `?view=print` everything unfolded."""
    at = now()
    definition = catalogue.find_in_force(key, place, legal_day(at))
    found = _find_mode(definition, mode) if definition else None
    if definition is None or found is None:
        raise Missing
    where = _where(request, definition, found.id, at)
    return render(request, "citizen/guide.html", {**where, **_what(request, definition, found, where["here_code"], at)})


def _find_mode(definition: Definition, mode: str) -> Named | None:
    """The first one where none is named."""
    return next((one for one in definition.modes if mode in (one.id, "")), None)


def _where(request: Any, definition: Definition, mode: str, at: datetime) -> dict[str, Any]:
    receivers = _receivers(definition, mode, at)
    here = _here(request, receivers, definition.region)
    own = reverse("citizen:guide", args=[definition.key, definition.region, mode])
    return {
        "place": definition.region,
        "place_name": regions.path_text(definition.region),
        "here_code": here,
        "here_name": regions.path_text(here),
        "receiver": _receiver(receivers[here]) if here in receivers else None,
        "others": [(code, regions.path_text(code)) for code in receivers if code != here],
        "groups": places_.grouped(receivers),
        "can_start": mode == ONLINE and here in receivers and here in request.node.regions and not definition.standing,
        "own": own,
        "keeps": f"{own}?{urlencode({'here': here})}",
    }


def _what(request: Any, definition: Definition, mode: Named, here: str, at: datetime) -> dict[str, Any]:
    cards = offers.find_cards(list_issuing(definition), definition.region, legal_day(at))
    issuing = {key: card.name for key, card in cards.items()}
    known = services.known_before(definition.region, here, at)
    screened = definition.tree.screened(Trip(definition.key, insured=definition.region, here=here).given())
    return {
        "guide": write_guide(definition, mode.id, known=known, issuing=issuing),
        "definition": definition,
        "mode": mode,
        "online": mode.id == ONLINE,
        "screened": definition.answers[screened] if screened else None,
        "audiences": [AUDIENCES[one] for one in definition.audience],
        "yuan": write_yuan(definition.fee.fen),
        "printing": request.GET.get("view") == "print",
        "data": _data(request, definition, mode.id),
    }


def _by_department(cards: list[offers.Card]) -> list[tuple[Text, list[offers.Card]]]:
    ordered = sorted(cards, key=lambda card: (card.department.zh, card.name.zh))
    groups = (list(group) for _, group in groupby(ordered, key=lambda card: card.department.zh))
    return [(group[0].department, group) for group in groups]


def _receivers(definition: Definition, mode: str, at: datetime) -> dict[str, Clause]:
    """By the code of the place."""
    clauses = list_receiving(item=definition.item, mode=mode, deciding=definition.region, at=at)
    return {clause.receiving: clause for clause in clauses if _is_known(clause.receiving)}


def _receiver(clause: Clause) -> Receiver:
    agreement = alliance.get_agreement(clause.agreement, clause.version)
    article = agreement.find_article(clause.article)
    days = article.response_days if article else 0
    return Receiver(clause, agreement, days, tuple(regions.list_halls(clause.receiving)))


def _is_known(code: str) -> bool:
    """A member may be a place that this node has no name for yet."""
    try:
        regions.get_region(code)
    except regions.UnknownRegion:
        return False
    return True


def _here(request: Any, receivers: dict[str, Clause], place: str) -> str:
    """The place that was asked for, else one that this portal stands for, else any that may."""
    wanted = (request.GET.get("here", ""), *request.node.regions, *receivers)
    return next((code for code in wanted if code in receivers), place)


def _data(request: Any, definition: Definition, mode: str) -> SafeString:
    own = request.build_absolute_uri(reverse("citizen:guide", args=[definition.key, definition.region, mode]))
    halls = [hall for hall in regions.list_halls(definition.region) if hall.verified]
    return structured.as_script(structured.describe(definition, language=request.language, address=own, halls=halls))
