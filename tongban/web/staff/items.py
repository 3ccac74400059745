"""Services of this region over time (事项管理): the list with state and findings, one with its versions, two versions compared, lint."""

from itertools import islice
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue import queries as catalogue
from tongban.catalogue.findings import WEIGHTS, Severity
from tongban.catalogue.history.adjusting import NoSuchAdjustment, adjust_item, read_day
from tongban.catalogue.history.comparing import compare_documents
from tongban.catalogue.history.standing import Adjustment
from tongban.catalogue.history.timeline import list_steps
from tongban.catalogue.lint.published import lint_published
from tongban.catalogue.queries import Publication
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.review import drafting
from tongban.web.access import door
from tongban.web.staff import item_pages
from tongban.web.staff.definition_words import DefinitionWords
from tongban.web.staff.item_words import ADJUSTMENTS
from tongban.web.staff.numbered import number_page
from tongban.web.staff.pages import page

LOOKING = ("catalogue_editor", "chief", "supervisor", "examiner")
WRITING = ("catalogue_editor",)
MOST_LINES = 100
MOST_LINTED = 25


@door("staff", *LOOKING)
@require_safe
def listed(request: Any) -> HttpResponse:
    region = request.staff.region
    drafts = {one.key: one.definition for one in drafting.list_drafts(node=request.node, region=region)}
    newest = _newest(region)
    sheet = number_page(request, len(newest), most=MOST_LINES)
    shown = islice(newest.items(), sheet.skip, sheet.skip + MOST_LINES)
    items = [{**_line(one), "draft": key in drafts} for key, one in shown]
    unpublished = [definition for key, definition in drafts.items() if key not in newest]
    known = {"section": "items", "items": items, "unpublished": unpublished, "sheet": sheet}
    return page(request, "staff/items/list.html", known)


@door("staff", *LOOKING)
@require_safe
def lint(request: Any) -> HttpResponse:
    """Every finding of every service; `?least=` leaves out what matters less."""
    asked = request.GET.get("least", "")
    least: Severity = next((severity for severity in WEIGHTS if severity == asked), "warning")
    newest = _newest(request.staff.region)
    sheet = number_page(request, len(newest), most=MOST_LINTED)
    items = [
        {**_line(one), "found": item_pages.say_findings(
            [finding for finding in lint_published(one.hash) if WEIGHTS[finding.severity] >= WEIGHTS[least]])}
        for one in islice(newest.values(), sheet.skip, sheet.skip + MOST_LINTED)
    ]  # fmt: skip
    known = {"section": "items", "items": items, "least": least, "severities": item_pages.LEAST, "sheet": sheet}
    return page(request, "staff/items/lint.html", known)


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, key: str) -> HttpResponse:
    return _one(request, key)


@door("staff", *LOOKING)
@require_safe
def compare(request: Any, key: str) -> HttpResponse:
    steps = list_steps(key, request.staff.region)
    pair = item_pages.choose_pair(request, steps)
    definitions = [catalogue.get_definition(step.hash) for step in pair]
    changes = compare_documents(*(definition.document for definition in definitions))
    # What a new version calls a thing counts; what it has no longer, the old one names.
    words = DefinitionWords(definition.document for definition in reversed(definitions))
    known = item_pages.say_comparison(request, steps, *pair, changes, words)
    return page(
        request, "staff/items/compare.html", {"section": "items", "key": key, "name": definitions[1].name, **known}
    )


@door("staff", *WRITING)
@require_POST
def adjust(request: Any, key: str) -> HttpResponse:
    """暂停、恢复、取消、合并"""
    try:
        adjust_item(
            node=request.node,
            region=request.staff.region,
            key=key,
            **read_adjustment(request),
            by=request.actor,
            at=now(),
        )
    except Refused as refused:
        if isinstance(refused, Missing):
            raise
        return _one(request, key, refused=refused)
    return redirect("staff:item", key=key)


def read_adjustment(request: Any) -> dict[str, Any]:
    """What was typed into the form. Refuses `NoSuchAdjustment`, `NoSuchDay`."""
    act, since = request.POST.get("act", ""), request.POST.get("since", "").strip()
    if act not in ADJUSTMENTS:
        raise NoSuchAdjustment
    zh, en = (request.POST.get(name, "").strip() for name in ("reason_zh", "reason_en"))
    return {
        "act": cast(Adjustment, act), "reason": Text(zh, en or zh), "since": read_day(since) if since else None,
        "into": request.POST.get("into", "").strip(),
    }  # fmt: skip


def _one(request: Any, key: str, *, refused: Refused | None = None) -> HttpResponse:
    region = request.staff.region
    steps = list_steps(key, region)
    newest = _newest(region)
    # The newest where the only version is still to come.
    definition = catalogue.find_in_force(key, region, legal_day(now())) or catalogue.get_definition(newest[key].hash)
    last = catalogue.get_definition(newest[key].hash)
    others = [(one.key, catalogue.get_definition(one.hash).name) for one in newest.values() if one.key != key]
    known = {
        "section": "items", "definition": definition, "state": item_pages.say_state(definition.standing),
        "planned": item_pages.say_state(last.standing) if last.standing != definition.standing else None, "planned_from": last.valid_from,
        "steps": item_pages.say_steps(request, steps), "found": item_pages.say_findings(lint_published(last.hash)),
        "adjusting": item_pages.say_adjusting(request, definition.standing, others=others), "opened": refused is not None,
    }  # fmt: skip
    return page(request, "staff/items/one.html", known, refused=refused)


def _newest(region: str) -> dict[str, Publication]:
    """Key → the newest version that the region has published, by key."""
    found: dict[str, Publication] = {}
    for one in catalogue.list_publications(region):
        found.setdefault(one.key, one)
    return found


def _line(one: Publication) -> dict[str, Any]:
    definition = catalogue.find_in_force(one.key, one.region, legal_day(now())) or catalogue.get_definition(one.hash)
    findings = lint_published(one.hash)
    return {
        "definition": definition,
        "state": item_pages.say_state(definition.standing),
        "counts": item_pages.count(findings),
    }
