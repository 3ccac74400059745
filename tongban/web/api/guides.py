"""Guides (指南): questions, situations with forms and materials, terms, fee, basis, remedies; what is not verified says so."""

from typing import Any

from ninja import Router

from tongban.catalogue.definition import Definition, Field, Limit, Material, Situation
from tongban.catalogue.tree import Question
from tongban.rules.points import Basis
from tongban.web.access import door
from tongban.web.api.forms import Key, Out, Region, TextOut, text
from tongban.web.api.items import ItemOut, in_force, show

router = Router(tags=["guides"])


class BasisOut(Out):
    law: str
    article: str
    verified: bool


class OptionOut(Out):
    """`leads_to` names a question, a situation or an answer, as `kind` says."""

    id: str
    label: TextOut
    kind: str
    leads_to: str


class QuestionOut(Out):
    id: str
    text: TextOut
    options: list[OptionOut]


class EndOut(Out):
    """The end of the questions without a case."""

    id: str
    title: TextOut
    text: TextOut
    verified: bool


class FieldOut(Out):
    """`values`: what may be chosen, where it is a choice. Its id is a key of `elements` of a case."""

    id: str
    label: TextOut
    type: str
    required: bool
    max_length: int
    values: dict[str, TextOut]


class MaterialOut(Out):
    id: str
    name: TextOut
    ways: list[str]
    original: bool
    verified: bool


class SituationOut(Out):
    id: str
    name: TextOut
    summary: TextOut
    validity: TextOut
    fields: list[FieldOut]
    materials: list[MaterialOut]


class LimitOut(Out):
    """Working days."""

    days: int
    verified: bool


class NamedOut(Out):
    id: str
    name: TextOut


class RemedyOut(Out):
    id: str
    name: TextOut
    text: TextOut
    verified: bool


class FeeOut(Out):
    fen: int
    verified: bool


class Guide(Out):
    item: ItemOut
    first_question: str
    questions: list[QuestionOut]
    ends: list[EndOut]
    situations: list[SituationOut]
    modes: list[NamedOut]
    limits: dict[str, LimitOut | None]
    fee: FeeOut
    basis: list[BasisOut]
    remedies: list[RemedyOut]


@router.get("/{key}", response=Guide, operation_id="getGuide")
@door("client", scope="items:read")
def get_guide(request: Any, key: Key, region: Region) -> Any:
    """The guide of the version in force at the deciding region."""
    return _guide(in_force(key, region))


def _guide(one: Definition) -> dict[str, Any]:
    limits = {
        name: _limit(getattr(one.limits, name)) for name in ("counter", "promise", "tell_missing", "correct", "legal")
    }
    return {
        "item": show(one), "first_question": one.tree.first, "questions": [_question(q) for q in one.tree.questions.values()],
        "ends": [{"id": a.id, "title": text(a.title), "text": text(a.text), "verified": a.verified} for a in one.answers.values()],
        "situations": [_situation(s) for s in one.situations.values()],
        "modes": [{"id": mode.id, "name": text(mode.name)} for mode in one.modes], "limits": limits,
        "fee": {"fen": one.fee.fen, "verified": one.fee.verified}, "basis": [_basis(basis) for basis in one.basis],
        "remedies": [{"id": r.id, "name": text(r.name), "text": text(r.text), "verified": r.verified} for r in one.remedies],
    }  # fmt: skip


def _question(question: Question) -> dict[str, Any]:
    options = [
        {"id": option.id, "label": text(option.label), "kind": option.kind, "leads_to": option.leads_to}
        for option in question.options
    ]
    return {"id": question.id, "text": text(question.text), "options": options}


def _situation(situation: Situation) -> dict[str, Any]:
    return {
        "id": situation.id, "name": text(situation.name), "summary": text(situation.summary),
        "validity": text(situation.validity.text), "fields": [_field(field) for field in situation.fields],
        "materials": [_material(material) for material in situation.materials],
    }  # fmt: skip


def _field(field: Field) -> dict[str, Any]:
    values = {value: text(label) for value, label in field.element.values.items()}
    return {
        "id": field.id, "label": text(field.label), "type": field.element.type, "required": field.required,
        "max_length": field.max_length, "values": values,
    }  # fmt: skip


def _material(material: Material) -> dict[str, Any]:
    return {
        "id": material.id, "name": text(material.name), "ways": list(material.ways), "original": material.original,
        "verified": material.verified,
    }  # fmt: skip


def _limit(limit: Limit | None) -> dict[str, Any] | None:
    return {"days": limit.days, "verified": limit.verified} if limit else None


def _basis(basis: Basis) -> dict[str, Any]:
    return {"law": basis.law, "article": basis.article, "verified": basis.verified}
