"""From a case and one of its events to what stands on the paper. The same events give the same sheet, at whichever place it is written.

Nothing is looked up that another place would see otherwise: no clock, no address of a node, no name of an officer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from string import Formatter
from typing import Any, Protocol

from tongban.cases.projection import Case
from tongban.cases.reading import Opened
from tongban.cases.timeline import words_of
from tongban.catalogue.definition import Definition, Situation
from tongban.catalogue.pledges import REGIMES
from tongban.kernel import vault
from tongban.kernel.events import Json, StoredEvent, parse_instant
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text, write_day
from tongban.kernel.workdays import legal_day
from tongban.papers.kinds import PaperKind
from tongban.papers.sheet import Block, Sheet
from tongban.people.acts import RELATIONS
from tongban.people.identity import KINDS as ID_KINDS
from tongban.regions import queries as regions
from tongban.rules.points import Basis

SPOKEN = frozenset({"notice", "correction", "reasons"})
"""Sealed parts of an event whose words stand on its paper."""
UNSURE = "（依据待核实）"
FOOT = "查询：凭收件凭证上的查询码，在通办平台“查进度”页面查询，不用登录；也可持证件到收件窗口查询。办件编号 {number}"
HEADINGS = {"applicant": "申请人（签名）：", "agent": "代理人（签名）："}


class WordMissing(Refused):
    """Better no paper than one with a gap."""

    status = 422
    text = Text("文书缺少必需的内容，没有出具。", "A paper lacks a word that it needs; it was not issued.")
    advice = Text(
        "请核对办件内容；之后重新打开，或在办件有新进展时自动出具。",
        "Check the case; then open it again, or wait for its next step.",
    )


class Served(Protocol):
    """A paper that was served, as its receipt names it."""

    @property
    def name(self) -> Text: ...
    @property
    def number(self) -> str: ...


@dataclass(frozen=True)
class Occasion:
    """A case as it stood after `event`, which makes the paper. `served`: the paper that the event says was served."""

    opened: Opened
    event: StoredEvent
    served: Served | None = None

    @property
    def body(self) -> Json:
        return self.event.payload.body

    @property
    def at(self) -> datetime:
        return self.event.payload.at

    @property
    def definition(self) -> Definition:
        return self.opened.definition

    @property
    def situation(self) -> Situation:
        return self.definition.situation(self.opened.case.situation)

    @property
    def applicant(self) -> dict[str, str]:
        return dict(self.opened.application["applicant"])

    @property
    def agent(self) -> dict[str, str]:
        return dict(self.opened.application.get("agent", {}))

    def is_answered_yes(self, element: str) -> bool:
        return self.opened.application["elements"].get(element) is True

    @cached_property
    def said(self) -> dict[str, str]:
        """The words that were sealed with the event."""
        found: dict[str, str] = {}
        node, region = self.opened.node, self.opened.region
        for ref in self.event.payload.sealed:
            if ref.name in SPOKEN:
                key = vault.get_key(node=node, region=region, case_id=self.opened.case_id, kid=ref.kid)
                value: Any = vault.read_part(ref, key=key, node=node, region=region)
                # A notice is {"text"}; reasons and corrections name theirs.
                found |= {("notice" if name == "text" else name): str(word) for name, word in value.items()}
        return found


def name_of(kind: PaperKind, definition: Definition) -> Text:
    """The item's own name for it, e.g. 异地就医备案表."""
    return next((paper.name for paper in definition.papers if paper.id == kind.id), kind.name)


def office_of(kind: PaperKind, case: Case, event: StoredEvent) -> tuple[str, str]:
    """Region and office code whose paper it is: known before anything sealed is opened."""
    if kind.by == "issuer":
        place = str(event.payload.body.get("issuer") or event.payload.body.get("place") or event.payload.region)
        return place, case.deciding_office if place == case.deciding else case.receiving_office
    if kind.by == "inspecting":
        return str(case.inspection.get("place", case.deciding)), str(case.inspection.get("office", ""))
    return (case.deciding, case.deciding_office) if kind.by == "deciding" else (case.receiving, case.receiving_office)


