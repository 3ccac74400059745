"""Rehearsals (规则预演): what a draft would have done to past cases, who answers for it, and from which day it applies."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue.definition import Definition
from tongban.catalogue.findings import Finding
from tongban.catalogue.lint.documents import lint_document
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.review import jobs, rehearsal, rehearsals
from tongban.review.drafts import MAX_DRAFT_BYTES, read_draft
from tongban.review.facts import SOURCES_AGREE
from tongban.review.rehearsals import FLIPS_SHOWN, OUTCOMES, FlipView, RehearsalView, say_verdict
from tongban.web.access import door
from tongban.web.desk_roles import CASE_ROLES
from tongban.web.staff import item_pages, officers
from tongban.web.staff.pages import page, who

LOOKING = ("catalogue_editor", "chief", "supervisor", "examiner")
DIFFER = Text("来源不一致", "sources differ")


@door("staff", *LOOKING)
@require_safe
def listed(request: Any) -> HttpResponse:
    return _list(request)


@door("staff", *(rehearsal.STARTING - {"system"}))
@require_POST
def start(request: Any) -> HttpResponse:
    """The job begins once this request has ended."""
    file = request.FILES.get("draft")
    try:
        document = read_draft(file.read(MAX_DRAFT_BYTES + 1) if file else b"")
        id = rehearsal.start_rehearsal(**who(request), document=document, since=_day(request.POST.get("since", "")))
    except Refused as refused:
        return _list(request, refused=refused)
    jobs.run_rehearsal_soon(region=request.staff.region, rehearsal_id=id)
    return redirect("staff:rehearsal", rehearsal_id=id)


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, rehearsal_id: UUID) -> HttpResponse:
    return _one(request, rehearsal_id)


@door("staff", *rehearsal.SIGNING)
@require_POST
def sign(request: Any, rehearsal_id: UUID) -> HttpResponse:
    """签署翻转清单"""
    given = {"digest": request.POST.get("digest", ""), "note": request.POST.get("note", "")}
    try:
        rehearsal.sign_off_rehearsal(**who(request), rehearsal_id=rehearsal_id, **given)
    except Refused as refused:
        return _one(request, rehearsal_id, refused=refused)
    return redirect("staff:rehearsal", rehearsal_id=rehearsal_id)


@door("staff", *rehearsal.PUBLISHING)
@require_POST
def publish(request: Any, rehearsal_id: UUID) -> HttpResponse:
    """发布"""
    try:
        rehearsal.publish_rehearsed(
            **who(request), rehearsal_id=rehearsal_id, valid_from=_day(request.POST.get("valid_from", "")) or date.min
        )
    except Refused as refused:
        return _one(request, rehearsal_id, refused=refused)
    return redirect("staff:rehearsal", rehearsal_id=rehearsal_id)


def _list(request: Any, *, refused: Refused | None = None) -> HttpResponse:
    found = rehearsals.list_rehearsals(node=request.node, region=request.staff.region)
    known = {
        "section": "rehearsals",
        "rehearsals": found,
        "may_start": bool(request.staff.roles & rehearsal.STARTING),
    }
    return page(request, "staff/rehearsals/list.html", known, refused=refused)


def _one(request: Any, rehearsal_id: UUID, *, refused: Refused | None = None) -> HttpResponse:
    point, after = request.GET.get("point", "")[:80], _uuid(request.GET.get("after", ""))
    found = rehearsals.get_rehearsal(
        node=request.node, region=request.staff.region, rehearsal_id=rehearsal_id, point=point, after=after, most=FLIPS_SHOWN
    )  # fmt: skip
    draft = rehearsals.get_draft(region=request.staff.region, rehearsal_id=rehearsal_id)
    labels = _labels(draft)
    names = officers.names_of(request, (found.started_by, found.signed_by, found.published_by))
    known = {
        "section": "rehearsals",
        "rehearsal": found,
        "changes": rehearsals.list_rule_changes(region=request.staff.region, rehearsal_id=rehearsal_id),
        "tally": [(id, labels.get(id, Text(id, id)), count) for id, count in found.tally.items()],
        "flips": [_flip(flip, draft, labels) for flip in found.flips],
        "point": point,
        "label": labels.get(point, Text(point, point)),
        "next": found.flips[-1].case_id if len(found.flips) == FLIPS_SHOWN else "",
        "started_by": names.get(found.started_by, found.started_by),
        "signed_by": names.get(found.signed_by, found.signed_by),
        "published_by": names.get(found.published_by, found.published_by),
        "opens_cases": bool(request.staff.roles & set(CASE_ROLES)),
        "typed": request.POST.get("note", ""),
        **_acts(request, found),
    }
    known["found"] = item_pages.say_findings(_wanting_a_look(draft)) if known["may_publish"] else []
    return page(request, "staff/rehearsals/one.html", known, refused=refused)


def _wanting_a_look(draft: Definition) -> list[Finding]:
    """Errors keep it from publication, warnings are shown to who publishes."""
    return [finding for finding in lint_document(draft.document) if finding.severity != "info"]


def _acts(request: Any, found: RehearsalView) -> dict[str, bool]:
    roles = request.staff.roles
    waits = bool(found.finished_at) and not found.signed_at
    return {
        "may_sign": waits and bool(roles & rehearsal.SIGNING) and found.started_by != request.staff.ref,
        "own": waits and bool(roles & rehearsal.SIGNING) and found.started_by == request.staff.ref,
        "may_publish": bool(found.signed_at) and not found.published and bool(roles & rehearsal.PUBLISHING),
    }


def _flip(flip: FlipView, draft: Definition, labels: dict[str, Text]) -> dict[str, Any]:
    situation = draft.situations.get(flip.situation)
    return {
        "flip": flip,
        "situation": situation.name if situation else Text(flip.situation, flip.situation),
        "before": OUTCOMES[flip.before],
        "after": OUTCOMES[flip.after],
        "points": [
            (labels.get(id, Text(id, id)), say_verdict(was), say_verdict(now)) for id, (was, now) in flip.points.items()
        ],
        "unrecorded": [_element(draft, id) for id in flip.unrecorded],
        "disputed": [_element(draft, id) for id in flip.disputed if id != SOURCES_AGREE],
        "differs": bool(flip.disputed),
        "opposes": flip.after == "approve" and flip.decision == "refused",
    }


def _element(draft: Definition, id: str) -> Text:
    element = draft.elements.get(id)
    return element.label if element else Text(id, id)


def _labels(draft: Definition) -> dict[str, Text]:
    points = [point for situation in draft.situations.values() for point in situation.rule_set.points]
    return {SOURCES_AGREE: DIFFER, **{point.id: point.label for point in points}}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
