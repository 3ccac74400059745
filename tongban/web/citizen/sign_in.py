"""Signing in: a code by SMS, or unified identity (统一身份认证). A password is never asked of a citizen."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.people import queries, services
from tongban.people.adapters.oidc import OidcProvider
from tongban.people.adapters.sms import SmsChannel, get_sms_channel
from tongban.people.queries import Citizen
from tongban.web import visit
from tongban.web.access import door
from tongban.web.components.faults import Fault, fault_of
from tongban.web.components.language import safe_next
from tongban.web.network import network_of


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Any) -> HttpResponse:
    _remember_next(request)
    if request.method != "POST":
        return _page(request, "citizen/sign-in.html", [])
    try:
        sent = services.send_sms_code(
            node=request.node, phone=request.POST.get("phone", ""), channel=_channel(), at=now(),
            network=network_of(request),
        )  # fmt: skip
    except Refused as refused:
        return _page(request, "citizen/sign-in.html", [fault_of(refused, "phone")])
    request.session["sms_flow"] = str(sent.flow)
    return redirect("citizen:sign-in-code")


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: Any) -> HttpResponse:
    flow = request.session.get("sms_flow")
    if not flow:
        return redirect("citizen:sign-in")
    if request.method != "POST":
        return _page(request, "citizen/sign-in-code.html", [], flow=flow)
    typed = request.POST.get("code", "")
    try:
        citizen = services.verify_sms_code(node=request.node, flow=UUID(flow), code=typed, at=now())
    except Refused as refused:
        return _page(request, "citizen/sign-in-code.html", [fault_of(refused, "code")], flow=flow)
    return _enter(request, citizen, means="sms")


@door("anyone")
@require_safe
def unified(request: Any) -> HttpResponse:
    _remember_next(request)
    back = request.build_absolute_uri(reverse("citizen:sign-in-unified-return"))
    start = services.begin_oidc(node=request.node, provider=_provider(), redirect_uri=back, at=now())
    request.session["oidc_flow"] = str(start.flow)
    return redirect(start.url)


@door("anyone")
@require_safe
def unified_return(request: Any) -> HttpResponse:
    flow = request.session.pop("oidc_flow", None)
    if flow is None:
        return redirect("citizen:sign-in")
    citizen = services.finish_oidc(
        node=request.node, provider=_provider(), flow=UUID(flow), answer=request.GET.dict(), at=now(),
        allow_demo=request.node.demo,
    )  # fmt: skip
    # A provider that vouches for no name and number has witnessed nobody: what is typed then counts no more than after a code by SMS.
    return _enter(request, citizen, means="oidc" if citizen.verified else "sms")


@door("anyone")
@require_POST
def sign_out(request: Any) -> HttpResponse:
    request.session.flush()
    return redirect("citizen:home")


def _enter(request: Any, citizen: Citizen, *, means: str) -> HttpResponse:
    wanted = request.session.get("next")
    visit.begin(request, citizen, means=means, at=now())
    default = reverse("citizen:cases") if citizen.name else reverse("citizen:me")
    return redirect(safe_next(wanted, default))


def _remember_next(request: Any) -> None:
    if "next" in request.GET:
        request.session["next"] = safe_next(request.GET["next"], default="")


def _channel() -> SmsChannel:
    return get_sms_channel(settings.MODE, url=settings.SMS_GATEWAY_URL, secret=settings.SMS_GATEWAY_SECRET)


def _provider() -> OidcProvider:
    """Refuses `Missing` where none is configured."""
    if not settings.OIDC_ISSUER:
        raise Missing
    return OidcProvider(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


def _page(request: Any, template: str, errors: list[Fault], *, flow: str = "") -> HttpResponse:
    known = {
        "errors": errors,
        "phone": request.POST.get("phone", ""),
        "unified": bool(settings.OIDC_ISSUER),
        "shown_code": queries.find_shown_code(node=request.node, flow=UUID(flow)) if flow else None,
    }
    return render(request, template, known, status=422 if errors else 200)