def is_due(kind: PaperKind, occasion: Occasion) -> bool:
    """Whether the case has what the kind needs."""
    return not kind.needs or NEEDS[kind.needs](occasion)


def write_sheet(kind: PaperKind, occasion: Occasion, *, number: str, issued_on: date) -> Sheet:
    words = _Words(occasion)
    region, office = office_of(kind, occasion.opened.case, occasion.event)
    agency = _agency(occasion, region, office) if kind.signs != "applicant" else ""
    return Sheet(
        title=name_of(kind, occasion.definition).zh, number=number, addressee=words["applicant"] if kind.told else "",
        paragraphs=tuple(_paragraphs(kind.text, words)), blocks=tuple(_blocks(kind, occasion)),
        closing=("特此告知。",) if kind.told else (), signs=_signs(kind, occasion), agency=agency, date=_day(issued_on),
        foot=FOOT.format(number=occasion.opened.case.number), practice=occasion.opened.practice, made_at=occasion.at,
    )  # fmt: skip


def _paragraphs(texts: Sequence[str], words: "_Words") -> list[str]:
    """A paragraph with an empty word says nothing, and is left out. Refuses `WordMissing` for the first, which says what the paper is for."""
    if not all(words[name] for _, name, _, _ in Formatter().parse(texts[0]) if name):
        raise WordMissing
    kept = [text for text in texts if all(words[name] for _, name, _, _ in Formatter().parse(text) if name)]
    return [text.format_map(words) for text in kept]


def _signs(kind: PaperKind, occasion: Occasion) -> tuple[str, ...]:
    if kind.signs == "agency":
        return ()
    return (HEADINGS["applicant"], HEADINGS["agent"]) if occasion.agent else (HEADINGS["applicant"],)


class _Words(dict[str, str]):
    """The words that the paragraphs of the kinds may use. One that nobody knows is a bug of the table."""

    def __init__(self, occasion: Occasion) -> None:
        super().__init__(_of_case(occasion) | _of_item(occasion) | _of_event(occasion))


def _of_case(occasion: Occasion) -> dict[str, str]:
    case, person, agent = occasion.opened.case, occasion.applicant, occasion.agent
    return {
        "applicant": person.get("name", ""), "id_kind": _id_kind(person), "id_number": person.get("id_number", ""),
        "agent": agent.get("name", ""), "agent_relation": _relation(agent), "case_number": case.number,
        "deciding": _agency(occasion, case.deciding, case.deciding_office), "submitted_on": _instant(case.submitted_at),
        "accepted_on": _instant(case.accepted_at), "acceptance_due_on": _iso(case.acceptance_due_on),
        "event_on": _day(legal_day(occasion.at)),
    }  # fmt: skip


def _of_item(occasion: Occasion) -> dict[str, str]:
    situation = occasion.situation
    validity, follow_up = situation.validity, situation.follow_up
    return {
        "item": str(occasion.opened.case.title["zh"]), "situation": situation.name.zh,
        "validity": validity.text.zh + ("" if validity.verified else UNSURE),
        "follow_up": follow_up.text.zh + ("" if follow_up.verified else UNSURE) if follow_up else "",
        "pledge": _pledge(occasion), **_of_pledge(occasion),
    }  # fmt: skip


