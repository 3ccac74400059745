"""The first page: what can be done here (我要办)."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.guides import offers
from tongban.guidance import topics
from tongban.kernel.clock import now
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.access import door

MOST_TOPICS = 8
"""On the first page; the others are a step away."""
MOST_SERVICES = 60
"""Where a place offers more, the search and the list of guides lead to them."""


@door("anyone")
@require_safe
def home(request: Any) -> HttpResponse:
    known = {
        "topics": topics.list_topics()[:MOST_TOPICS],
        "services": _services(legal_day(now())),
        "places": _together([regions.get_region(code).text for code in request.node.regions]),
        "halls": [hall for code in request.node.regions for hall in regions.list_halls(code)],
    }
    return render(request, "citizen/home.html", known)


def _services(today: date) -> list[tuple[Definition, tuple[Text, ...]]]:
    """Each with what may be said of it wherever it is offered."""
    return [
        (one, offers.find_common_claims(one.key, today)) for one in catalogue.list_services(today, most=MOST_SERVICES)
    ]


def _together(texts: list[Text]) -> Text:
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))
