"""Under /embed/ the portal answers as if it were mounted there, so that every link and form of its pages stays inside the frame.

Only origins that the operator named may frame it. Browsers send cookies of a framed site only when they say so and are kept apart for each
site around the frame (CHIPS), which is what `Partitioned` asks for.
"""

from collections.abc import Callable
from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix

from tongban.web.edge import CONTENT_SECURITY_POLICY

PREFIX = "/embed"
NOBODY = "frame-ancestors 'none'"

# Python 3.14 knows the attribute by itself.
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]


class Framed:
    """Outermost: it replaces what every other answer carries. Without a configured origin there is nothing under /embed/."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        inner = request.path_info.removeprefix(PREFIX)
        if not settings.EMBED_ORIGINS or not request.path_info.startswith(f"{PREFIX}/"):
            return self.get_response(request)
        if _is_portal(inner):
            return self._framed(request, inner)
        return _frameable(self.get_response(request))

    def _framed(self, request: Any, inner: str) -> HttpResponse:
        before = get_script_prefix()
        request.path_info, request.framed = inner, True
        set_script_prefix(f"{PREFIX}/")
        try:
            return _frameable(self.get_response(request))
        finally:
            set_script_prefix(before)


def _is_portal(path: str) -> bool:
    """Pages for people and the choice of language; never a desk, a peer's door or the API."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return match.namespaces == ["citizen"] or match.view_name == "language"


def _frameable(response: HttpResponse) -> HttpResponse:
    ancestors = f"frame-ancestors {' '.join(settings.EMBED_ORIGINS)}"
    policy = response.headers.get("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers["Content-Security-Policy"] = policy.replace(NOBODY, ancestors)
    del response.headers["X-Frame-Options"]
    for cookie in response.cookies.values():
        cookie["samesite"], cookie["secure"] = "None", True
        cookie["partitioned"] = True
    return response