def _of_pledge(occasion: Occasion) -> dict[str, str]:
    """Of the way of notice and pledge; empty for every other. A case that left that way remembers the situation it was pledged for."""
    pledged = occasion.definition.situation(occasion.opened.case.pledge.get("situation", occasion.situation.id))
    pledge, text = pledged.pledge, pledged.pledge_text
    if pledge is None or text is None:
        return dict.fromkeys(("regime", "pledge_basis", "told", "pledged", "words", "point"), "")
    laws = (_law(one) + ("" if one.verified and pledge.verified else UNSURE) for one in pledge.basis)
    points = {point.id: point.label.zh for point in pledged.rule_set.points}
    return {
        "regime": REGIMES[pledge.regime].zh, "pledge_basis": "，".join(laws), "told": pledge.notice.zh, "pledged": text.zh,
        "words": str(occasion.body.get("words", "")), "point": points.get(str(occasion.body.get("point", "")), ""),
    }  # fmt: skip


def _law(basis: Basis) -> str:
    """A notice is named by its number, a law by its title."""
    return (basis.law if "〔" in basis.law else f"《{basis.law}》") + basis.article


def _of_event(occasion: Occasion) -> dict[str, str]:
    body, said = occasion.body, occasion.said
    days = {
        name: _iso(str(body.get(name, "")))
        for name in ("due_on", "decision_due_on", "until", "valid_from", "tolerated_until")
    }
    return days | {
        "reason": said.get("reason", ""), "note": said.get("note", ""), "notice": said.get("notice", ""),
        "article": str(body.get("article", "")), "basis": str(body.get("basis", "")), "days": str(body.get("days", "")),
        "procedure": words_of("procedure", body["procedure"]).zh if body.get("procedure") else "",
    }  # fmt: skip


def _pledge(occasion: Occasion) -> str:
    """The text of the pledge that was signed in the form; one for a licence stands on the 告知承诺书 alone."""
    way = occasion.situation.pledge
    signed = {
        field.material
        for field in occasion.definition.fields(occasion.situation.id)
        if field.widget == "pledge" and occasion.is_answered_yes(field.id)
        if not (way and way.regime == "licence" and field.id == way.field)
    }
    texts = [
        material.template.zh for material in occasion.situation.materials if material.id in signed and material.template
    ]
    return "\n".join(texts)


def _agency(occasion: Occasion, region: str, office: str) -> str:
    """The office by its full name; where it has none, the place and what its office is called in the item."""
    known = next((each.name for each in regions.list_offices(region) if each.code == office), "")
    if known:
        return known
    place = regions.get_region(region, legal_day(parse_instant(occasion.opened.case.submitted_at))).name
    supervision = occasion.definition.supervision
    if supervision and office == supervision.office:
        return place + supervision.name.zh
    return place + (occasion.definition.department.zh if region == occasion.opened.case.deciding else "政务服务中心")


# Lists and tables


def _blocks(kind: PaperKind, occasion: Occasion) -> list[Block]:
    found = (SHOWN[name](occasion) for name in kind.shows)
    return [block for block in found if block.items or block.rows]


def _materials(occasion: Occasion) -> Block:
    """What lies with the application, each once with how it came and how many files it has."""
    brought = [material for material in occasion.opened.materials if material.name or material.way != "upload"]
    names = dict.fromkeys(material.label.zh for material in brought)
    return Block("材料", tuple(f"{name}（{_came(name, occasion)}）" for name in names))


def _came(name: str, occasion: Occasion) -> str:
    same = [material for material in occasion.opened.materials if material.label.zh == name]
    files = [material for material in same if material.ref]
    if not files:
        return WAYS.get(same[0].way, same[0].way)
    seen = "，已核对原件" if all(material.original_seen for material in files) else ""
    return f"电子件 {len(files)} 份{seen}"


WAYS = {
    "register": "登记信息核验，免提交",
    "e-licence": "电子证照核验，免提交",
    "generated": "由申请表生成",
    "pledge": "告知承诺",
    "upload": "免提交",
}


def _corrections(occasion: Occasion) -> Block:
    asked = occasion.opened.correction
    return Block("需要补正的内容", tuple(label.zh for label in asked.labels) if asked else ())


def _tolerated(occasion: Occasion) -> Block:
    wanted = set(occasion.body.get("tolerated", ()))
    return Block("暂缺的材料", tuple(each.name.zh for each in occasion.situation.materials if each.id in wanted))


