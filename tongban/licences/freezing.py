"""From a decided case to what its licence says: the content, computed once and never again. Refuses what a person must mend."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from tongban.cases.reading import Opened
from tongban.kernel.events import parse_instant
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.licences.codes import Identifier
from tongban.licences.content import Content, ContentField, Holder, Issuer, Receiver
from tongban.licences.types import FieldRule, GivenBy, LicenceType, Validity
from tongban.regions import queries as regions
from tongban.rules.points import facts_from_json


class FieldMissing(Refused):
    """A licence with an empty line is not issued. `field` is its id, never its value."""

    status = 422
    text = Text("证照缺少必填内容：{field}。", "The licence lacks something that it must say: {field}.")
    advice = Text("请核对办件信息，补全后重试。", "Check the case, complete it and try again.")


class FormerLicenceUnknown(Refused):
    """A change, a renewal or an end of a licence that is not held here under that number, or not this holder's."""

    status = 422
    text = Text("没有找到要变更或注销的证照。", "The licence that this is about is not held here.")
    advice = Text(
        "请核对证照编号；旧证不在本平台的，请人工出具。",
        "Check its number; where it was issued elsewhere, issue by hand.",
    )


class CorrectionUnclear(Refused):
    """What is to be corrected is told in words that make no date and no number."""

    status = 422
    text = Text("更正的内容不能自动写入证照。", "The correction cannot be put on the licence by itself.")
    advice = Text("请核对后人工办理：终止本次签发，另行出具。", "Act by hand: give this up and issue otherwise.")


class NothingHeld(Refused):
    """A filing that was made elsewhere has no licence here: there is nothing to change or to cancel."""

    text = Text("本地没有相应的证照，无须变更或注销。", "No such licence is held here; there is nothing to do.")
    advice = Text("无须办理。", "Nothing needs to be done.")


class TermUnclear(Refused):
    status = 422
    text = Text("证照有效期无法确定。", "The term of the licence cannot be told.")
    advice = Text("请核对办件中的起止日期。", "Check the dates in the case.")


NEW_ONLY = ("applicant.", "case.")
"""What these say is of the first version: who hands a change in, and under which heading, is no line of the licence."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What is known before the content: `former` is the version that this one follows."""

    type: LicenceType
    given: GivenBy
    identifier: Identifier
    number: str
    former: Content | None = None


def freeze(opened: Opened, frozen: Frozen, *, demo: bool, salt: str) -> Content:
    """`salt`: of `make_salt`. Refuses `FieldMissing`, `TermUnclear`."""
    case, type_ = opened.case, frozen.type
    values = _values(opened)
    first, last = _term(frozen, values, decided_on=legal_day(parse_instant(case.decided_at)))
    return Content(
        identifier=str(frozen.identifier), type=type_.id, name=type_.name, number=frozen.number,
        version=frozen.identifier.version, follows=frozen.former.identifier if frozen.former else "",
        operation=frozen.given.operation, issuer=_issuer(opened, frozen), receiver=_receiver(opened),
        holder=_holder(frozen, values), fields=tuple(_fields(frozen, values)), from_=first, until=last,
        decided_on=legal_day(parse_instant(case.decided_at)), template=type_.template, demo=demo,
        salt=salt,
    )  # fmt: skip


def number_asked(opened: Opened, given: GivenBy) -> str:
    """Of the licence that the decision is about, as the applicant gave it."""
    return str(opened.application["elements"].get(given.follows, "")).strip()


def lines_asked(opened: Opened, given: GivenBy) -> dict[str, str]:
    """What stands on the licence that the decision is about, as it is printed: field → value."""
    values = _values(opened)
    return {name: values.get(element, "") for name, element in given.finds.items()}


def day_asked(opened: Opened, given: GivenBy) -> date | None:
    """From which day a licence is to end, where that is told. Refuses `TermUnclear`."""
    text = _values(opened).get(f"code:{given.ends_on}", "") if given.ends_on else ""
    return _day(text) if text else None


def id_number_asked(opened: Opened, type_: LicenceType) -> str:
    """Whose licence it would be."""
    return _values(opened).get(type_.holder.id_number, "")


