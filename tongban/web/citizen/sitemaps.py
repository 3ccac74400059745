"""What search engines ask for (网站地图): which guides there are, and that nothing else here is for them."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.catalogue.guides import offers
from tongban.catalogue.search.gathering import get_index
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day
from tongban.web.access import door

PER_SITEMAP = 20_000
"""At most 50,000, says the protocol."""


@door("anyone")
@require_safe
def sitemap(request: Any) -> HttpResponse:
    """The index of the parts."""
    today = legal_day(now())
    parts = -(-(offers.count_offers(today) + len(_taken(today))) // PER_SITEMAP) or 1
    addresses = [_absolute(request, reverse("citizen:sitemap-part", args=[number + 1])) for number in range(parts)]
    return render(request, "citizen/sitemap-index.xml", {"addresses": addresses}, content_type="application/xml")


@door("anyone")
@require_safe
def sitemap_part(request: Any, number: int) -> HttpResponse:
    """What is offered, then what was only taken in."""
    today, skip = legal_day(now()), (max(number, 1) - 1) * PER_SITEMAP
    found = offers.list_offers(today, skip=skip, most=PER_SITEMAP)
    beyond = max(0, skip - offers.count_offers(today))
    taken = _taken(today)[beyond : beyond + PER_SITEMAP - len(found)]
    if not found and not taken and number != 1:
        raise Missing
    pages = [
        (_absolute(request, reverse("citizen:guide-of", args=[one.key, one.region])), one.since.isoformat())
        for one in found
    ]
    first = [_absolute(request, reverse(f"citizen:{name}")) for name in ("home", "guides")] if number == 1 else []
    others = [_absolute(request, reverse("citizen:guide-taken", args=[item_id])) for item_id in taken]
    known = {"first": first, "pages": pages, "others": others}
    return render(request, "citizen/sitemap.xml", known, content_type="application/xml")


@door("anyone")
@require_safe
def robots(request: Any) -> HttpResponse:
    """Guides are for everybody; nothing else here is for a search engine."""
    lines = [
        "User-agent: *", "Allow: /$", "Allow: /guides", "Allow: /static/", "Disallow: /",
        f"Sitemap: {_absolute(request, reverse('citizen:sitemap'))}",
    ]  # fmt: skip
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _taken(on: date) -> list[int]:
    """Items that nothing which can be begun stands for."""
    return [entry.taken for entry in get_index(on).entries if entry.taken]


def _absolute(request: Any, path: str) -> str:
    address: str = request.build_absolute_uri(path)
    return address
