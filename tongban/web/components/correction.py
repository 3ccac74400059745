"""Handing in what the deciding place asked for (补正): the named fields and materials on one page, nothing else."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from tongban.cases import services as cases
from tongban.cases.drafts import Material
from tongban.cases.life_views import ToleratedView
from tongban.cases.views import CaseView, CorrectionView
from tongban.catalogue import asking
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.documents import services as documents
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.web.components import fields, papers
from tongban.web.components.application import acting, command
from tongban.web.components.faults import Fault, by_anchor, fault_of
from tongban.web.components.portals import Portal

BRING = Text("请上传这份材料。", "Upload this document.")


def asked_before_receipt(case: CaseView) -> CorrectionView:
    """What the pre-check sent home (预审退回); where it named nothing, the whole form may change."""
    last, situation = case.prechecks[-1], catalogue.get_definition(case.definition).situation(case.situation_id)
    named = last.fields or last.materials
    fields = last.fields if named else tuple(field.id for field in situation.fields)
    return CorrectionView(fields, last.materials, last.labels, last.notice, last.at.date())


def asked_to_follow(late: ToleratedView) -> CorrectionView:
    """What was allowed to follow (容缺后补)."""
    return CorrectionView((), late.materials, late.labels, "", late.until)


def supply_tolerated(*, elements: dict[str, Any], **brought: Any) -> None:
    """Only materials may follow."""
    cases.supply_tolerated(**brought)


def page(
    request: Any,
    *,
    portal: Portal,
    case: CaseView,
    asked: CorrectionView,
    back: str,
    send: Callable[..., None] = cases.supplement,
) -> HttpResponse | None:
    """The page with what was asked for; None once it was sent. Values already given are shown for changing.

    `send`: the service that takes `elements` and `materials`.
    """
    definition = catalogue.get_definition(case.definition)
    shown = _Shown(request, portal, case, asked, definition, back)
    if request.method != "POST":
        return shown.page(case.elements, [])
    typed = fields.read_fields(definition, case.situation_id, request.POST)
    elements = {id: value for id, value in typed.items() if id in asked.fields}
    brought, faults = _take_in(request, definition, case, asked, needed=_needed(definition, case, asked, elements))
    faults = [*_faults(definition, case, asked, elements), *faults]
    if faults:
        return shown.page({**case.elements, **elements}, faults)
    send(
        node=request.node, region=case.region, case_id=case.case_id, elements=elements, materials=brought, cmd=command(request),
        by=acting(request, case.region), at=now(),
    )  # fmt: skip
    return None


@dataclass(frozen=True)
class _Shown:
    request: Any
    portal: Portal
    case: CaseView
    asked: CorrectionView
    definition: Definition
    back: str

    def page(self, values: dict[str, Any], faults: list[Fault]) -> HttpResponse:
        known = {
            "portal": self.portal,
            "case": self.case,
            "asked": self.asked,
            "back": self.back,
            "errors": faults,
            "fields": self.fields(values, by_anchor(faults)),
            "papers": papers.show_named(self.definition, self.asked.materials, by_anchor(faults)),
            "cmd": self.request.POST.get("cmd") or new_id(),
        }
        return render(self.request, "application/correct.html", known, status=422 if faults else 200)

    def fields(self, values: dict[str, Any], errors: dict[str, Text]) -> list[fields.FieldView]:
        today = legal_day(now())
        sections = fields.show_sections(self.definition, self.case.situation_id, values, errors=errors, today=today)
        return [field for section in sections for field in section.fields if field.id in self.asked.fields]


def _faults(definition: Definition, case: CaseView, asked: CorrectionView, elements: dict[str, Any]) -> list[Fault]:
    today = legal_day(now()).isoformat()
    found = definition.check_answers(case.situation_id, {**case.elements, **elements}, known={"today": today})
    return [Fault(error.field, error.text) for error in found if error.field in asked.fields]


def _needed(definition: Definition, case: CaseView, asked: CorrectionView, elements: dict[str, Any]) -> Collection[str]:
    """Everything that an officer asked for; of what the ordinary way needs, what these answers do not spare the applicant."""
    if not asked.ordinary:
        return asked.materials
    wanted = asking.list_wanted(definition, case.situation_id, {**case.elements, **elements})
    return {one.material.id for one in wanted if one.state == "needed"}


def _take_in(
    request: Any, definition: Definition, case: CaseView, asked: CorrectionView, *, needed: Collection[str]
) -> tuple[tuple[Material, ...], list[Fault]]:
    brought: list[Material] = []
    faults: list[Fault] = []
    for id in asked.materials:
        try:
            found = _bring(request, definition, case, id)
            brought += found
            faults += [] if found or id not in needed else [Fault(papers.anchor_of(id), BRING)]
        except Refused as refused:
            faults.append(fault_of(refused, papers.anchor_of(id)))
    return tuple(brought), faults


def _bring(request: Any, definition: Definition, case: CaseView, id: str) -> list[Material]:
    """A pledge is brought by signing it in its field; anything else is a file."""
    wanted = next((m for m in definition.situation(case.situation_id).materials if m.id == id), None)
    if wanted and "upload" not in wanted.ways:
        return [Material(id, wanted.ways[0])]
    return [_keep(request, case, id, file) for file in request.FILES.getlist(f"file-{id}")]


def _keep(request: Any, case: CaseView, id: str, file: Any) -> Material:
    stored = documents.store_upload(
        node=request.node, region=case.region, case_id=case.case_id, data=papers.read_upload(file), filename=file.name,
        by=acting(request, case.region), at=now(),
    )  # fmt: skip
    seen = id in request.POST.getlist("original")
    return Material(id, "upload", stored.name, stored.media_type, stored.size, seen, stored.ref)
