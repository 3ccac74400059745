"""A licence as PDF: the same licence gives the same bytes, for ever, with the template that it names. No clock, no table."""

from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno

from tongban.kernel.press import typeset
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.licences.content import Content, ContentField, Template
from tongban.licences.face import Face, SignedFace
from tongban.licences.forms.layouts import VERSION, BadLayout, Layout, read_layout
from tongban.licences.qr import SPECIMEN, write_code
from tongban.licences.showing import write_licence_file
from tongban.seals.pdf import Spot

TEMPLATES = Path(__file__).parent / "templates"
DECLARED = f"declared-{VERSION}.typ"
"""For every declared layout of that version."""
SCAN = "扫码核验真伪，不需联网"
ATTACHED = "证照文件，可供机器核验"
SPOTS = {
    ("hygiene-licence", 1): Spot(0, 218, 158, 42),
    ("remote-medical-filing", 1): Spot(0, 142, 249, 42),
    ("disability-certificate", 1): Spot(0, 156, 117, 36),
}
"""Where the seal goes: upon the issuer's name and the date."""


class TemplateMissing(Refused):
    """A licence names a template that this release does not have."""

    status = 422
    text = Text("没有证照版式 {template}。", "There is no template {template} for this licence.")
    advice = Text("请升级系统后重新打开。", "Bring the system up to date and open it again.")


def print_licence(content: Content, face: Face, signature: bytes) -> bytes:
    """PDF/A-3b, without a seal. Refuses `TemplateMissing`, `FontMissing`, `GlyphMissing`."""
    signed = SignedFace(face, signature)
    return _print(content, code=write_code(signed), attachment=_file_of(signed, content), specimen=False)


def require_printable(content: Content) -> None:
    """Before it is signed: refuses `GlyphMissing` for a rare character that no font has, `TemplateMissing`, `FontMissing`."""
    _print(content, code=SPECIMEN, attachment="", specimen=False)


def print_specimen(content: Content) -> bytes:
    """To look at a template: marked, with a code that has no signature and says so. Nothing can make it verify."""
    return _print(content, code=SPECIMEN, attachment="", specimen=True)


def show_specimen(content: Content) -> bytes:
    """The same as PNG, without a seal."""
    data = _data(content, code=SPECIMEN, attachment="", specimen=True)
    return typeset(_template(content.template), data, kind="png", made_at=_noon(content.decided_on))


def show_copy(content: Content, *, code: str, scan: str, across: bytes, words: dict[str, str]) -> bytes:
    """PNG of a copy that is no licence. `code`, `scan`: in the place of the licence's own and below it; `across`: what is set over the page, which
    finds `words` in the sheet."""
    data = _data(content, code=code, attachment="", specimen=False) | {"scan": scan} | words
    return typeset(across + _template(content.template), data, kind="png", made_at=_noon(content.decided_on))


def spot_of(template: Template) -> Spot:
    """Refuses `TemplateMissing`."""
    if template.layout:
        return _layout(template).room.spot
    found = SPOTS.get((template.id, template.version))
    if found is None:
        raise TemplateMissing(template=f"{template.id}-{template.version}")
    return found


def _file_of(signed: SignedFace, content: Content) -> str:
    return write_licence_file(signed, content).decode()


def _print(content: Content, *, code: str, attachment: str, specimen: bool) -> bytes:
    data = _data(content, code=code, attachment=attachment, specimen=specimen)
    return typeset(_template(content.template), data, made_at=_noon(content.decided_on), standard="a-3b")


def _data(content: Content, *, code: str, attachment: str, specimen: bool) -> dict[str, Any]:
    return {
        "name": content.name.zh, "number": content.number, "identifier": content.identifier,
        "fields": [_line(field) for field in content.fields], "term": write_term(content),
        "issuer": content.issuer.name, "date": _day(content.decided_on), "receiver": content.receiver.name,
        "code": _draw(code), "scan": SCAN, "attachment": attachment, "attached": ATTACHED,
        "specimen": specimen, "practice": content.demo, **_laid_out(content),
    }  # fmt: skip


def _laid_out(content: Content) -> dict[str, Any]:
    """Of a declared layout: its lines, of those that this licence has."""
    if not content.template.layout:
        return {}
    layout, said = _layout(content.template), {field.id: field.value for field in content.fields}
    lines = [{"label": line.label, "value": said[line.field]} for line in layout.lines if line.field in said]
    return {"fields": lines, "layout": layout.as_json(), "room": layout.room.as_json()}


def _layout(template: Template) -> Layout:
    """As the licence brings it along, from another member perhaps. Refuses `TemplateMissing`."""
    try:
        return read_layout(template.layout)
    except BadLayout:
        raise TemplateMissing(template=f"{template.id}-{template.version}") from None


def write_term(content: Content) -> str:
    if content.until is None:
        return f"{_day(content.from_)}起，长期有效"
    return f"{_day(content.from_)}至{_day(content.until)}"


def _draw(code: str) -> str:
    """SVG. The mask is given: to compare all eight takes four times as long, and the signed bytes look random under each."""
    out = BytesIO()
    segno.make(code, micro=False, error="m", boost_error=False, mask=5).save(
        out, kind="svg", border=1, xmldecl=False, nl=False
    )
    return out.getvalue().decode()


def _line(field: ContentField) -> dict[str, str]:
    return {"label": field.label.zh, "value": field.value}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@cache
def _template(template: Template) -> bytes:
    spot_of(template)
    file = TEMPLATES / (DECLARED if template.layout else f"{template.id}-{template.version}.typ")
    return (TEMPLATES / "common.typ").read_bytes() + file.read_bytes()
