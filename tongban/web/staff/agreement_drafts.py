"""Drafts of agreements (协议草案): written part by part by one officer, signed and sent by another."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.alliance import drafts, queries, signing
from tongban.alliance.agreements import Agreement
from tongban.alliance.drafts import AgreementDraftView
from tongban.exchange.jobs import share_agreements_soon
from tongban.kernel.clock import now
from tongban.kernel.events import Json
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.components import agreements as said
from tongban.web.staff import agreement_forms
from tongban.web.staff.agreement_choices import list_choices
from tongban.web.staff.agreements import LOOKING, say_changes
from tongban.web.staff.officers import names_of
from tongban.web.staff.pages import page


@door("staff", *drafts.DRAFTING)
@require_POST
def begin(request: Any) -> HttpResponse:
    id = drafts.begin_draft(node=request.node, region=request.staff.region, by=request.actor, at=now())
    return redirect("staff:agreement-draft", draft_id=id)


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, draft_id: UUID) -> HttpResponse:
    return _draft(request, draft_id)


@door("staff", *drafts.DRAFTING)
@require_POST
def write(request: Any, draft_id: UUID) -> HttpResponse:
    """One part; what is wrong in it is said by the page, and kept all the same."""
    region, part = request.staff.region, request.POST.get("part", "")
    if part == "discard":
        drafts.discard_draft(region=region, draft_id=draft_id, by=request.actor)
        return redirect("staff:agreements")
    view = drafts.get_draft(region, draft_id)
    document = agreement_forms.read_part(view.document, request.POST)
    seen = request.POST.get("edits", "")
    try:
        drafts.save_draft(
            region=region, draft_id=draft_id, document=document, seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
            by=request.actor, at=now(),
        )  # fmt: skip
    except Refused as refused:
        return _draft(request, draft_id, refused=refused, document=document)
    answer = redirect("staff:agreement-draft", draft_id=draft_id)
    answer["Location"] += f"?part={part}#{part}" if part in PARTS else ""
    return answer


@door("staff", *signing.SIGNING, fresh=True)
@require_POST
def propose(request: Any, draft_id: UUID) -> HttpResponse:
    """Sign for this place, and send it to the others."""
    region = request.staff.region
    try:
        document = signing.propose_draft(
            node=request.node, region=region, draft_id=draft_id, by=request.actor, at=now()
        )
    except Refused as refused:
        return _draft(request, draft_id, refused=refused)
    share_agreements_soon()
    return redirect("staff:agreement-round", document=document)


PARTS = ("head", "members", "batches", "articles", "entrustments", "liaison")


def _draft(
    request: Any, draft_id: UUID, *, refused: Refused | None = None, document: Json | None = None
) -> HttpResponse:
    at, region = now(), request.staff.region
    view = drafts.get_draft(region, draft_id)
    value = document or view.document
    faults = drafts.find_faults(value, region=region, at=at)
    known = {
        "section": "agreements", "draft": view, "document": value, "faults": faults,
        "bad_parts": {fault.part for fault in faults}, "opened": _opened(request, faults), "writes": bool(request.staff.roles & drafts.DRAFTING),
        "signs": bool(request.staff.roles & signing.SIGNING) and request.staff.ref not in view.writers,
        "own": request.staff.ref in view.writers, "changed_by": names_of(request, [view.changed_by]).get(view.changed_by, ""),
        **(list_choices(value, at) if request.staff.roles & drafts.DRAFTING else _preview(view, value, faults)),
    }  # fmt: skip
    return page(request, "staff/agreements/draft.html", known, refused=refused)


def _opened(request: Any, faults: list[drafts.DraftFault]) -> str:
    """One part at a time: the one that was asked for or saved, otherwise the first with a fault."""
    asked = request.GET.get("part") or request.POST.get("part") or ""
    return asked if asked in PARTS else faults[0].part if faults else ""


def _preview(view: AgreementDraftView, document: Json, faults: list[drafts.DraftFault]) -> dict[str, Any]:
    """For who signs it: as it will be, and what is otherwise than before."""
    if faults:
        return {"preview": None}
    named = {"id": view.agreement, "version": view.version, "alliance": ""}
    names, held = said.Names(legal_day(now())), queries.list_versions(view.agreement)
    agreement, before = Agreement.from_json({**document, **named}), held[-1] if held else None
    return {
        "preview": said.say_parts(agreement, names),
        "before": before,
        "changes": say_changes(before, agreement, names),
    }
