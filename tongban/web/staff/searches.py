"""What people looked for in vain, and the synonyms made of it (未搜到的词、同义词)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue.search import asked
from tongban.catalogue.search.gathering import get_index
from tongban.catalogue.search.index import Index
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.staff.pages import page

MOST_NAMES = 1000
"""That the box proposes; any other may be typed."""


@door("staff", "catalogue_editor")
@require_safe
def listed(request: Any) -> HttpResponse:
    return _page(request)


@door("staff", "catalogue_editor")
@require_POST
def teach(request: Any) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in ("said", "means")}
    try:
        asked.teach_synonym(**typed, index=_index(), by=request.actor, at=now())
    except Refused as refused:
        return _page(request, refused=refused, typed=typed)
    return redirect("staff:searches")


@door("staff", "catalogue_editor")
@require_POST
def forget(request: Any) -> HttpResponse:
    """A synonym that misleads, or words that are no wish of ours."""
    said = request.POST.get("said", "")
    if request.POST.get("what") == "synonym":
        asked.forget_synonym(said=said, by=request.actor)
    else:
        asked.forget_miss(words=said, by=request.actor)
    return redirect("staff:searches")


def _index() -> Index:
    return get_index(legal_day(now()))


def _page(request: Any, *, refused: Refused | None = None, typed: dict[str, str] | None = None) -> HttpResponse:
    known = {
        "section": "searches", "misses": asked.list_misses(), "hidden": asked.count_hidden(), "taught": asked.list_taught(),
        "typed": typed or {"said": request.GET.get("said", "")}, "names": sorted({entry.name for entry in _index().entries})[:MOST_NAMES],
        "several": asked.SEVERAL,
    }  # fmt: skip
    return page(request, "staff/searches.html", known, refused=refused)
