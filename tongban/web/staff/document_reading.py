"""What the machine read on a material, beside the page itself: with the place of each value, how sure it is, and what was stated.

The page and its values are for those for whom the case waits now, as on the case page; others see only what was compared.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.documents.reading.kinds import SURE
from tongban.documents.reading.page import Page
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.review import document_reading
from tongban.review.document_reading import FieldView, ReadingView
from tongban.web.access import door
from tongban.web.staff import case as case_page
from tongban.web.staff.desks import CASE_ROLES
from tongban.web.staff.pages import page
from tongban.web.staff.performing import without_head

WHY_NOT = {
    "too-long": Text("识读用时过长，已停止。", "Reading took too long and was stopped."),
    "not-readable": Text("图像无法识读。", "The picture cannot be read."),
}
NOT_READ = Text("未能识读，请人工核对。", "It was not read; please look at it yourself.")


@dataclass(frozen=True, slots=True)
class Marked:
    """A field with its number on the picture; `percent`: how sure the reader is."""

    number: int
    field: FieldView

    @property
    def percent(self) -> int:
        return round(self.field.kept.read.score * 100)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as it is shown: the picture that the reader drew, never the file that came, and the fields that stand on it."""

    number: int
    page: Page
    marked: tuple[Marked, ...]

    @property
    def picture(self) -> str:
        return f"data:image/jpeg;base64,{b64encode(self.page.picture).decode()}"


@door("staff", *CASE_ROLES)
@require_safe
def shown(request: Any, case_id: UUID, cipher: str) -> HttpResponse:
    return _show(request, case_id, cipher)


@door("staff", "acceptance", "examiner")
@require_POST
def confirm(request: Any, case_id: UUID, cipher: str) -> HttpResponse:
    """确认: what stands on the paper, as a person reads it."""
    field, value = request.POST.get("field", ""), request.POST.get("value", "").replace("\x00", "")
    case_page.find_to_open(request, case_id)
    given = without_head(request, case_id)
    try:
        document_reading.confirm_field(cipher=cipher, field=field, value=value, **given)
    except Refused as refused:
        if refused.status == 404:
            raise
        return _show(request, case_id, cipher, refused=refused, typed={"field": field, "value": value})
    return redirect("staff:document", case_id=case_id, cipher=cipher)


def _show(
    request: Any, case_id: UUID, cipher: str, *, refused: Refused | None = None, typed: Any = None
) -> HttpResponse:
    view = case_page.find_to_open(request, case_id)
    reading = document_reading.find_reading(node=request.node, region=view.region, case_id=case_id, cipher=cipher)
    in_full = bool(view.actions & case_page.WAITS_HERE)
    marked = tuple(Marked(number, field) for number, field in enumerate(reading.fields, start=1))
    known = {
        "case": view, "reading": reading, "fields": marked, "in_full": in_full, "typed": typed or {}, "cmd": new_id(),
        "sheets": _sheets(reading, marked) if in_full else [],
        "why_not": WHY_NOT.get(reading.kept.reason, NOT_READ) if reading.kept.reason else None, "sure": round(SURE * 100),
        "may_confirm": in_full and reading.open and bool({"acceptance", "examiner"} & set(request.staff.roles)),
    }  # fmt: skip
    return page(request, "staff/case/document.html", known, refused=refused)


def _sheets(reading: ReadingView, marked: tuple[Marked, ...]) -> list[Sheet]:
    return [
        Sheet(number + 1, page, tuple(one for one in marked if one.field.kept.read.page == number))
        for number, page in enumerate(reading.kept.pages)
    ]
