"""What search engines ask for (网站地图): which guides there are, and that nothing else here is for them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.catalogue.guides import offers
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
    parts = -(-offers.count_offers(legal_day(now())) // PER_SITEMAP) or 1
    addresses = [_absolute(request, reverse("citizen:sitemap-part", args=[number + 1])) for number in range(parts)]
    return render(request, "citizen/sitemap-index.xml", {"addresses": addresses}, content_type="application/xml")


@door("anyone")
@require_safe
def sitemap_part(request: Any, number: int) -> HttpResponse:
    found = offers.list_offers(legal_day(now()), skip=(max(number, 1) - 1) * PER_SITEMAP, most=PER_SITEMAP)
    if not found and number != 1:
        raise Missing
    pages = [
        (_absolute(request, reverse("citizen:guide-of", args=[one.key, one.region])), one.since.isoformat())
        for one in found
    ]
    first = [_absolute(request, reverse(f"citizen:{name}")) for name in ("home", "guides")] if number == 1 else []
    known = {"first": first, "pages": pages}
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


def _absolute(request: Any, path: str) -> str:
    address: str = request.build_absolute_uri(path)
    return address
