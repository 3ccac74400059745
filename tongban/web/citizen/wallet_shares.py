"""Showing a licence to one recipient for one purpose (授权出示): the holder's pages, and the page of whoever has the code."""

import base64
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.press import find_missing
from tongban.kernel.refusals import Missing, Refused
from tongban.licences import share_opening, sharing
from tongban.licences.forms.watermarked import show_watermarked
from tongban.licences.share_opening import OpenedShare
from tongban.people import limits
from tongban.slips import codes
from tongban.web.access import door
from tongban.web.citizen import wallet
from tongban.web.components.application import acting, command
from tongban.web.components.faults import Fault, by_anchor, fault_of
from tongban.web.network import network_of

PAGES = ["GET", "HEAD", "POST"]


@door("citizen", act="collect")
@require_http_methods(PAGES)
def share(request: Any, case_id: UUID, licence: str) -> HttpResponse:
    """What for, to whom, how long, which lines. The code is shown once."""
    card, view = wallet.find(request, case_id, licence)
    sharing.require_usable(card)
    known: dict[str, Any] = {"card": card, "view": view, "terms": sharing.TERMS.items(), "cmd": new_id()}
    if request.method != "POST":
        return render(request, "citizen/wallet/share.html", {**known, "typed": {"days": "7", "what": "whole"}})
    whole = request.POST.get("what") == "whole"
    shown = () if whole else (request.POST.getlist("line") or [""])
    try:
        code = sharing.share_licence(
            node=request.node, region=card.held.region, case_id=case_id, key=licence, purpose=request.POST.get("purpose", ""),
            recipient=request.POST.get("recipient", ""), shown=shown, days=request.POST.get("days", ""), share_id=command(request),
            by=acting(request, card.held.region), at=now(),
        )  # fmt: skip
    except sharing.SharedBefore:
        return redirect("citizen:wallet-licence", case_id=case_id, licence=licence)
    except Missing:
        raise
    except Refused as refused:
        faults = [fault_of(refused, _anchor(request, refused))]
        known |= {
            "errors": faults,
            "wrong": by_anchor(faults),
            "typed": request.POST,
            "lines": request.POST.getlist("line"),
        }
        return render(request, "citizen/wallet/share.html", known, status=422)
    return render(request, "citizen/wallet/shared-now.html", {**known, **_told(request, code)})


@door("citizen", act="collect")
@require_POST
def end(request: Any, case_id: UUID, licence: str, share_id: UUID) -> HttpResponse:
    card, _ = wallet.find(request, case_id, licence)
    sharing.end_share(
        node=request.node, region=card.held.region, share_id=share_id, by=acting(request, card.held.region), at=now()
    )
    return redirect("citizen:wallet-licence", case_id=case_id, licence=licence)


@door("anyone")
@require_http_methods(PAGES)
def shared(request: Any) -> HttpResponse:
    """For the recipient: the code is typed, or comes behind `#`, and never stands in an address."""
    if request.method != "POST":
        return render(request, "citizen/wallet/shared.html", {"typed": ""})
    typed, at = request.POST.get("code", "")[:40].replace("\x00", ""), now()
    network = limits.network_hash(request.node, network_of(request))
    try:
        limits.require_calm_network(network, at=at)
        opened = share_opening.open_share(node=request.node, code=typed, at=at)
    except Refused as refused:
        if isinstance(refused, share_opening.ShareUnusable) and network:
            limits.count_failure(network, at=at)
        faults: list[Fault] = [fault_of(refused, "code")]
        known = {"typed": typed, "errors": faults, "wrong": by_anchor(faults)}
        return render(request, "citizen/wallet/shared.html", known, status=refused.status)
    return render(request, "citizen/wallet/opened.html", {"share": opened, "picture": _picture(opened), "at": at})


def _told(request: Any, code: str) -> dict[str, str]:
    address = request.build_absolute_uri(reverse("citizen:shared"))
    link = f"{address}#{code}"
    return {"code": codes.spaced(code), "link": link, "picture": wallet.draw(link)}


def _anchor(request: Any, refused: Refused) -> str:
    """A character that cannot be printed is said at the field that holds it."""
    lacks = isinstance(refused, sharing.CharacterMissing) and not find_missing(request.POST.get("purpose", ""))
    return "recipient" if lacks else "purpose"


def _picture(share: OpenedShare) -> str:
    """The page with the watermark in it; of chosen lines there is none, and none where this server cannot print it."""
    if not share.whole:
        return ""
    try:
        shown = show_watermarked(share.content, words=share.watermark, code=share.code)
    except Refused:
        return ""
    return f"data:image/png;base64,{base64.b64encode(shown).decode()}"
