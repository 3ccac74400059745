"""Who one is, proved once more (SR-02, SR-10): signing in counts for five minutes, then a new code by SMS."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.people import services
from tongban.people.adapters.sms import get_sms_channel
from tongban.people.giving import ProofTooOld
from tongban.web.network import network_of

PROVED = "proved_at"
FLOW = "proof_flow"


def proved_at(request: Any) -> datetime:
    return datetime.fromisoformat(request.session.get(PROVED) or request.session["citizen_since"])


def send_code(request: Any) -> None:
    """To the account's own phone. Refuses `ProofTooOld` where it has none: then signing in again proves it, and what `send_sms_code` refuses."""
    if not request.citizen.phone:
        raise ProofTooOld
    channel = get_sms_channel(settings.MODE, url=settings.SMS_GATEWAY_URL, secret=settings.SMS_GATEWAY_SECRET)
    sent = services.send_sms_code(
        node=request.node, phone=request.citizen.phone, channel=channel, at=now(), network=network_of(request)
    )
    request.session[FLOW] = str(sent.flow)


def take_code(request: Any) -> None:
    """Refuses `WrongSmsCode`, and `Missing` where none was asked for."""
    flow = flow_of(request)
    if flow is None:
        raise Missing
    typed = request.POST.get("code", "")
    citizen = services.verify_sms_code(node=request.node, flow=flow, code=typed, at=now())
    if citizen.id != request.citizen.id:
        raise Missing
    request.session.pop(FLOW)
    request.session[PROVED] = now().isoformat()


def flow_of(request: Any) -> UUID | None:
    kept = request.session.get(FLOW)
    return UUID(kept) if kept else None
