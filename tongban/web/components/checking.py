"""The check page: every answer once more, line by line, each with the way to change it."""

from dataclasses import dataclass

from tongban.cases import services as cases
from tongban.cases.drafts import Draft, Material
from tongban.catalogue import asking
from tongban.catalogue.definition import Definition
from tongban.kernel.clock import now
from tongban.kernel.text import Text
from tongban.people.identity import KINDS, mask_number
from tongban.regions import queries as regions
from tongban.rules.points import Point
from tongban.web.components import fields, papers, words
from tongban.web.components.portals import Portal

TRUE_AND_COMPLETE = Text(
    "以上内容真实、完整，我对其负责。", "What is stated above is true and complete, and I answer for it."
)


def statements(definition: Definition) -> tuple[Text, ...]:
    """What handing in means; said right above the button."""
    return TRUE_AND_COMPLETE, words.home(definition).passed_on


@dataclass(frozen=True, slots=True)
class Links:
    """Where identity and situation are changed: the only lines whose pages differ between the portals."""

    identity: str
    situation: str


@dataclass(frozen=True, slots=True)
class Line:
    """One answer. `source` says where it is from; `change` is empty for what cannot be changed."""

    label: Text
    value: Text
    change: str = ""
    source: Text | None = None


@dataclass(frozen=True, slots=True)
class Part:
    title: Text
    lines: tuple[Line, ...]


def show_parts(definition: Definition, draft: Draft, *, portal: Portal, links: Links) -> list[Part]:
    return [
        Part(Text("办什么", "What for"), _matter(definition, draft, links)),
        Part(Text("申请人", "Applicant"), _person(draft, links)),
        Part(Text("填写的内容", "What you filled in"), _typed(definition, draft, portal)),
        Part(Text("材料", "Documents"), _papers(definition, draft, portal)),
    ]


def list_unmet(definition: Definition, draft: Draft) -> tuple[Point, ...]:
    """The points that fail by what was typed: said before it is handed in, and no reason not to."""
    return asking.list_unmet(definition, draft.situation, draft.elements, known=cases.known_values(draft, now()))


def change_link(field: str, draft: Draft, portal: Portal, links: Links) -> str:
    """Where a missing answer is given."""
    if field.startswith("applicant."):
        return links.identity
    step = "materials" if field.startswith("material.") else "form"
    return f"{portal.url(step, draft.case_id)}?then=check#{field}"


def _matter(definition: Definition, draft: Draft, links: Links) -> tuple[Line, ...]:
    return (
        Line(Text("事项", "Service"), definition.name),
        Line(Text("情形", "Situation"), definition.situation(draft.situation).name, links.situation),
        Line(words.home(definition).decided_by, _place(draft.deciding)),
        Line(Text("在哪里收件", "Handed in at"), _place(draft.region)),
    )


def _person(draft: Draft, links: Links) -> tuple[Line, ...]:
    person = draft.applicant
    kind = KINDS[person["id_kind"]].name if person.get("id_kind") in KINDS else Text("未选择", "not chosen")
    number = mask_number(person.get("id_number", "")) or "—"
    phone = person.get("phone") or "—"
    return (
        Line(Text("姓名", "Name"), _same(person.get("name") or "—"), links.identity),
        Line(kind, _same(number), links.identity),
        Line(Text("手机", "Mobile"), _same(phone)),
    )


def _typed(definition: Definition, draft: Draft, portal: Portal) -> tuple[Line, ...]:
    asked = asking.list_asked(definition, draft.situation, draft.elements, known=cases.known_values(draft, now()))
    return tuple(
        Line(
            one.field.label,
            fields.spoken_value(definition, one.field, draft.elements.get(one.field.id)),
            f"{portal.url('form', draft.case_id)}?then=check#{one.field.id}",
        )
        for one in asked
    )


def _papers(definition: Definition, draft: Draft, portal: Portal) -> tuple[Line, ...]:
    address = portal.url("materials", draft.case_id)
    return tuple(
        Line(
            paper.name,
            _STATES[paper.state],
            f"{address}?then=check#{paper.anchor}" if paper.uploadable else "",
            _of(paper),
        )
        for paper in papers.show_papers(definition, draft, {})
    )


_STATES = {
    "waived": Text("免提交", "Nothing to hand in"),
    "perhaps": Text("没有上传，登记查询后才知道是否需要", "Not uploaded; a register tells whether it is needed"),
    "signed": Text("已签", "Signed"),
    "brought": Text("已上传", "Uploaded"),
    "missing": Text("还没有提供", "Not provided yet"),
}


def _of(paper: papers.PaperView) -> Text | None:
    if paper.files:
        return Text(
            "、".join(_named(file).zh for file in paper.files), ", ".join(_named(file).en for file in paper.files)
        )
    return paper.reason if paper.state in ("waived", "perhaps") else None


def _named(file: Material) -> Text:
    if not file.original_seen:
        return _same(file.name)
    return Text(f"{file.name}（已核对原件）", f"{file.name} (original seen)")


def _place(code: str) -> Text:
    return regions.path_text(code)


def _same(value: str) -> Text:
    return Text(value, value)