def _remedies(occasion: Occasion) -> Block:
    texts = [remedy.text.zh + ("" if remedy.verified else UNSURE) for remedy in occasion.definition.remedies]
    return Block("救济途径", tuple(texts))


def _appeal(occasion: Occasion) -> Block:
    """Against what comes after the decision; what the item says of a refusal does not fit."""
    found = occasion.definition.supervision
    return Block("救济途径", (found.remedy.zh + ("" if found.verified else UNSURE),) if found else ())


def _answers(occasion: Occasion) -> Block:
    return Block("", rows=tuple((answer.label.zh, answer.value.zh) for answer in occasion.opened.answers))


def _filed(occasion: Occasion) -> Block:
    """What was filed, without consents and pledges."""
    asked = {field.id: field.widget for field in occasion.definition.fields(occasion.situation.id)}
    facts = [answer for answer in occasion.opened.answers if asked.get(answer.element) not in {"consent", "pledge"}]
    return Block("", rows=tuple((answer.label.zh, answer.value.zh) for answer in facts))


def _person(occasion: Occasion) -> Block:
    person = occasion.applicant
    rows = [("姓名", person.get("name", "")), (_id_kind(person), person.get("id_number", ""))]
    return Block("", rows=tuple((label, value) for label, value in rows if value))


def _contact(occasion: Occasion) -> Block:
    person, answers = occasion.applicant, occasion.opened.answers
    addresses = [(answer.label.zh, answer.value.zh) for answer in answers if answer.element.endswith(".address")]
    return Block("", rows=(("姓名", person.get("name", "")), ("手机", person.get("phone", "")), *addresses))


def _service(occasion: Occasion) -> Block:
    body = occasion.body
    paper = f"《{occasion.served.name.zh}》" if occasion.served else ""
    rows = (
        ("送达文书", paper), ("文号", str(body.get("number", ""))), ("受送达人", occasion.applicant.get("name", "")),
        ("送达方式", words_of("way", body.get("way", "")).zh), ("送达日期", _iso(str(body.get("served_on", ""))) or _day(legal_day(occasion.at))),
    )  # fmt: skip
    return Block("", rows=tuple((label, value) for label, value in rows if value))


def _pledged_proofs(occasion: Occasion) -> Block:
    """What would have been handed in on the ordinary way."""
    pledge = occasion.situation.pledge
    if pledge is None:
        return Block("以承诺代替的材料", ())
    known = occasion.definition.situation(pledge.instead).materials
    return Block("以承诺代替的材料", tuple(each.name.zh for each in known if each.id in pledge.replaces))


SHOWN: dict[str, Callable[[Occasion], Block]] = {
    "materials": _materials, "corrections": _corrections, "tolerated": _tolerated, "remedies": _remedies, "answers": _answers, "filed": _filed,
    "person": _person, "contact": _contact, "service": _service, "pledged_proofs": _pledged_proofs, "appeal": _appeal,
}  # fmt: skip
NEEDS: dict[str, Callable[[Occasion], bool]] = {
    "agent": lambda occasion: bool(occasion.agent),
    "pledge": lambda occasion: bool(_pledge(occasion)),
    "tolerated": lambda occasion: bool(occasion.body.get("tolerated")),
}


# Words


def _id_kind(person: dict[str, str]) -> str:
    kind = ID_KINDS.get(person.get("id_kind", ""))
    return kind.name.zh if kind else "证件号码"


def _relation(agent: dict[str, str]) -> str:
    known = RELATIONS.get(agent.get("relation", ""))
    return known.zh if known else agent.get("relation", "")


def _day(day: date) -> str:
    return write_day(day).zh


def _iso(text: str) -> str:
    return _day(date.fromisoformat(text)) if text else ""


def _instant(text: str) -> str:
    return _day(legal_day(parse_instant(text))) if text else ""
