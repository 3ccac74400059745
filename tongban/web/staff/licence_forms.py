"""What licences look like (证照版式): every type with a specimen on it, and the layouts of this place. A specimen has no signature; nothing can
make it verify."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import legal_day
from tongban.licences.content import Content
from tongban.licences.forms import editing, layouts
from tongban.licences.forms.editing import FormView, LayoutUnusable
from tongban.licences.forms.layouts import BadLayout, Layout, LayoutLine
from tongban.licences.forms.printing import print_specimen, show_specimen
from tongban.licences.forms.specimens import make_specimen
from tongban.licences.types import FieldRule, LicenceType, get_type, list_types
from tongban.regions import queries as regions
from tongban.seals.views import READING
from tongban.web.access import door
from tongban.web.staff import officers
from tongban.web.staff.pages import page
from tongban.web.staff.performing import day

SEEING = sorted(READING | editing.WRITING)
HERE = {"section": "forms", "tab": "forms"}
_PARTS = {
    "label": ("内容项的名称须为 1 至 20 个字", "a label has 1 to 20 characters"),
    "term": ("有效期的名称须为 1 至 20 个字", "the label of the term has 1 to 20 characters"),
    "intro": ("开头文字不超过 200 个字", "the words above have at most 200 characters"),
    "note": ("末尾提示不超过 200 个字", "the words below have at most 200 characters"),
    "lines": ("至少要有一个内容项", "there is no line at all"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the type in the editor. `place`: its number in the order, from 1."""

    rule: FieldRule
    label: str
    place: int
    shown: bool


@door("staff", *SEEING)
@require_safe
def listed(request: Any) -> HttpResponse:
    region, today = request.staff.region, legal_day(now())
    found = [
        (
            one,
            editing.find_in_force(region=region, type=one.id, on=today),
            editing.find_draft(region=region, type=one.id),
        )
        for one in list_types()
    ]
    return page(request, "staff/seals/forms.html", {**HERE, "types": found})


@door("staff", *SEEING)
@require_GET
def picture(request: Any, type: str) -> HttpResponse:
    """PNG."""
    return HttpResponse(show_specimen(_specimen(request, type)), content_type="image/png")


@door("staff", *SEEING)
@require_GET
def specimen(request: Any, type: str) -> HttpResponse:
    """PDF, with the same signs of a specimen as the picture."""
    return _as_pdf(print_specimen(_specimen(request, type)), get_type(type).id)


@door("staff", *SEEING)
@require_safe
def versions(request: Any, type: str) -> HttpResponse:
    return _versions(request, type)


@door("staff", *SEEING)
@require_GET
def version_picture(request: Any, type: str, version: int) -> HttpResponse:
    """PNG of a version, or of the draft."""
    return HttpResponse(show_specimen(_specimen_of(request, type, version)), content_type="image/png")


@door("staff", *SEEING)
@require_GET
def version_specimen(request: Any, type: str, version: int) -> HttpResponse:
    return _as_pdf(print_specimen(_specimen_of(request, type, version)), f"{get_type(type).id}-{version}")


@door("staff", *sorted(editing.WRITING))
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, type: str) -> HttpResponse:
    """Saved first, looked at afterwards: the picture is always of what was saved."""
    type_ = get_type(type)
    if request.method != "POST":
        return _editor(request, type_)
    try:
        editing.save_draft(
            region=request.staff.region,
            type=type_.id,
            layout=_typed(request, type_),
            edits=_edits(request),
            by=request.actor,
            at=now(),
        )
    except Refused as refused:
        return _editor(request, type_, refused)
    return redirect("staff:licence-form-edit", type=type_.id)


@door("staff", *sorted(editing.PUBLISHING), fresh=True)
@require_POST
def publish(request: Any, type: str) -> HttpResponse:
    try:
        from_ = day(request, "from") or legal_day(now()) - timedelta(days=1)
        editing.publish_form(
            region=request.staff.region,
            type=get_type(type).id,
            edits=_edits(request),
            from_=from_,
            by=request.actor,
            at=now(),
        )
    except Refused as refused:
        return _versions(request, type, refused)
    return redirect("staff:licence-form-versions", type=type)


@door("staff", *sorted(editing.WRITING | editing.PUBLISHING))
@require_POST
def drop(request: Any, type: str) -> HttpResponse:
    try:
        editing.drop_draft(
            region=request.staff.region, type=get_type(type).id, edits=_edits(request), by=request.actor, at=now()
        )
    except Refused as refused:
        return _versions(request, type, refused)
    return redirect("staff:licence-form-versions", type=type)


