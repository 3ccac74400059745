"""What a new version of an agreement changes (协议变更): what its signers look at. Plain values; regions and items stand by their codes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.alliance.agreements import Agreement
from tongban.kernel.text import Text

LABELS = {
    "name": Text("名称", "name"),
    "members": Text("成员", "members"),
    "valid_from": Text("生效日期", "first day"),
    "valid_until": Text("终止日期", "last day"),
    "notice_days": Text("退出预告期（天）", "days of notice"),
    "helpers": Text("代办互认", "helpers recognised"),
    "items": Text("事项", "items"),
    "modes": Text("方式", "modes"),
    "receiving": Text("收件地", "receiving places"),
    "deciding": Text("受理地", "deciding places"),
    "post": Text("岗位", "post"),
    "phone": Text("电话", "phone"),
    "hours": Text("时间", "hours"),
    "giver": Text("委托方", "who entrusts"),
    "takers": Text("受托方", "who is entrusted"),
    "what": Text("内容", "what"),
    "published_on": Text("公布日期", "published on"),
    "response_days": Text("答复期限（工作日）", "working days to answer"),
}
BATCH, ARTICLE = Text("批次 {number}", "batch {number}"), Text("条款 {number}", "article {number}")
ENTRUSTMENT, LIAISON = Text("委托 {number}", "entrustment {number}"), Text("联络 {number}", "liaison of {number}")
NEW = Text("新增", "new")
GONE = Text("取消", "gone")
OTHERWISE = Text("变更", "changed")
LISTS = ("items", "modes", "receiving", "deciding", "takers")


@dataclass(frozen=True, slots=True)
class AgreementChange:
    """`kind`: NEW, GONE or OTHERWISE. `what` is a part, `aspect` one of its sides. Of a list, only what came and went."""

    kind: Text
    what: Text
    aspect: str = ""
    before: Any = None
    after: Any = None


def list_changes(before: Agreement | None, after: Agreement) -> list[AgreementChange]:
    """Against the version before; of a first one there is nothing to compare."""
    if before is None:
        return []
    return [
        *_head(before, after), *_members(before, after), *_batches(before, after),
        *_parts(ARTICLE, _articles(before), _articles(after)), *_parts(ENTRUSTMENT, _given(before), _given(after)),
        *_parts(LIAISON, _offices(before), _offices(after)),
    ]  # fmt: skip


def _head(before: Agreement, after: Agreement) -> Iterator[AgreementChange]:
    was, now = _said(before), _said(after)
    for name in was:
        if was[name] != now[name]:
            yield AgreementChange(OTHERWISE, LABELS[name], "", was[name], now[name])


def _said(one: Agreement) -> dict[str, Any]:
    return {
        "name": one.name, "valid_from": one.valid_from, "valid_until": one.valid_until,
        "notice_days": one.terms.notice_days,
    }  # fmt: skip


def _members(before: Agreement, after: Agreement) -> Iterator[AgreementChange]:
    yield from _list(LABELS["members"], "", before.members, after.members)
    yield from _list(LABELS["helpers"], "", before.terms.helpers, after.terms.helpers)


def _batches(before: Agreement, after: Agreement) -> Iterator[AgreementChange]:
    was = {one.number: {"items": list(one.items)} for one in before.terms.batches}
    now = {one.number: {"items": list(one.items)} for one in after.terms.batches}
    yield from _parts(BATCH, was, now)


def _articles(one: Agreement) -> dict[str, Mapping[str, Any]]:
    names = ("items", "modes", "receiving", "deciding", "response_days")
    return {article.number: {name: article.as_json()[name] for name in names} for article in one.articles}


def _given(one: Agreement) -> dict[str, Mapping[str, Any]]:
    return {entrustment.number: entrustment.as_json() for entrustment in one.terms.entrustments}


def _offices(one: Agreement) -> dict[str, Mapping[str, Any]]:
    return {code: said for code, said in one.liaison.items() if isinstance(said, dict)}


def _parts(
    label: Text, was: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]
) -> Iterator[AgreementChange]:
    for number in dict.fromkeys([*was, *now]):
        what = Text(label.zh.format(number=number), label.en.format(number=number))
        if number not in was:
            yield AgreementChange(NEW, what, "items", None, now[number].get("items"))
        elif number not in now:
            yield AgreementChange(GONE, what, "items", was[number].get("items"), None)
        else:
            yield from _sides(what, was[number], now[number])


def _sides(what: Text, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[AgreementChange]:
    for name in dict.fromkeys([*was, *now]):
        if name in LISTS:
            yield from _list(what, name, was.get(name, ()), now.get(name, ()))
        elif was.get(name) != now.get(name):
            yield AgreementChange(OTHERWISE, what, name, was.get(name), now.get(name))


def _list(what: Text, aspect: str, was: Any, now: Any) -> Iterator[AgreementChange]:
    came, went = [one for one in now if one not in was], [one for one in was if one not in now]
    if came:
        yield AgreementChange(NEW, what, aspect, None, came)
    if went:
        yield AgreementChange(GONE, what, aspect, went, None)