def _values(opened: Opened) -> dict[str, str]:
    """Every element as it is printed, of several sources the best, and under `code:` as it was given."""
    assessed = facts_from_json(opened.parts["assessment"]).values() if "assessment" in opened.parts else ()
    best = opened.definition.best_facts([*opened.declared(), *opened.evidence, *assessed])
    values = {name: opened.say(name, fact.value).zh for name, fact in best.items()}
    codes = {f"code:{name}": str(fact.value) for name, fact in best.items()}
    applicant = {f"applicant.{name}": str(value) for name, value in opened.application["applicant"].items()}
    return {**values, **codes, **applicant, **_of_case(opened)}


def _of_case(opened: Opened) -> dict[str, str]:
    case = opened.case
    return {
        "case.situation": opened.definition.situation(case.situation).name.zh,
        "case.deciding_region": regions.path_text(case.deciding).zh,
    }


def _fields(frozen: Frozen, values: dict[str, str]) -> list[ContentField]:
    former = {one.id: one.value for one in frozen.former.fields} if frozen.former else {}
    found = [(rule, _changed(rule, frozen, values) or _value(rule, values, former)) for rule in frozen.type.fields]
    missing = next((rule.id for rule, value in found if not value and not rule.optional), "")
    if missing:
        raise FieldMissing(field=missing)
    return [ContentField(rule.id, rule.label, value) for rule, value in found if value]


def _value(rule: FieldRule, values: dict[str, str], former: dict[str, str]) -> str:
    """What the version before said stays, unless the form of this case asked for it."""
    if rule.value:
        return rule.value.zh
    asked = (values[name] for name in rule.take if values.get(name) and not (former and name.startswith(NEW_ONLY)))
    return next(asked, former.get(rule.id, ""))


def _changed(rule: FieldRule, frozen: Frozen, values: dict[str, str]) -> str:
    changes = frozen.given.changes
    if changes is None or not frozen.former:
        return ""
    what = values.get(f"code:{changes.what}", "")
    if what not in changes.fields:
        raise CorrectionUnclear
    return values.get(changes.to, "") if rule.id == changes.fields[what] else ""


def _holder(frozen: Frozen, values: dict[str, str]) -> Holder:
    rule, former = frozen.type.holder, frozen.former
    if former:
        name = next((one.value for one in _fields(frozen, values) if one.id == "name"), former.holder.name)
        return replace(former.holder, name=name)
    name, number = values.get(rule.name, ""), values.get(rule.id_number, "")
    if not name or not number:
        raise FieldMissing(field="holder")
    kind = values.get(rule.id_kind, "") if "." in rule.id_kind else rule.id_kind
    return Holder(name, kind, number)


def _issuer(opened: Opened, frozen: Frozen) -> Issuer:
    case = opened.case
    known = next((each for each in regions.list_offices(case.deciding) if each.code == case.deciding_office), None)
    place = regions.get_region(case.deciding, legal_day(parse_instant(case.submitted_at))).name
    name = known.name if known else place + opened.definition.department.zh
    return Issuer(case.deciding, case.deciding_office, "", name)


def _receiver(opened: Opened) -> Receiver:
    """Named only where another place received it: it decides nothing."""
    case = opened.case
    if case.receiving == case.deciding:
        return Receiver(case.receiving, "")
    return Receiver(case.receiving, f"{opened.name_of(case.receiving)}政务服务中心")


def _term(frozen: Frozen, values: dict[str, str], *, decided_on: date) -> tuple[date, date | None]:
    validity, former = frozen.given.validity, frozen.former
    if validity.keep and former:
        return former.from_, former.until
    first = _first_day(validity, values, former, decided_on)
    last = _day(values.get(f"code:{validity.until}", "")) if validity.until else validity.last_day(first)
    if last is not None and last < first:
        raise TermUnclear
    return first, last


def _first_day(validity: Validity, values: dict[str, str], former: Content | None, decided_on: date) -> date:
    if validity.after and former and former.until and former.until >= decided_on:
        return former.until + timedelta(days=1)
    start = values.get(f"code:{validity.from_}", "")
    return _day(start) if start else decided_on


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TermUnclear from None
