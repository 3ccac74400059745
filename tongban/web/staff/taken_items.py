"""Items taken in from files (采集事项): listed, one with its versions and findings, two versions compared, adjusted."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue.findings import WEIGHTS
from tongban.catalogue.history.comparing import compare_records
from tongban.catalogue.history.taken import (
    TakenItem,
    adjust_taken,
    find_record,
    get_content,
    get_taken,
    lint_taken,
    list_taken,
    list_taken_steps,
)
from tongban.catalogue.items.record import ItemRecord
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.review import drafting
from tongban.web.access import door
from tongban.web.components.records import say_record
from tongban.web.staff import item_pages
from tongban.web.staff.definition_words import PlainWords
from tongban.web.staff.item_words import LAYERS, say_value
from tongban.web.staff.items import LOOKING, WRITING, read_adjustment
from tongban.web.staff.pages import page, who

LONGEST_SEARCH = 60


@door("staff", *LOOKING)
@require_safe
def listed(request: Any) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH].replace("\0", "")
    items, next = list_taken(on=legal_day(now()), text=text, after=_number(request.GET.get("after", "")))
    known = {"section": "items", "text": text, "next": next, "items": [_line(item) for item in items]}
    return page(request, "staff/items/taken-list.html", known)


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, item_id: int) -> HttpResponse:
    return _one(request, item_id)


@door("staff", *LOOKING)
@require_safe
def compare(request: Any, item_id: int) -> HttpResponse:
    item = get_taken(item_id, on=legal_day(now()))
    steps = list_taken_steps(item.layer, item.key)
    pair = item_pages.choose_pair(request, steps)
    changes = compare_records(*(get_content(item.layer, item.key, step.version) for step in pair))
    known = item_pages.say_comparison(request, steps, *pair, changes, PlainWords())
    return page(request, "staff/items/taken-compare.html", {"section": "items", "item": item, **known})


@door("staff", *WRITING)
@require_POST
def adjust(request: Any, item_id: int) -> HttpResponse:
    item = get_taken(item_id, on=legal_day(now()))
    try:
        adjust_taken(layer=item.layer, key=item.key, **read_adjustment(request), by=request.actor, at=now())
    except Refused as refused:
        if isinstance(refused, Missing):
            raise
        return _one(request, item_id, refused=refused)
    return redirect("staff:taken-item", item_id=item_id)


@door("staff", *WRITING)
@require_POST
def draft(request: Any, item_id: int) -> HttpResponse:
    """起草: a definition begun from what was taken in, and on to its editor."""
    record = find_record(get_taken(item_id, on=legal_day(now())))
    if record is None:
        raise Missing
    try:
        key = drafting.begin_from_record(**who(request), record=record)
    except Refused as refused:
        return _one(request, item_id, refused=refused)
    return redirect("staff:item-edit", key=key)


def _one(request: Any, item_id: int, *, refused: Refused | None = None) -> HttpResponse:
    item = get_taken(item_id, on=legal_day(now()))
    record = find_record(item)
    found = item_pages.say_findings(sorted(lint_taken(item), key=lambda finding: -WEIGHTS[finding.severity]))
    known = {
        **_line(item), "section": "items", "steps": item_pages.say_steps(request, list_taken_steps(item.layer, item.key)),
        "record": say_record(record, found) if record else None, "unread": _unread(record),
        "adjusting": item_pages.say_adjusting(request, item.standing), "opened": refused is not None,
        "begins": record is not None and not request.staff.roles.isdisjoint(WRITING),
        "planned": item_pages.say_state(item.planned) if item.planned else None, "planned_from": item.planned and item.planned.since,
    }  # fmt: skip
    return page(request, "staff/items/taken-one.html", known, refused=refused)


def _unread(record: ItemRecord | None) -> list[tuple[str, Text]]:
    """By its path in the source, what was not understood."""
    return [(field, say_value(value)) for field, value in record.unread.items()] if record else []


def _line(item: TakenItem) -> dict[str, Any]:
    return {
        "item": item, "layer": LAYERS.get(item.layer, item.layer), "state": item_pages.say_state(item.standing),
        "counts": item_pages.count(lint_taken(item)),
    }  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
