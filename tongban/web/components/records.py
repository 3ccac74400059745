"""What a record of the catalogue says (事项记录), thing by thing, for its guide and for the desk: our words for what was understood, its source's own
for the rest, and nothing where the source says nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.catalogue.items.codes import find_basic
from tongban.catalogue.items.record import FeeLine, ItemRecord, Limit, MaterialLine
from tongban.kernel.text import Text

Found = Mapping[str, Any]
"""A finding as a page says it; `field` is its path in the record."""

VALUES: dict[str, Text] = {
    "person": Text("个人", "persons"), "organisation": Text("企业和组织", "companies and organisations"),
    "licence": Text("行政许可", "licence"), "penalty": Text("行政处罚", "penalty"), "compulsion": Text("行政强制", "compulsion"),
    "levy": Text("行政征收", "levy"), "benefit": Text("行政给付", "benefit"), "inspection": Text("行政检查", "inspection"),
    "confirmation": Text("行政确认", "confirmation"), "reward": Text("行政奖励", "reward"), "adjudication": Text("行政裁决", "adjudication"),
    "other_power": Text("其他行政权力", "other power"), "public_service": Text("公共服务", "public service"),
    "state": Text("国家级", "State"), "province": Text("省级", "province"), "city": Text("市级", "city"), "county": Text("县级", "county"),
    "town": Text("乡镇级", "town"), "village": Text("村级", "village"),
    "window": Text("窗口办理", "at a counter"), "online": Text("网上办理", "online"), "post": Text("邮寄办理", "by post"),
    "collect": Text("异地代收代办", "handed in elsewhere"), "joint": Text("多地联办", "by several places together"),
    "hearing": Text("听证", "a hearing"), "site_visit": Text("现场考察", "a visit to the place"),
    "expert_review": Text("专家评审", "a review by experts"),
    "announcement": Text("公告", "an announcement"), "appraisal": Text("鉴定", "an appraisal"), "public_notice": Text("公示", "a public notice"),
}  # fmt: skip
SCOPES: dict[str, Text] = {
    "national": Text("全国可以办", "anywhere in the country"), "province": Text("全省可以办", "anywhere in the province"),
    "city": Text("全市可以办", "anywhere in the city"), "county": Text("全县可以办", "anywhere in the county"),
    "none": Text("只能在当地办", "only at the place itself"), "local": Text("只能在当地办", "only at the place itself"),
}  # fmt: skip
NEEDS: dict[str | None, tuple[Text, str]] = {
    "required": (Text("要交", "To hand in"), "warn"), "optional": (Text("非必要", "Optional"), "quiet"),
    "later": (Text("可以后补", "May follow later"), "info"), "credit": (Text("按信用免交或者后补", "Waived or later, by credit"), "info"),
    None: (Text("是否要交没有写明", "Not said whether needed"), "quiet"),
}  # fmt: skip
KINDS: dict[str, Text] = {
    "licence": Text("证照", "licence or certificate"), "proof": Text("证明材料", "proof"), "form": Text("申请表", "application form"),
    "other": Text("其他材料", "another paper"),
}  # fmt: skip
FORMS: dict[str, Text] = {
    "original": Text("原件", "original"), "copy": Text("复印件", "copy"), "original_and_copy": Text("原件和复印件", "original and copy"),
}  # fmt: skip
MEDIA: dict[str, Text] = {
    "paper": Text("纸质", "on paper"), "electronic": Text("电子", "electronic"), "either": Text("纸质或者电子", "on paper or electronic"),
}  # fmt: skip
SOURCES: dict[str, Text] = {
    "applicant": Text("申请人自备", "the applicant has it"), "government": Text("政府部门核发", "issued by an authority"),
    "other": Text("其他", "other"),
}  # fmt: skip
WAIVED: dict[str, Text] = {
    "e_licence": Text("有电子证照的不用交", "not needed where there is an e-licence"), "none": Text("不能免交", "never waived"),
}  # fmt: skip
HANDED_IN: dict[str, Text] = {
    "online": Text("网上提交", "online"), "window": Text("现场提交", "at the counter"),
    "either": Text("网上、现场都可以", "online or at the counter"),
}  # fmt: skip
COPIES = Text("{number}份", "number of copies: {number}")
ONLINE: dict[bool, Text] = {
    True: Text("可以网上办", "can be done online"),
    False: Text("不能网上办", "cannot be done online"),
}
WHOLLY_ONLINE = 4
DEPTH = Text("网办深度第{number}级，第四级是全程网办", "online to the degree {number} of four; four is entirely")
ENTIRELY = Text("全程网办", "entirely online")
NO_VISIT, VISITS = Text("不用到场", "no visit"), Text("要到场{number}次", "visits: {number}")
CHARGED: dict[bool, Text] = {True: Text("收费", "There is a fee"), False: Text("不收费", "Free of charge")}
REDUCIBLE: dict[bool | None, str] = {True: "能否减免：是", False: "能否减免：否", None: ""}
DAYS = {
    "working_days": Text("{days} 个工作日", "{days} working days"),
    "calendar_days": Text("{days} 天（自然日）", "{days} calendar days"),
}
PROMISED, LEGAL = (
    Text("承诺：最多 {days}", "Promised: at most {days}"),
    Text("法定：最多 {days}", "By law: at most {days}"),
)
NOT_COUNTED = Text("另外的程序不计入上面的天数：{kinds}", "Not counted in these days: {kinds}")
SPECIAL = Text("特别程序", "special procedures")
BASIC = Text("基本编码 {code}", "basic code {code}")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a record may say. `said` in our words, `quoted` in its source's; both empty where it is not given."""

    field: str
    name: Text
    said: tuple[Text, ...] = ()
    quoted: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """`details` always tells where it comes from and in which form it is wanted, the rest where it is given."""

    name: str
    need: Text
    colour: str
    details: tuple[Part, ...]
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """`key` in short, `parts` at length; `of_materials` and `others`: what was found of all materials and of no part."""

    key: tuple[Part, ...]
    materials: tuple[Material, ...]
    parts: tuple[Part, ...]
    of_materials: tuple[Found, ...]
    others: tuple[Found, ...]


