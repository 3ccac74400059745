"""The case page: what to decide, on what it rests, and what happened. Both sides read the same page of their own copy."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases import queries as cases
from tongban.cases import services
from tongban.cases.acting import longest_extension
from tongban.cases.sentences import REASONS
from tongban.cases.timeline import words_of
from tongban.cases.views import CaseView
from tongban.catalogue import queries as catalogue
from tongban.documents import queries as documents
from tongban.documents.reading.process import is_installed
from tongban.exchange import services as exchange
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing, Refused
from tongban.licences import queries as licences
from tongban.notices import queries as notices
from tongban.people.identity import KINDS, mask_name, mask_number, mask_phone
from tongban.review import document_reading
from tongban.web.access import door
from tongban.web.components import correction, words
from tongban.web.components.duty import Duty, find_duty
from tongban.web.components.portals import COUNTER
from tongban.web.staff import facts, officers, sentences
from tongban.web.staff.desks import CASE_ROLES
from tongban.web.staff.pages import page

WAITS_HERE = frozenset({
    "receive_case", "return_to_applicant", "hand_over", "complete", "accept", "not_accept", "request_correction", "examine_case", "approve",
    "refuse", "hand_back", "end_special_procedure", "countersign", "retry_effect",
})  # fmt: skip
"""What means that the case waits for this desk; everything else may be done beside it, or when the applicant asks."""


@door("staff", *CASE_ROLES)
@require_safe
def case(request: Any, case_id: UUID) -> HttpResponse:
    shown = show(request, case_id)
    exchange.mark_opened(node=request.node, region=request.staff.region, case_id=case_id, at=now())
    return shown


def show(request: Any, case_id: UUID, *, act: str = "", refused: Refused | None = None) -> HttpResponse:
    """The page as it is now. After a refusal: its sentence, and everything that was typed for `act`."""
    view = find(request, case_id)
    typed = {
        "act": act,
        "typed": request.POST,
        "ticked_fields": request.POST.getlist("field"),
        "ticked_materials": request.POST.getlist("material"),
    }
    return page(request, "staff/case.html", {**_told(request, view), **typed, "cmd": new_id()}, refused=refused)


def _told(request: Any, view: CaseView) -> dict[str, Any]:
    """Everything the page says about the case."""
    definition = catalogue.get_definition(view.definition)
    situation = definition.situation(view.situation_id)
    said = (*view.answers, *view.facts)
    return {
        "case": view,
        "definition": definition,
        "fields": situation.fields,
        "demanded": situation.materials,
        "turn": sentences.turn(view),
        "outcome": words.outcome(definition, view.decision.outcome) if view.decision else "",
        "words": words.decided(definition),
        "tally": _tally(view),
        "comparison": facts.compare(said if _in_full(view) else facts.masked(said)),
        "to_do": view.actions & WAITS_HERE,
        "may_follow": [m for m in situation.materials if not m.main] if definition.limits.tolerate else [],
        "longest_extension": longest_extension(definition),
        "filing": view.item_kind != "licence",
        "procedures": [(code, words_of("procedure", code)) for code in services.PROCEDURES],
        "countersigners": [(role, sentences.role_name(role)) for role in services.COUNTERSIGNING],
        "asked_of": [(asked, sentences.role_name(asked.role)) for asked in view.countersigns],
        "names": officers.names_of(request, _refs(view)),
        "examiners": officers.examiner_names(request) if view.actions & {"assign_officer", "recuse"} else [],
        "return_reasons": REASONS.items(),
        "notices": notices.list_of_case(region=view.region, case_id=view.case_id),
        "thread": [(message, sentences.role_name(message.role)) for message in view.messages],
        "person": _person(view, masked=not _in_full(view)),
        "duty": _duty(view),
        **_licences(view),
        **_read(request, view),
        "timeline": [(entry, sentences.role_name(entry.role)) for entry in reversed(view.timeline)],
    }


def _read(request: Any, view: CaseView) -> dict[str, Any]:
    """What was read on the materials, by the hash of the file; and whether somebody must look because this node has no reader."""
    if not any(material.ref for material in view.materials):
        return {}
    found = document_reading.list_readings_of(node=request.node, region=view.region, case_id=view.case_id)
    missing = view.region == view.deciding and not found and not is_installed()
    return {"read": {reading.cipher: reading for reading in found}, "reader_missing": missing}


def _licences(view: CaseView) -> dict[str, Any]:
    """Those that its decision gave, and what is on its way to be one. Before a decision there is none to look for."""
    if view.decision is None:
        return {}
    under_way = licences.list_under_way(region=view.region, case_id=view.case_id)
    held = licences.list_licences(region=view.region, case_ids=[view.case_id])
    shown = {one.identifier for one in held}
    return {"licences": held, "licences_under_way": [one for one in under_way if one.identifier not in shown]}


def _duty(view: CaseView) -> Duty | None:
    """Whom to call while the other place cannot be reached."""
    if not any(wait.failed for wait in view.waiting):
        return None
    return find_duty(view.deciding if view.region == view.receiving else view.receiving, clause=view.clause)


def _refs(view: CaseView) -> set[str]:
    opinions = {ref for asked in view.countersigns for ref in (asked.asked_by, asked.by)}
    return {
        view.officer, *view.recused, *opinions, view.examined.by if view.examined else "",
        *(entry.officer for entry in view.timeline),
    }  # fmt: skip


def _in_full(view: CaseView) -> bool:
    """Only for whom the case waits now (SR-40)."""
    return bool(view.actions & WAITS_HERE)


def _tally(view: CaseView) -> dict[str, int]:
    verdicts = [point.verdict for point in view.points]
    return {"yes": verdicts.count(True), "no": verdicts.count(False), "unknown": verdicts.count(None)}


def _person(view: CaseView, *, masked: bool) -> dict[str, Any]:
    known = view.applicant
    name, number, phone = (known.get(name) or "" for name in ("name", "id_number", "phone"))
    if masked:
        name, number, phone = mask_name(name), mask_number(number), mask_phone(phone)
    kind = KINDS.get(known.get("id_kind", ""))
    return {"name": name, "kind": kind and kind.name, "number": number, "phone": phone, "masked": masked}


def find(request: Any, case_id: UUID) -> CaseView:
    return cases.get_case(node=request.node, region=request.staff.region, case_id=case_id, by=request.actor, at=now())


def find_to_open(request: Any, case_id: UUID) -> CaseView:
    """What shows the person whole is not for who is recused (回避). Refuses `Recused`."""
    view = find(request, case_id)
    if request.actor.ref in view.recused:
        raise services.Recused
    return view


@door("staff", "reception")
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: Any, case_id: UUID) -> HttpResponse:
    """补正 at the counter: the applicant brings what was asked for."""
    view, address = find(request, case_id), reverse("staff:case", args=[case_id])
    if view.correction is None or "supplement" not in view.actions:
        return redirect(address)
    shown = correction.page(request, portal=COUNTER, case=view, asked=view.correction, back=address)
    return shown or redirect(address)


@door("staff", "reception")
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: Any, case_id: UUID) -> HttpResponse:
    """补全 what the deciding place sent back: the clerk scans again or corrects."""
    view, address = find(request, case_id), reverse("staff:case", args=[case_id])
    if view.returned is None or view.returned.asked is None or "complete" not in view.actions:
        return redirect(address)
    shown = correction.page(request, portal=COUNTER, case=view, asked=view.returned.asked, back=address)
    return shown or redirect(address)


@door("staff", "reception")
@require_http_methods(["GET", "HEAD", "POST"])
def resubmit(request: Any, case_id: UUID) -> HttpResponse:
    """重新提交 at the counter what was sent home before receipt; where nothing was named, the whole form may change."""
    view, address = find(request, case_id), reverse("staff:case", args=[case_id])
    if "resubmit" not in view.actions:
        return redirect(address)
    asked = correction.asked_before_receipt(view)
    shown = correction.page(request, portal=COUNTER, case=view, asked=asked, back=address, send=services.resubmit)
    return shown or redirect(address)


@door("staff", "reception")
@require_http_methods(["GET", "HEAD", "POST"])
def supply_tolerated(request: Any, case_id: UUID) -> HttpResponse:
    """容缺补交 at the counter: what was allowed to follow."""
    view, address = find(request, case_id), reverse("staff:case", args=[case_id])
    if view.tolerated is None or "supply_tolerated" not in view.actions:
        return redirect(address)
    asked, send = correction.asked_to_follow(view.tolerated), correction.supply_tolerated
    shown = correction.page(request, portal=COUNTER, case=view, asked=asked, back=address, send=send)
    return shown or redirect(address)


@door("staff", *CASE_ROLES)
@require_safe
def file(request: Any, case_id: UUID, cipher: str) -> HttpResponse:
    """A material, always as a download: nothing that a person uploaded is shown inside our pages."""
    view = find_to_open(request, case_id)
    material = next((m for m in view.materials if m.ref and m.ref.cipher == cipher), None)
    if material is None or material.ref is None:
        raise Missing
    data = documents.read_file(node=request.node, region=view.region, case_id=case_id, ref=material.ref)
    return attachment(data, media_type=material.media_type, name=material.name)


@door("staff", *CASE_ROLES, fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Any, case_id: UUID) -> HttpResponse:
    """The record file of the case; whoever holds the member list can verify it without this node. Opened only where the page is."""
    data = cases.export_record(
        node=request.node, region=request.staff.region, case_id=case_id, by=request.actor, at=now(),
        opened=_in_full(find_to_open(request, case_id)),
    )  # fmt: skip
    return attachment(data, media_type="application/octet-stream", name=f"{case_id}.tbrec")


def attachment(data: bytes, *, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type or "application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
