"""A specimen of each type (样本): invented words on the real template, to look at before anything is issued with it."""

from datetime import date

from tongban.licences.content import Content, ContentField, Holder, Issuer, Receiver
from tongban.licences.types import LicenceType

WORDS = {
    "name": "张三", "code": "（样本）", "person": "张三", "address": "某某市某某区某某路 1 号", "scope": "住宿场所", "area": "1280", "rooms": "46",
    "kind": "（样本）", "place": "某某市某某区", "insured_at": "某某市某某县", "start": "2026年1月1日", "birth": "1970年1月1日", "level": "二级",
    "guardian": "配偶",
}  # fmt: skip
ORGANISATION = "某某宾馆有限公司"
IDENTIFIER = "样本"


def make_specimen(type_: LicenceType, *, issuer: str, year: int) -> Content:
    """`issuer`: name of the office as it would stand there. The identifier and the number are none."""
    of_organisation = type_.holder.kind == "organisation"
    name = ORGANISATION if of_organisation else WORDS["name"]
    fields = tuple(
        ContentField(
            rule.id,
            rule.label,
            rule.value.zh if rule.value else name if rule.id == "name" else WORDS.get(rule.id, "（样本）"),
        )
        for rule in type_.fields
    )
    day = date(year, 1, 1)
    return Content(
        identifier=IDENTIFIER, type=type_.id, name=type_.name, number=f"{type_.word}〔{year}〕第000000号", version=1, follows="",
        operation="new", issuer=Issuer("", "", "", issuer), receiver=Receiver("", ""), holder=Holder(name, "", ""), fields=fields,
        from_=day, until=None, decided_on=day, template=type_.template, demo=False,
        salt="",
    )  # fmt: skip