def say_record(record: ItemRecord, found: Sequence[Found] = ()) -> Said:
    """`found`: what the desk says beside the field that it is about."""
    by_place: dict[str, list[Found]] = {}
    for one in found:
        by_place.setdefault(_place(one["field"]), []).append(one)
    materials = tuple(
        _material(line, _taken(by_place, [f"materials[{number}]"])) for number, line in enumerate(record.materials)
    )
    key, parts = ([_found(one, by_place) for one in some] for some in (_key(record), _parts(record)))
    of_materials = _taken(by_place, ["materials"])
    return Said(
        tuple(key), materials, tuple(parts), of_materials, tuple(one for left in by_place.values() for one in left)
    )


ABOUT = {
    "ways": ("ways", "online", "depth", "visits", "visits_note", "visits_reason"), "department": ("department", "office"),
    "limits": ("promise", "legal", "special"), "fees": ("fees", "charged"), "code": ("code", "business", "type"),
}  # fmt: skip
"""Field of a part → the record's fields that it tells of, where they are others than its own."""


def _place(path: str) -> str:
    """`materials[3].need` → `materials[3]`; `promise.days` → `promise`."""
    return re.sub(r"\..*", "", path) if path.startswith("materials") else re.split(r"[.\[]", path)[0]


def _taken(by_place: dict[str, list[Found]], places: Iterable[str]) -> tuple[Found, ...]:
    return tuple(one for place in places for one in by_place.pop(place, ()))


def _found(part: Part, by_place: dict[str, list[Found]]) -> Part:
    return Part(part.field, part.name, part.said, part.quoted, _taken(by_place, ABOUT.get(part.field, (part.field,))))


def _key(record: ItemRecord) -> Iterator[Part]:
    yield Part("department", Text("由谁决定", "Who decides"), (), _given(record.office, record.department))
    yield Part("audience", Text("谁可以办", "For"), _listed(VALUES, record.audience))
    yield Part("levels", Text("由哪一级办", "Level of the office"), _listed(VALUES, record.levels))
    yield Part("scope", Text("在哪里可以办", "Where it can be done"), _listed(SCOPES, [record.scope]))
    why = _given(record.visits_note, record.visits_reason)
    yield Part("ways", Text("要不要到场", "Do you have to come?"), tuple(_ways(record)), why)
    yield Part("result", Text("办成以后", "What you get"), (), _given(record.result))


