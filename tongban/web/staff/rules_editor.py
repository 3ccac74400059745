"""Rules of the items (规则): read point by point, changed in a draft, tried on examples while one writes, then rehearsed on past cases."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue import queries as catalogue
from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.editing import Json, PointFault, find_point, find_point_faults, list_situations, put_point
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.review import drafting, jobs
from tongban.review.drafting import WRITING
from tongban.web.access import door
from tongban.web.staff import rule_forms, rule_pages
from tongban.web.staff.pages import page, who
from tongban.web.staff.rule_pages import Shown

LOOKING = ("catalogue_editor", "chief", "supervisor", "examiner")
NEW = "new"
"""In the place of a point's id: one that is not there yet."""
TAKEN = Text("已有这个编号的要点", "there is a point of this id already")
RESERVED = Text("请填写编号：小写字母、数字和连字符", "give an id of small letters, digits and hyphens")


@door("staff", *LOOKING)
@require_safe
def listed(request: Any) -> HttpResponse:
    region = request.staff.region
    newest: dict[str, str] = {}
    for one in catalogue.list_publications(region):
        newest.setdefault(one.key, one.hash)
    items = [
        (catalogue.get_definition(hash), drafting.find_draft(node=request.node, region=region, key=key))
        for key, hash in newest.items()
    ]
    return page(request, "staff/rules/list.html", {"section": "rules", "items": items})


@door("staff", *LOOKING)
@require_safe
def item(request: Any, key: str) -> HttpResponse:
    return _item(request, key)


@door("staff", *WRITING)
@require_POST
def draft(request: Any, key: str) -> HttpResponse:
    """Begin one, or give it up."""
    if request.POST.get("act") == "discard":
        drafting.discard_draft(region=request.staff.region, key=key, by=request.actor)
    else:
        drafting.begin_draft(**who(request), key=key)
    return redirect("staff:rules-item", key=key)


@door("staff", *WRITING)
@require_POST
def rehearse(request: Any, key: str) -> HttpResponse:
    """The job begins once this request has ended."""
    try:
        id = drafting.rehearse_draft(**who(request), key=key)
    except Refused as refused:
        return _item(request, key, refused=refused)
    jobs.run_rehearsal_soon(region=request.staff.region, rehearsal_id=id)
    return redirect("staff:rehearsal", rehearsal_id=id)


@door("staff", *LOOKING)
@require_safe
def point(request: Any, key: str, point: str) -> HttpResponse:
    shown = rule_pages.find_shown(request, key)
    if point == NEW:
        return _point(request, shown, rule_forms.NEW, (), [])
    value = _require_point(shown.document, point)
    faults = find_point_faults(shown.document, point)
    return _point(request, shown, value, list_situations(shown.document, point), faults)


@door("staff", *WRITING)
@require_POST
def write(request: Any, key: str, point: str) -> HttpResponse:
    """Tried, kept or taken away, as `act` says; what is wrong is said in its place, and nothing typed is lost."""
    shown, act = rule_pages.find_shown(request, key), request.POST.get("act", "try")
    if act == "remove":
        return _remove(request, shown, point)
    id = request.POST.get("id", "").strip() if point == NEW else point
    before = rule_forms.NEW if point == NEW else _require_point(shown.document, point)
    typed = rule_forms.read_point(request.POST, before, id=id)
    situations = rule_forms.read_situations(request.POST, shown.document)
    document = put_point(shown.document, typed, situations=situations, layer=request.staff.region)
    faults = _id_faults(shown.document, id, is_new=point == NEW) or find_point_faults(document, id)
    if act != "save" or any(fault.blocks for fault in faults):
        return _point(
            request, shown, typed, situations, faults, document=document, status=422 if act == "save" else 200
        )
    try:
        drafting.save_point(
            **who(request), key=key, point=typed, situations=situations, seen=_number(request.POST.get("edits", ""))
        )
    except Refused as refused:
        return _point(request, shown, typed, situations, faults, document=document, refused=refused)
    return redirect("staff:rules-point", key=key, point=id)


def _remove(request: Any, shown: Shown, point: str) -> HttpResponse:
    seen = _number(request.POST.get("edits", ""))
    try:
        drafting.remove_point(**who(request), key=shown.definition.key, point=point, seen=seen)
    except (BadDefinition, drafting.DraftMovedOn) as refused:
        return _item(request, shown.definition.key, refused=refused)
    return redirect("staff:rules-item", key=shown.definition.key)


def _item(request: Any, key: str, *, refused: Refused | None = None) -> HttpResponse:
    known = rule_pages.say_item(request, rule_pages.find_shown(request, key), request.GET.get("situation", ""))
    return page(request, "staff/rules/item.html", known, refused=refused)


def _point(
    request: Any, shown: Shown, value: Json, situations: tuple[str, ...], faults: list[PointFault], *,
    document: Json | None = None, refused: Refused | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    known = rule_pages.say_point_page(request, shown, value, situations, faults, document=document or shown.document)
    known["errors"] = rule_forms.summarise(faults) if status == 422 else []
    answer = page(request, "staff/rules/point.html", known, refused=refused)
    answer.status_code = refused.status if refused else status
    return answer


def _require_point(document: Json, id: str) -> Json:
    found = find_point(document, id)
    if found is None:
        raise Missing
    return found


def _id_faults(document: Json, id: str, *, is_new: bool) -> list[PointFault]:
    if is_new and find_point(document, id):
        return [PointFault("id", TAKEN)]
    return [PointFault("id", RESERVED)] if is_new and id in ("", NEW) else []


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
