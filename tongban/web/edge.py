"""What every answer carries: security headers, and what every page knows."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.exchange import queries as exchange
from tongban.kernel import registries
from tongban.kernel.text import LANGUAGES
from tongban.web.desk_menu import menu_for
from tongban.web.desk_roles import CASE_ROLES, NODE_ROLES, home_of

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Unless an answer brings its own: a download has a stricter policy, a static file may be kept."""

SIZES = ("large", "larger", "largest")
"""Of text in the elder view (适老化, GB/T 37668): 22, 26 and 30 pixels. Without one of them the page is in its normal view."""


class SecurityHeaders:
    """SR-27, SR-42: no third party, no framing, nothing kept by the browser of a shared machine."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        wanted = request.COOKIES.get("language", "zh")
        request.language = wanted if wanted in LANGUAGES else "zh"
        request.size = request.COOKIES.get("size", "") if request.COOKIES.get("size") in SIZES else ""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def page_context(request: Any) -> dict[str, Any]:
    staff = getattr(request, "staff", None)
    return {
        "language": getattr(request, "language", "zh"),
        "node": registries.current_node(),
        "citizen": getattr(request, "citizen", None),
        "unread": getattr(request, "unread", 0),
        "staff": staff,
        "behalf": getattr(request, "behalf", None),
        **(_desk(staff) if staff else {"desk_home": "staff:worklist"}),
        "place": getattr(request, "place", ""),
        "here": request.get_full_path(),
        "demo": not settings.PRODUCTION,
        "size": getattr(request, "size", ""),
        "kiosk": getattr(request, "kiosk", False),
    }


def _desk(staff: Any) -> dict[str, Any]:
    """What the frame of every page at a desk depends on."""
    reads_cases, operates = (bool(staff.roles & set(roles)) for roles in (CASE_ROLES, NODE_ROLES))
    return {
        "menu": menu_for(frozenset(staff.roles)),
        "reads_cases": reads_cases,
        "operates": operates,
        "desk_home": home_of(staff.roles),
        "node_recovering": exchange.is_recovering(registries.current_node().id),
    }
