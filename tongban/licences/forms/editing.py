"""A place's own layout of a licence: one writes a draft and looks at it with a specimen, another publishes it with a date (四眼).

A licence carries the layout it was issued with; what is published later changes nothing that was issued.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO

import pikepdf
from django.db import transaction
from django.db.models import Max

from tongban.kernel.actors import Actor
from tongban.kernel.press import find_missing, name_signs
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.licences import models
from tongban.licences.content import Content, Template
from tongban.licences.forms.layouts import Layout, LayoutLine, read_layout
from tongban.licences.forms.printing import print_specimen
from tongban.licences.forms.specimens import make_specimen
from tongban.licences.types import LicenceType, get_type

WRITING = frozenset({"catalogue_editor"})
PUBLISHING = frozenset({"chief", "supervisor"})
MOST_DAYS = 366
"""How far ahead a layout may be published."""
_USUAL: Mapping[str, tuple[str, str, str]] = {
    "hygiene-licence": ("a4-across", "border", "green"),
    "disability-certificate": ("a5-across", "border", "wine"),
}
_INTRO: Mapping[str, str] = {
    "remote-medical-filing": "下列备案信息已由参保地医疗保障经办机构登记。凭本人有效身份证件或者医保电子凭证就医，不需出示纸质材料。"
}
_NOTE: Mapping[str, str] = {
    "hygiene-licence": "请将本证悬挂在经营场所醒目位置。改变许可项目、经营场所的，应当重新申请。"
}


class LayoutUnusable(Refused):
    status = 422
    text = Text("版式没有保存：{what}。", "The layout was not kept: {what_en}.")
    advice = Text("请改正后再保存，已填的内容都在。", "Correct it and save again; all that you typed is here.")


class FormMovedOn(Refused):
    """Somebody else saved, published or dropped the draft after this page was opened."""

    text = Text("版式草案已被修改，您的改动没有保存。", "The draft has been changed since; your change was not kept.")
    advice = Text("请重新打开，核对后再填。", "Open it again, look at it, and write once more.")


class WroteThisForm(Refused):
    """Two pairs of eyes: who wrote a layout does not publish it."""

    status = 403
    text = Text("版式的起草人不能自己发布。", "Whoever wrote a layout does not publish it.")
    advice = Text(
        "请由另一位首席代表或督查员核对后发布。", "Let another chief or supervisor look at it and publish it."
    )


class DayUnusable(Refused):
    status = 422
    text = Text(
        "启用日期须在今天之后一年以内，且不早于已发布的版本。",
        "The first day is today at the earliest, within a year, and not before that of a published version.",
    )
    advice = Text("请重新选择日期。", "Choose another day.")


@dataclass(frozen=True, slots=True)
class FormView:
    """A version of a place's layout. `edits` goes back with a change; `writers`, `published_by`: members of staff."""

    type: LicenceType
    version: int
    state: str
    layout: Layout
    edits: int
    writers: tuple[str, ...]
    changed_at: datetime
    published_by: str
    published_at: datetime | None
    in_force_from: date | None
    region: str

    @property
    def template(self) -> Template:
        return Template(f"{self.type.id}.{self.region}", self.version, self.layout.as_text())


def usual_layout(type_: LicenceType) -> Layout:
    """To begin with: like the product's own, every line in the order of the type."""
    sheet, frame, colour = _USUAL.get(type_.id, ("a4", "band", "blue"))
    lines = tuple(LayoutLine(rule.id, rule.label.zh) for rule in type_.fields)
    return Layout(sheet, frame, colour, "normal", _INTRO.get(type_.id, ""), _NOTE.get(type_.id, ""), "有效期限", lines)


def find_draft(*, region: str, type: str) -> FormView | None:
    row = models.FormVersion.objects.filter(region=region, type=type, state="draft").first()
    return _view(row) if row else None


def list_forms(*, region: str, type: str) -> list[FormView]:
    """Published versions, the newest first."""
    rows = models.FormVersion.objects.filter(region=region, type=type, state="published")
    return [_view(row) for row in rows.order_by("-in_force_from", "-version")]


def get_form(*, region: str, type: str, version: int) -> FormView:
    """Refuses `Missing`, also for a draft that was given up."""
    rows = models.FormVersion.objects.filter(region=region, type=type, version=version)
    row = rows.exclude(state="dropped").first()
    if row is None:
        raise Missing
    return _view(row)


def find_in_force(*, region: str, type: str, on: date) -> FormView | None:
    """None: the product's own."""
    rows = models.FormVersion.objects.filter(region=region, type=type, state="published", in_force_from__lte=on)
    row = rows.order_by("-in_force_from", "-version").first()
    return _view(row) if row else None