def _parts(record: ItemRecord) -> Iterator[Part]:
    yield Part("conditions", Text("办理条件", "Conditions"), (), _given(record.conditions))
    yield Part("steps", Text("怎样办", "Steps"), (), _given(record.steps))
    yield Part("limits", Text("多久办好", "Time limits"), tuple(_limits(record)), _notes(record))
    charged = () if record.charged is None else (CHARGED[record.charged],)
    yield Part("fees", Text("费用", "Fee"), charged, tuple(_fee(line) for line in record.fees))
    if record.quota:
        yield Part("quota", Text("数量限制", "Quota"), (), (record.quota,))
    yield Part("basis", Text("依据", "Basis"), (), _given(record.basis))
    yield Part("remedies", Text("对结果不服", "If you disagree with the result"))
    yield Part("contacts", Text("问谁", "Whom to ask"))
    code, basic = "-".join(_given(record.code, record.business)), find_basic(record.code)
    of_office = () if basic == record.code else (_fill(BASIC, code=Text(basic, basic)),)
    yield Part("code", Text("事项编码", "Item code"), (*_listed(VALUES, [record.type]), *of_office), _given(code))


def _ways(record: ItemRecord) -> Iterator[Text]:
    yield from _listed(VALUES, record.ways)
    if record.online is not None and record.online != ("online" in record.ways):
        yield ONLINE[record.online]
    if record.depth is not None:
        yield ENTIRELY if record.depth == WHOLLY_ONLINE else _fill(DEPTH, number=record.depth)
    if record.visits is not None:
        yield _fill(VISITS, number=record.visits) if record.visits else NO_VISIT


def _limits(record: ItemRecord) -> Iterator[Text]:
    for said, limit in ((PROMISED, record.promise), (LEGAL, record.legal)):
        if days := _days(limit):
            yield _fill(said, days=days)
    if special := record.special:
        kinds = _joined(_listed(VALUES, special.kinds)) if special.kinds else SPECIAL
        days = _days(Limit(special.days))
        yield _fill(NOT_COUNTED, kinds=_joined((kinds, days)) if days else kinds)


def _days(limit: Limit | None) -> Text | None:
    return None if limit is None or limit.days is None else _fill(DAYS[limit.unit], days=limit.days)


def _notes(record: ItemRecord) -> tuple[str, ...]:
    return _given(*(limit.note for limit in (record.promise, record.legal) if limit))


def _fee(line: FeeLine) -> str:
    amount = "：".join(_given(line.name, line.standard))
    return "；".join(_given(amount, line.basis, REDUCIBLE[line.reducible]))


def _material(line: MaterialLine, found: tuple[Found, ...]) -> Material:
    need, colour = NEEDS.get(line.need, NEEDS[None])
    return Material(line.name, need, colour, tuple(_details(line)), found)


def _details(line: MaterialLine) -> Iterator[Part]:
    copies = () if line.copies is None else (_fill(COPIES, number=line.copies),)
    form = (*_listed(KINDS, [line.kind]), *_listed(FORMS, [line.form]), *_listed(MEDIA, [line.medium]), *copies)
    yield Part("source", Text("来源：", "From: "), _listed(SOURCES, [line.source]))
    yield Part("form", Text("形式：", "Form: "), (_joined(form),) if form else ())
    given = (
        Part("handed_in", Text("怎样交：", "Handed in: "), _listed(HANDED_IN, [line.handed_in])),
        Part("waived_by", Text("能不能免交：", "Waived: "), _listed(WAIVED, [line.waived_by])),
        Part("standard", Text("受理标准：", "Accepted when: "), (), _given(line.standard)),
        Part("basis", Text("依据：", "Basis: "), (), _given(line.basis)),
        Part("note", Text("说明：", "Note: "), (), _given(line.note)),
    )
    yield from (one for one in given if one.said or one.quoted)


def _listed(words: Mapping[Any, Text], values: Iterable[Any]) -> tuple[Text, ...]:
    """A value that is in no table stands as it is."""
    return tuple(words.get(value, Text(str(value), str(value))) for value in values if value is not None)


def _given(*texts: str) -> tuple[str, ...]:
    """Those that say something, each once."""
    return tuple(dict.fromkeys(text for text in texts if text))


def _joined(texts: Iterable[Text]) -> Text:
    parts = list(texts)
    return Text("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def _fill(text: Text, **words: int | Text) -> Text:
    zh, en = (
        {name: word.in_(language) if isinstance(word, Text) else word for name, word in words.items()}
        for language in ("zh", "en")
    )
    return Text(text.zh.format(**zh), text.en.format(**en))
