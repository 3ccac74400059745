"""The beginning of a definition (起草): what a record says of an item, in the least shape that is sound, for an editor to write on. Pure.

Nothing is made up. A text that the record does not say begins with 待填写, and lint keeps it from publication. What takes no such text,
a number or one of a few values, has the most careful one, and the summary names it as not said. Nothing of it is verified.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from tongban.catalogue.items.record import ItemRecord, Limit, MaterialLine
from tongban.kernel.crypto import Suite
from tongban.kernel.text import Text

T = TypeVar("T")
Words = dict[str, str]

TO_FILL_IN = Text("待填写：", "To be filled in: ")
UNKNOWN_ID = "to-be-filled-in"
"""In the place of an id that the record does not say."""

SITUATION, QUESTION, POINT, GROUP, ELEMENT = "ordinary", "situation", "conditions", "application", "application.content"
YEARS = 10
"""Of keeping, where nothing is said: what a definition has that says nothing (`Policy.retention_years`)."""

ITEM_TYPES = ("public_service", "licence", "confirmation", "benefit")
AUDIENCES = ("person", "organisation")
SCOPES = ("national", "province", "city")
MODES = {
    "online": Text("网上办理", "Online"), "collect": Text("异地代收代办", "Received here for the other place"),
    "joint": Text("多地联办", "By several places together"),
}  # fmt: skip
MEDIA = ("application/pdf", "image/jpeg", "image/png")
ISSUERS = {"applicant": Text("申请人", "Applicant")}
ORIGINALS = {"original": True, "original_and_copy": True, "copy": False}
FILLED_IN = Text("填报内容", "What is filled in")
DECLARED = Text("申请人填报", "stated by the applicant")

_NUMBER = "[〇零一二三四五六七八九十百千0-9]+"
ARTICLE = re.compile(f"第{_NUMBER}条(?:之{_NUMBER})?(?:第{_NUMBER}款)?(?:第{_NUMBER}项)?")
LAW = re.compile(rf"《\s*([^《》\s][^《》]*)》(?:（[^（）]*）|\([^()]*\))?((?:{ARTICLE.pattern}[、，,和及]?)*)")
FEE = re.compile(r"([0-9]{1,6})(?:\.([0-9]{2}))?元(?:/[^0-9]+)?")


def begin_definition(record: ItemRecord, *, region: str, on: date, suite: Suite) -> dict[str, Any]:
    """A merged document of the record's item at `region`, valid from `on`: one situation, question, field and point.

    Sound, unless the record is longer than a definition may be.
    """
    return _Beginning(record).document(key=key_of(record, suite=suite), region=region, on=on)


def key_of(record: ItemRecord, *, suite: Suite) -> str:
    """Code and business number; where the record goes by its name, something that only this name has."""
    name = record.business or suite.hash(record.name.encode())[:12]
    return "-".join((record.code.lower() or "item", name))


def is_to_fill_in(text: str) -> bool:
    return text.startswith((TO_FILL_IN.zh.rstrip("："), TO_FILL_IN.en.rstrip(": "))) or text == UNKNOWN_ID


class _Beginning:
    """`laws` by id and what is `unsaid` are gathered while the parts are written."""

    def __init__(self, record: ItemRecord) -> None:
        self.record = record
        self.laws: dict[str, dict[str, Any]] = {}
        self.unsaid: dict[Text, None] = {}

    def document(self, *, key: str, region: str, on: date) -> dict[str, Any]:
        record = self.record
        written = {
            "schema": 1, "key": key, "region": region, "layers": [region], "origins": {}, "version": 1, "valid_from": on.isoformat(),
            "name": _named(record.name, "事项名称", "name of the item"), "code": self._code(""),
            "department": _named(record.department or record.office, "决定部门", "department that decides"),
            **self._law(), **self._choices(), **self._handling(), **self._way(), **self._form(),
            "modes": self._modes(), "materials": [self._material(number, line) for number, line in enumerate(record.materials, 1)],
            "given": [], "screens": [], "answers": [], "checks": [], "papers": [],
        }  # fmt: skip
        situation = {
            "id": SITUATION, "name": written["name"], "summary": _open("这一情形给谁办", "for whom this situation is"),
            "code": self._code(record.business), "fields": [ELEMENT], "materials": [one["id"] for one in written["materials"]],
            "points": [POINT], "validity": {"text": _open("结果多久有效", "how long the result holds"), "verified": False},
        }  # fmt: skip
        # Both last: only now is it known what is not said, and what is cited.
        return {**written, "situations": [situation], "summary": self._summary(), "basis": list(self.laws.values())}

    def _said(self, value: T | None, zh: str, en: str, otherwise: T) -> T:
        if value is None:
            self.unsaid[Text(zh, en)] = None
            return otherwise
        return value

    def _unsaid(self, zh: str, en: str, otherwise: T) -> T:
        return self._said(None, zh, en, otherwise)

    def _summary(self) -> Words:
        zh, en = "、".join(one.zh for one in self.unsaid), ", ".join(one.en for one in self.unsaid)
        return _open(f"一句话说明；来源没有写明，请一并核对：{zh}", f"one sentence; the source does not say: {en}")

    def _code(self, business: str) -> dict[str, Any]:
        code = f"{self.record.code}{business}" if self.record.code else _open("事项编码", "code")["zh"]
        return {"value": code, "verified": False}

    def _choices(self) -> dict[str, Any]:
        """One of a few values each."""
        record = self.record
        audience = [one for one in AUDIENCES if one in record.audience] or None
        return {
            "kind": "licence" if record.type == "licence" else "service",
            "item_type": self._said(_among(record.type, ITEM_TYPES), "事项类型", "type", ITEM_TYPES[0]),
            "audience": self._said(audience, "服务对象", "for whom", [*AUDIENCES]),
            "scope": self._said(_among(record.scope, SCOPES), "通办范围", "scope", SCOPES[-1]),
            "effect": UNKNOWN_ID,
            "office": UNKNOWN_ID,
        }

    def _handling(self) -> dict[str, Any]:
        """Limits, fee, result and how it is decided. A legal limit shorter than the promise is named as not said: one of both is wrong."""
        record = self.record
        legal, stated = _days(record.legal), _days(record.promise)
        promise = self._said(legal if stated is None else stated, "承诺时限", "promised limit", 1)
        limits = {
            "counter": _limit(promise),
            "promise": _limit(promise, record.promise),
            "tell_missing": _limit(self._unsaid("一次性告知期限", "days to tell what is missing", 1)),
            "correct": _limit(self._unsaid("补正期限", "days to correct", 1)),
        }
        if legal is None or legal < promise:
            self._unsaid("法定时限", "legal limit", None)
        else:
            limits["legal"] = _limit(legal, record.legal)
        years = self._unsaid("档案和个人信息的保存年限", "years of keeping", YEARS)
        return {
            "handling": "promise" if promise else "immediate", "limits": limits, "fee": self._fee(),
            "result": {
                "name": _named(record.result, "结果名称", "name of the result"),
                "text": _open("结果怎样拿到", "how the result comes"), "verified": False,
            },
            "policy": {
                "acceptance": "person", "automatic_decision": False, "single_examiner": False, "retention_years": years, "verified": False,
            },
        }  # fmt: skip

    def _fee(self) -> dict[str, Any]:
        record = self.record
        if record.charged is False and not record.fees:
            return {"fen": 0, "verified": False}
        lines = " ".join(f"{line.name} {line.standard}" for line in record.fees)
        sure = record.charged is not False and len(record.fees) == 1
        found = FEE.fullmatch(record.fees[0].standard.strip()) if sure else None
        fen = self._said(int(found[1]) * 100 + int(found[2] or 0) if found else None, "收费", "fee", 0)
        basis = self._need(id for line in record.fees for id in self._cite(line.basis))
        return {"fen": fen, "basis": basis, "verified": False, **_cited(lines)}

    def _modes(self) -> list[dict[str, Any]]:
        modes = [{"id": id, "name": MODES[id].as_json(), "verified": False} for id in MODES if id in self.record.ways]
        return modes or [{"id": "collect", "name": _open("办理方式", "way to apply"), "verified": False}]

    def _way(self) -> dict[str, Any]:
        """The question that leads to the situation, and the place that decides."""
        options = [
            {"id": id, "label": _open(zh, en), "next": {"situation": SITUATION}}
            for id, zh, en in (("first", "第一个回答", "first answer"), ("second", "第二个回答", "second answer"))
        ]
        text = _open("用什么问题区分情形", "question that tells the situations apart")
        return {
            "questions": [{"id": QUESTION, "text": text, "options": options}],
            "decided_at": {
                "name": _open("由哪里决定", "which place decides"), "question": _open("怎样问这个地方", "how it is asked for"),
                "hint": _open("在哪里可以看到", "where it can be seen"), "missing": _open("找不到时问谁", "whom to ask"),
            },
        }  # fmt: skip

    def _form(self) -> dict[str, Any]:
        use = {"basis": self._need(()), "retention": YEARS, "recipients": ["receiving", "deciding"]}
        asked = _open("表单问什么", "what the form asks")
        field = {"element": ELEMENT, "group": GROUP, "widget": "text", "required": True}
        return {
            "data": {"purpose": _open("为什么收集身份和联系方式", "why name, number and phone are asked for"), **use},
            "sources": [{"id": "declared", "label": DECLARED.as_json()}],
            "elements": [{"id": ELEMENT, "type": "text", "label": asked, "sources": ["declared"]}],
            "groups": [{"id": GROUP, "name": FILLED_IN.as_json()}],
            "fields": [{**field, "purpose": _open("为什么收集", "what it is asked for"), **use}],
        }

    def _law(self) -> dict[str, Any]:
        conditions = _line(self.record.conditions)
        point = {
            "id": POINT, "label": _open(f"审查要点 {conditions}".rstrip(), f"what is examined {conditions}".rstrip()),
            "conditions": [f'{ELEMENT} != ""'], "basis": self._need(self._cite(self.record.basis)), "verified": False,
        }  # fmt: skip
        remedy = {
            "id": "remedy", "name": _open("复议或者诉讼", "reconsideration or litigation"),
            "text": _open("向哪里、多久之内提出", "where and within how long"), "basis": [], "verified": False,
        }  # fmt: skip
        return {"points": [point], "remedies": [remedy]}

    def _material(self, number: int, line: MaterialLine) -> dict[str, Any]:
        """Of what is not required a definition says when and why it need not be handed in, which no source does."""
        if line.need == "later":
            self._unsaid("容缺后补的期限", "days to bring what may follow", None)
        need = self._said(line.need, "材料是否必要", "whether a material is required", "required")
        issuer = ISSUERS.get(line.source or "")
        return {
            "id": f"material-{number}", "name": _named(line.name, "材料名称", "name of the material"),
            "issuer": issuer.as_json() if issuer else _open("出具单位", "who issues it"), "ways": ["upload"], "media_types": [*MEDIA],
            "original": self._said(ORIGINALS.get(line.form or ""), "是否核对原件", "whether an original is seen", False),
            "main": need == "required", "basis": self._cite(line.basis), "verified": False,
            **({"waived": _open("非必要材料，什么情形不用交", "not required: when it need not be handed in")} if need == "optional" else {}),
        }  # fmt: skip

    def _cite(self, text: str) -> list[str]:
        """Ids of the laws that stand in the text, one for each article. A name without an article may be that of anything: it is left open."""
        ids: list[str] = []
        for name, behind in LAW.findall(text):
            articles = [self._note(_line(name), article) for article in ARTICLE.findall(behind)]
            ids += articles or [self._note(f"{TO_FILL_IN.zh}{_line(name)}")]
        return list(dict.fromkeys(ids))

    def _note(self, law: str, article: str = f"{TO_FILL_IN.zh}第几条") -> str:
        known = {(one["law"], one["article"]): id for id, one in self.laws.items()}
        id = known.get((law, article), f"law-{len(self.laws) + 1}")
        self.laws[id] = {"id": id, "law": law, "article": article, "verified": False}
        return id

    def _need(self, cited: Iterable[str]) -> list[str]:
        """At least one: a law that is to be filled in where none is known."""
        ids = list(dict.fromkeys(cited))
        return ids or [self._note(f"{TO_FILL_IN.zh}法律名称")]


def _open(zh: str, en: str) -> Words:
    return {"zh": f"{TO_FILL_IN.zh}{zh}", "en": f"{TO_FILL_IN.en}{en}"}


def _named(text: str, zh: str, en: str) -> Words:
    """What the source calls it; its English is never known."""
    said = _line(text)
    return {"zh": said, "en": f"{TO_FILL_IN.en}{said}"} if said else _open(zh, en)


def _line(text: str) -> str:
    return " ".join(text.split())


def _among(value: str | None, known: tuple[str, ...]) -> str | None:
    return value if value in known else None


def _days(limit: Limit | None) -> int | None:
    """Working days, the only ones a definition counts."""
    return limit.days if limit and limit.unit == "working_days" else None


def _limit(days: int, said: Limit | None = None) -> dict[str, Any]:
    return {"days": days, "verified": False, **_cited(said.note if said else "")}


def _cited(text: str) -> Mapping[str, str]:
    return {"cited": _line(text)} if text.strip() else {}
