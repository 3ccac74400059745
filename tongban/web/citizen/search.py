"""Finding an item in everyday words (搜一搜): works without JavaScript; says what can be begun here and what cannot."""

import re
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.catalogue import queries as catalogue
from tongban.catalogue.search.asked import note_miss
from tongban.catalogue.search.gathering import get_index
from tongban.catalogue.search.synonyms import list_popular
from tongban.catalogue.search.words import MAX_QUERY, plain
from tongban.kernel.clock import now
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.components import places as places_
from tongban.web.components.finding import place_named, search

NUMBER = re.compile(r"([0-9]\s*){8}")
"""Part of an identity number, a phone or a case: nothing that a search finds, and nothing that stays in an address."""
MOST_MEANT = 3
MOST_SERVICES = 60
AUDIENCES = {"person": Text("个人", "Myself"), "organisation": Text("单位、企业", "A company or organisation")}


@door("anyone")
@require_safe
def found(request: Any) -> HttpResponse:
    """`?q=` the words, `?place=` which place decides, `?for=` person or organisation."""
    at, today = now(), legal_day(now())
    index = get_index(today)
    if NUMBER.search(request.GET.get("q", "")):
        return redirect(f"{reverse('citizen:search')}?number")
    query = request.GET.get("q", "")[:MAX_QUERY]
    wanted, audience = request.GET.get("place", ""), request.GET.get("for", "")
    place = wanted if wanted in index.places else place_named(query, index.places)
    audience = audience if audience in AUDIENCES else ""
    results = search(query, place=place, audience=audience, receiving=request.node.regions, at=at)
    if plain(query) and not results and not audience:
        note_miss(node=request.node, query=query, on=today)
    known = {
        "query": query, "is_number": "number" in request.GET, "results": results,
        "meant": list(dict.fromkeys(one.hit.meant for one in results if one.hit.meant))[:MOST_MEANT],
        "by_ear": any(one.hit.by_ear for one in results), "audience": audience, "audiences": AUDIENCES,
        "place": place, "groups": places_.grouped(index.places), "popular": [name for name in list_popular() if index.holds(name)],
        "services": [] if results else catalogue.list_services(today, most=MOST_SERVICES),
    }  # fmt: skip
    return render(request, "citizen/search.html", known)