def with_form_of(type_: LicenceType, *, region: str, on: date) -> LicenceType:
    """The type with the template that a licence of `region` is issued with on that day."""
    found = find_in_force(region=region, type=type_.id, on=on)
    return replace(type_, template=found.template) if found else type_


def specimen_of(form: FormView, *, issuer: str, year: int) -> Content:
    return make_specimen(replace(form.type, template=form.template), issuer=issuer, year=year)


@transaction.atomic
def save_draft(*, region: str, type: str, layout: Layout, edits: int, by: Actor, at: datetime) -> FormView:
    """`edits`: as the page showed it, 0 where there was no draft. Refuses `Forbidden`, `FormMovedOn`, `LayoutUnusable`, `UnknownLicenceType`."""
    _require(by, region, WRITING)
    type_ = get_type(type)
    require_usable(layout, type_)
    row = models.FormVersion.objects.select_for_update().filter(region=region, type=type, state="draft").first()
    if (row.edits if row else 0) != edits:
        raise FormMovedOn
    if row is None:
        rows = models.FormVersion.objects.filter(region=region, type=type)
        version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
        row = models.FormVersion(region=region, type=type, version=version, state="draft", edits=0)
    row.layout, row.edits = layout.as_text(), row.edits + 1
    row.writers = [*dict.fromkeys([*row.writers, by.ref])]
    row.changed_by, row.changed_at = by.ref, at
    row.save()
    return _view(row)


@transaction.atomic
def publish_form(*, region: str, type: str, edits: int, from_: date, by: Actor, at: datetime) -> FormView:
    """In force from `from_` on. Refuses `Forbidden`, `Missing`, `FormMovedOn`, `WroteThisForm`, `DayUnusable`."""
    _require(by, region, PUBLISHING)
    row = _draft(region, type, edits)
    if by.ref in row.writers:
        raise WroteThisForm
    last = next((form.in_force_from for form in list_forms(region=region, type=type)), None)
    ahead = (from_ - legal_day(at)).days
    if not 0 <= ahead <= MOST_DAYS or (last and from_ < last):
        raise DayUnusable
    row.state, row.published_by, row.published_at, row.in_force_from = "published", by.ref, at, from_
    row.save()
    return _view(row)


@transaction.atomic
def drop_draft(*, region: str, type: str, edits: int, by: Actor, at: datetime) -> None:
    """Given up; its number is not used again. Refuses `Forbidden`, `Missing`, `FormMovedOn`."""
    _require(by, region, WRITING | PUBLISHING)
    row = _draft(region, type, edits)
    row.state, row.changed_by, row.changed_at = "dropped", by.ref, at
    row.save()


def _draft(region: str, type: str, edits: int) -> models.FormVersion:
    row = models.FormVersion.objects.select_for_update().filter(region=region, type=type, state="draft").first()
    if row is None:
        raise Missing
    if row.edits != edits:
        raise FormMovedOn
    return row


def require_usable(layout: Layout, type_: LicenceType) -> None:
    """Lines that the type has, all that are never empty among them; characters that a font has; one page. Refuses `LayoutUnusable`."""
    shown = {line.field for line in layout.lines}
    if not shown <= {rule.id for rule in type_.fields}:
        raise LayoutUnusable(what="有本类型没有的内容项", what_en="it has a line that this type has not")
    if any(not rule.optional and rule.id not in shown for rule in type_.fields):
        raise LayoutUnusable(what="必填内容项不能省略", what_en="a line that is never empty cannot be left out")
    if missing := find_missing(layout.words):
        raise LayoutUnusable(what=f"字库没有{name_signs(missing)}", what_en=f"no font has {name_signs(missing)}")
    template = Template(type_.id, 0, layout.as_text())
    sheet = print_specimen(make_specimen(replace(type_, template=template), issuer="某某市行政审批服务局", year=2026))
    with pikepdf.open(BytesIO(sheet)) as pdf:
        if len(pdf.pages) > 1:
            raise LayoutUnusable(what="一页放不下，请用大一号纸张或小一号字", what_en="one page does not hold it")


def _require(by: Actor, region: str, roles: frozenset[str]) -> None:
    if by.kind != "staff" or by.region != region or not by.roles & roles:
        raise Forbidden


def _view(row: models.FormVersion) -> FormView:
    return FormView(
        get_type(row.type), row.version, row.state, read_layout(row.layout), row.edits, tuple(row.writers), row.changed_at,
        row.published_by, row.published_at, row.in_force_from, row.region,
    )  # fmt: skip
