"""Numbered blanks (空白证照): what lies in the store, what each window has, what became of each number."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.licences.types import list_types
from tongban.seals import blanks
from tongban.seals.blanks import KEEPING, USING
from tongban.web.access import door
from tongban.web.staff.pages import page
from tongban.web.staff.performing import words

WINDOWS = ("1 号窗口", "2 号窗口", "3 号窗口")


@door("staff", *sorted(USING))
@require_safe
def listed(request: Any) -> HttpResponse:
    return _show(request)


@door("staff", *sorted(KEEPING))
@require_POST
def receive(request: Any) -> HttpResponse:
    return _do(request, blanks.receive_blanks, **words(request, "type", "first", "last"))


@door("staff", *sorted(KEEPING))
@require_POST
def hand_out(request: Any) -> HttpResponse:
    return _do(
        request,
        blanks.hand_out,
        batch=_whole(request, "batch"),
        count=_whole(request, "count"),
        **words(request, "window"),
    )


@door("staff", *sorted(USING))
@require_POST
def use(request: Any) -> HttpResponse:
    return _do(request, blanks.use_blank, **words(request, "type", "window", "ref"))


@door("staff", *sorted(USING))
@require_POST
def void(request: Any) -> HttpResponse:
    return _do(request, blanks.void_blank, **words(request, "type", "number", "reason"))


def _do(request: Any, act: Any, **typed: Any) -> HttpResponse:
    try:
        if "type" in typed and typed["type"] not in {type_.id for type_ in list_types()}:
            raise blanks.BlanksUnusable(what=blanks.PARTS["type"])
        act(region=request.staff.region, by=request.actor, at=now(), **typed)
    except Refused as refused:
        return _show(request, refused)
    return redirect("staff:blanks")


def _show(request: Any, refused: Refused | None = None) -> HttpResponse:
    region, types = request.staff.region, list_types()
    known = {
        "section": "blanks", "tab": "blanks", "types": types, "names": {type_.id: type_.name for type_ in types}, "typed": request.POST,
        "stock": blanks.list_stock(region=region), "windows": blanks.count_windows(region=region),
        "outcomes": blanks.list_outcomes(region=region), "keeps": bool(request.staff.roles & KEEPING), "suggested": WINDOWS,
    }  # fmt: skip
    return page(request, "staff/seals/blanks.html", known, refused=refused)


def _whole(request: Any, name: str) -> int:
    """What is no number counts as none."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
