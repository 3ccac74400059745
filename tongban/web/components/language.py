"""How a person wants to read: the language and the size of the text, kept in two cookies of the browser."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from tongban.kernel.text import LANGUAGES
from tongban.web.access import door
from tongban.web.edge import SIZES

A_YEAR = 365 * 24 * 3600


@door("anyone")
def language(request: HttpRequest) -> HttpResponse:
    """`?to=zh|en` and `?size=normal|large|larger|largest`; an unknown choice changes nothing."""
    response = HttpResponseRedirect(safe_next(request.GET.get("next")))
    if request.GET.get("to") in LANGUAGES:
        _remember(response, "language", request.GET["to"])
    if request.GET.get("size") in ("normal", *SIZES):
        _remember(response, "size", request.GET["size"])
    return response


def safe_next(wanted: str | None, default: str = "/") -> str:
    """A page of this site to go on to; anything that leads elsewhere becomes `default`."""
    if not wanted or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) or urlsplit(wanted).netloc:
        return default
    return wanted if wanted.startswith("/") else default


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
