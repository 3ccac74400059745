"""The editor of whole definitions (事项编辑): every part a small form in a draft, the tree of questions, then publication by somebody else."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.parts import changing
from tongban.catalogue.parts.faults import PartFault, find_part_faults
from tongban.catalogue.parts.inputs import Json, Part
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.review import drafting, jobs, publications
from tongban.review.drafting import WRITING
from tongban.web.access import door
from tongban.web.staff import part_forms, part_pages
from tongban.web.staff.items import LOOKING
from tongban.web.staff.pages import page, who
from tongban.web.staff.rule_pages import Shown, find_shown

NEW = "new"
"""In the place of an id: a thing that is not there yet."""
ITEM = "item"
"""In the place of an id where a part is the item's own keys."""
TAKEN = Text("已有这个编号", "there is one of this id already")
NEEDED = Text("请填写编号", "give an id")


@door("staff", *LOOKING)
@require_safe
def overview(request: Any, key: str) -> HttpResponse:
    return _overview(request, key)


@door("staff", *WRITING)
@require_POST
def draft(request: Any, key: str) -> HttpResponse:
    """Begin one, or give it up."""
    if request.POST.get("act") == "discard":
        drafting.discard_draft(region=request.staff.region, key=key, by=request.actor)
        return redirect("staff:items")
    drafting.begin_draft(**who(request), key=key)
    return redirect("staff:item-edit", key=key)


@door("staff", *WRITING)
@require_POST
def rehearse(request: Any, key: str) -> HttpResponse:
    """The job begins once this request has ended."""
    try:
        id = drafting.rehearse_draft(**who(request), key=key)
    except Refused as refused:
        return _overview(request, key, refused=refused)
    jobs.run_rehearsal_soon(region=request.staff.region, rehearsal_id=id)
    return redirect("staff:rehearsal", rehearsal_id=id)


@door("staff", *WRITING)
@require_POST
def publish(request: Any, key: str) -> HttpResponse:
    """发布: by somebody who did not write it, from a later day on."""
    posted = request.POST
    zh, en = (posted.get(name, "").strip()[:500] for name in ("reason_zh", "reason_en"))
    try:
        publications.publish_draft(
            **who(request), key=key, valid_from=_day(posted.get("valid_from", "")), seen=seen(request),
            why=Text(zh, en or zh) if zh else None, without_rehearsal=posted.get("without", "").strip(),
        )  # fmt: skip
    except Refused as refused:
        return _overview(request, key, refused=refused)
    return redirect("staff:item", key=key)


@door("staff", *LOOKING)
@require_safe
def listed(request: Any, key: str, part: str) -> HttpResponse:
    """The things of a part; the form itself where the part is the item's own keys."""
    shown, chosen = find_shown(request, key), _require_part(part)
    if not chosen.list:
        return _form(request, shown, chosen, ITEM, shown.document, find_part_faults(shown.document, chosen, ITEM))
    return _list(request, shown, chosen)


@door("staff", *LOOKING)
@require_safe
def one(request: Any, key: str, part: str, id: str) -> HttpResponse:
    shown, chosen = find_shown(request, key), _require_part(part)
    if chosen.list and id == NEW:
        return _form(request, shown, chosen, NEW, {}, [])
    return _form(request, shown, chosen, id, _require(shown, chosen, id), find_part_faults(shown.document, chosen, id))


@door("staff", *WRITING)
@require_POST
def write(request: Any, key: str, part: str, id: str) -> HttpResponse:
    """Tried, kept, moved or taken away, as `act` says; what is wrong is said in its place, and nothing typed is lost."""
    shown, chosen, act = find_shown(request, key), _require_part(part), request.POST.get("act", "try")
    if act in ("remove", "raise", "lower"):
        return _arranged(request, shown, chosen, id, act)
    is_new = bool(chosen.list) and id == NEW
    item = part_forms.read_part(request.POST, chosen, {} if is_new else _require(shown, chosen, id))
    name = request.POST.get("id", "").strip() if is_new else id
    if chosen.list:
        item = {chosen.key: name, **item}
    document = changing.put(
        shown.document, chosen, item, situations=_situations(request, chosen), layer=request.staff.region
    )
    faults = _id_faults(shown.document, chosen, name, is_new=is_new) or find_part_faults(document, chosen, name)
    blocked = any(fault.blocks for fault in faults)
    if act != "save" or blocked:
        status = 422 if act == "save" else 200
        return _form(request, shown, chosen, id, item, faults, document=document, status=status)
    refused = keep(request, key, document)
    if refused:
        return _form(request, shown, chosen, id, item, faults, document=document, refused=refused)
    return redirect("staff:item-part", key=key, part=part) if chosen.list else redirect("staff:item-edit", key=key)


def keep(request: Any, key: str, document: Json) -> Refused | None:
    """Put it into the draft, or say why not."""
    try:
        drafting.save_document(**who(request), key=key, document=document, seen=seen(request))
    except Refused as refused:
        return refused
    return None


def _arranged(request: Any, shown: Shown, part: Part, id: str, act: str) -> HttpResponse:
    """One place further up or down, or gone."""
    _require(shown, part, id)
    layer = request.staff.region
    if not part.list:
        raise Missing
    if act == "remove":
        document = changing.drop(shown.document, part, id, layer=layer)
    else:
        document = changing.move(shown.document, part, id, -1 if act == "raise" else 1, layer=layer)
    refused = keep(request, shown.definition.key, document)
    if refused:
        return _list(request, shown, part, refused=refused)
    return redirect("staff:item-part", key=shown.definition.key, part=part.id)


def _overview(request: Any, key: str, *, refused: Refused | None = None) -> HttpResponse:
    known = part_pages.say_overview(request, find_shown(request, key))
    return page(request, "staff/items/edit/overview.html", known, refused=refused)


def _list(request: Any, shown: Shown, part: Part, *, refused: Refused | None = None) -> HttpResponse:
    return page(request, "staff/items/edit/list.html", part_pages.say_list(request, shown, part), refused=refused)


def _form(
    request: Any, shown: Shown, part: Part, id: str, item: Json, faults: list[PartFault], *, document: Json | None = None,
    refused: Refused | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    if isinstance(refused, BadDefinition):
        faults = [PartFault("", Text(refused.sentence("zh"), refused.sentence("en")))]
    known = part_pages.say_form(request, shown, part, id, item, faults, document=document or shown.document)
    known["errors"] = part_forms.summarise(known["lines"], faults) if status == 422 else []
    answer = page(request, "staff/items/edit/form.html", known, refused=refused)
    answer.status_code = refused.status if refused else status
    return answer


def _situations(request: Any, part: Part) -> list[str] | None:
    """Those that are to use it, where the form asked."""
    return request.POST.getlist("situation") if part.used and "uses" in request.POST else None


def _id_faults(document: Json, part: Part, id: str, *, is_new: bool) -> list[PartFault]:
    if not is_new:
        return []
    if not id or id in (NEW, ITEM):
        return [PartFault("id", NEEDED)]
    return [PartFault("id", TAKEN)] if part.find(document, id) else []


def _require_part(id: str) -> Part:
    part = part_forms.part_of(id)
    if part is None:
        raise Missing
    return part


def _require(shown: Shown, part: Part, id: str) -> Json:
    found = part.find(shown.document, id) if part.list or id == ITEM else None
    if found is None:
        raise Missing
    return found


def seen(request: Any) -> int:
    text = request.POST.get("edits", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