def _versions(request: Any, type: str, refused: Refused | None = None) -> HttpResponse:
    type_, region, today = get_type(type), request.staff.region, legal_day(now())
    draft, forms = (
        editing.find_draft(region=region, type=type_.id),
        editing.list_forms(region=region, type=type_.id),
    )
    current = editing.find_in_force(region=region, type=type_.id, on=today)
    known = {
        **HERE, "type": type_, "draft": _named(request, draft) if draft else None, "current": current,
        "forms": [_named(request, form) for form in forms],
        "today": today,
        "writes": bool(request.staff.roles & editing.WRITING), "own": bool(draft and request.staff.ref in draft.writers),
        "publishes": bool(request.staff.roles & editing.PUBLISHING),
    }  # fmt: skip
    return page(request, "staff/seals/form-versions.html", known, refused=refused)


def _named(request: Any, form: FormView) -> dict[str, Any]:
    """With the people by name."""
    names = officers.names_of(request, [*form.writers, form.published_by])
    writers = "、".join(names.get(ref, "–") for ref in form.writers)
    return {"view": form, "writers": writers, "publisher": names.get(form.published_by, "–")}


def _editor(request: Any, type_: LicenceType, refused: Refused | None = None) -> HttpResponse:
    region = request.staff.region
    draft = editing.find_draft(region=region, type=type_.id)
    known = {
        **HERE, "type": type_, "draft": draft, "edits": draft.edits if draft else 0, "sheets": layouts.SHEETS.items(),
        "frames": layouts.FRAMES.items(), "colours": layouts.COLOURS.items(), "sizes": layouts.SIZES.items(),
        "longest_label": layouts.LONGEST_LABEL, "longest_text": layouts.LONGEST_TEXT, "places": range(1, len(type_.fields) + 1),
    }  # fmt: skip
    if refused:
        rows = [_typed_row(request, rule, number) for number, rule in enumerate(type_.fields, 1)]
        return page(
            request, "staff/seals/form-edit.html", {**known, "typed": request.POST, "rows": rows}, refused=refused
        )
    base = draft or next(iter(editing.list_forms(region=region, type=type_.id)), None)
    layout = base.layout if base else editing.usual_layout(type_)
    return page(request, "staff/seals/form-edit.html", {**known, "typed": layout, "rows": _rows(layout, type_)})


def _rows(layout: Layout, type_: LicenceType) -> list[Row]:
    """In the order of the layout, then what it leaves out."""
    rules = {rule.id: rule for rule in type_.fields}
    shown = [(rules[line.field], line.label, True) for line in layout.lines if line.field in rules]
    known = {line.field for line in layout.lines}
    rest = [(rule, rule.label.zh, False) for rule in type_.fields if rule.id not in known]
    return [Row(rule, label, place, on) for place, (rule, label, on) in enumerate([*shown, *rest], 1)]


def _typed_row(request: Any, rule: FieldRule, usual: int) -> Row:
    place = request.POST.get(f"place-{rule.id}", "")
    label = " ".join(request.POST.get(f"label-{rule.id}", "").split())
    shown = not rule.optional or request.POST.get(f"show-{rule.id}") == "yes"
    return Row(rule, label, int(place) if place.isascii() and place.isdigit() and len(place) < 3 else usual, shown)


def _typed(request: Any, type_: LicenceType) -> Layout:
    """Refuses `LayoutUnusable`."""
    rows = [_typed_row(request, rule, number) for number, rule in enumerate(type_.fields, 1)]
    lines = tuple(LayoutLine(row.rule.id, row.label) for row in sorted(rows, key=lambda row: row.place) if row.shown)
    chosen = {name: request.POST.get(name, "") for name in ("sheet", "frame", "colour", "size")}
    said = {name: " ".join(request.POST.get(name, "").split()) for name in ("intro", "note", "term")}
    try:
        return Layout(**chosen, **said, lines=lines)
    except BadLayout as bad:
        what, what_en = _PARTS.get(
            str(bad), ("纸张、边框、颜色或字号没有选", "sheet, frame, colour or size is not chosen")
        )
        raise LayoutUnusable(what=what, what_en=what_en) from None


def _edits(request: Any) -> int:
    seen = request.POST.get("edits", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1


def _specimen(request: Any, type_id: str) -> Content:
    region, today = request.staff.region, legal_day(now())
    type_ = editing.with_form_of(get_type(type_id), region=region, on=today)
    return make_specimen(type_, issuer=_issuer(request), year=today.year)


def _specimen_of(request: Any, type_id: str, version: int) -> Content:
    form: FormView = editing.get_form(region=request.staff.region, type=get_type(type_id).id, version=version)
    return editing.specimen_of(form, issuer=_issuer(request), year=legal_day(now()).year)


def _issuer(request: Any) -> str:
    return f"{regions.get_region(request.staff.region).name}（发证机关）"


def _as_pdf(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f"attachment; filename=specimen-{name}.pdf"}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
