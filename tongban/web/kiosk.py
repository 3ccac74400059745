"""The kiosk (自助机): the same pages with large targets, a button that ends the visit, and an end by itself when nobody touches it.

`?profile=kiosk` on any address makes this browser one, `?profile=none` unmakes it; a cookie keeps it, for the session ends with every person.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.web.access import door

COOKIE = "profile"
KIOSK = "kiosk"


class Kiosk:
    """Tells every view and page whether this browser is a kiosk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        wanted = request.GET.get("profile", "")
        request.kiosk = (wanted or request.COOKIES.get(COOKIE, "")) == KIOSK
        response = self.get_response(request)
        if wanted in (KIOSK, "none"):
            _remember(response, request.kiosk)
        return response


@door("anyone")
@require_http_methods(["GET", "POST"])
def end(request: Any) -> HttpResponse:
    """Nothing of this person stays. By GET for a page that ends by itself without JavaScript; nowhere else does it act.

    The cookie alone says what is a kiosk: `?profile=kiosk` in a link from elsewhere would sign people out.
    """
    if request.COOKIES.get(COOKIE) == KIOSK or request.method == "POST":
        request.session.flush()
    response = HttpResponseRedirect(reverse("citizen:home"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _remember(response: HttpResponse, kiosk: bool) -> None:
    if kiosk:
        response.set_cookie(COOKIE, KIOSK, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
