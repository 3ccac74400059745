"""Drafts: sealed from the first save, kept until the case is handed in."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases import models, queries
from tongban.cases.drafts import Draft, Material, seal_draft
from tongban.cases.writing import case_key
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition, FieldError
from tongban.documents import services as documents
from tongban.kernel import strictjson, vault
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people.identity import check_identity
from tongban.people.names import check_name
from tongban.regions import queries as regions
from tongban.rules.facts import Value

MAX_DRAFT_BYTES = 48 * 1024
"""Leaves room inside a sealed part for what a correction adds."""


class DraftTooLarge(Refused):
    """More than a sealed part may hold. Said before it is kept, for what is too long could not be opened again."""

    status = 413
    text = Text("填写的内容过长，未能保存。", "What was typed is too long to be kept.")
    advice = Text("请缩短文字；较长的说明请作为材料上传。", "Shorten it; upload long explanations as a document.")


def start_draft(
    *,
    node: Node,
    region: str,
    definition: Definition,
    deciding: str,
    situation: str,
    mode: str,
    channel: str,
    applicant: dict[str, str] | None,
    elements: dict[str, Any],
    by: Actor,
    at: datetime,
) -> Draft:
    """Open a draft at the receiving place; its id is the case's id for ever. `elements`: what the questions already told."""
    with transaction.atomic():
        case_id = new_id()
        vault.create_key(node=node, region=region, case_id=case_id)
        draft = Draft(
            case_id=case_id, region=region, owner=by.ref, deciding=deciding, item=definition.key, definition=definition.hash,
            situation=situation, mode=mode, channel=channel, applicant=applicant or {}, elements=elements, materials=(),
            version="", updated_at=at,
        )  # fmt: skip
        models.Draft.objects.create(created_at=at, **_columns(node, draft))
        return queries.get_draft(node=node, region=region, case_id=case_id, by=by)


def save_draft(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    applicant: dict[str, str] | None = None,
    elements: dict[str, Any] | None = None,
    materials: Iterable[Material] = (),
    situation: str | None = None,
    by: Actor,
    at: datetime,
) -> Draft:
    """Merge what was typed; nothing is judged here, so that nothing typed is ever lost."""
    with transaction.atomic():
        draft = _locked(node, region, case_id, by)
        changed = replace(
            draft,
            applicant={**draft.applicant, **(applicant or {})},
            elements=_asked({**draft.elements, **(elements or {})}, draft, situation),
            situation=situation or draft.situation,
            updated_at=at,
        )
        for material in materials:
            changed = changed.with_material(material)
        return _store(node, changed, by=by)


def _asked(elements: dict[str, Any], draft: Draft, situation: str | None) -> dict[str, Any]:
    """Only what the situation's form asks: an answer of another situation must not decide anything."""
    fields = catalogue.get_definition(draft.definition).fields(situation or draft.situation)
    return {field.id: elements[field.id] for field in fields if field.id in elements}


def attach_material(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    material: str,
    data: bytes,
    filename: str,
    original_seen: bool,
    by: Actor,
    at: datetime,
) -> Draft:
    """Check, seal and keep an uploaded file, and note it as this material. Refuses what `documents` refuses."""
    with transaction.atomic():
        queries.get_draft(node=node, region=region, case_id=case_id, by=by)
        stored = documents.store_upload(
            node=node, region=region, case_id=case_id, data=data, filename=filename, by=by, at=at
        )
        brought = Material(material, "upload", stored.name, stored.media_type, stored.size, original_seen, stored.ref)
        # Locked only now: inspecting a file takes seconds.
        draft = _locked(node, region, case_id, by)
        return _store(node, replace(draft.with_material(brought), updated_at=at), by=by)


def remove_material(*, node: Node, region: str, case_id: UUID, material: str, by: Actor, at: datetime) -> Draft:
    with transaction.atomic():
        draft = _locked(node, region, case_id, by)
        rest = tuple(other for other in draft.materials if other.id != material)
        return _store(node, replace(draft, materials=rest, updated_at=at), by=by)


def discard_draft(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> None:
    """Delete a draft and destroy its key."""
    with transaction.atomic():
        # Without the lock, a draft that is handed in at the same moment would lose the key of its case.
        _locked(node, region, case_id, by)
        models.Draft.objects.filter(case_id=case_id, region=region).delete()
        documents.erase_files(node=node, region=region, case_id=case_id)
        vault.erase(region=region, case_id=case_id)


def check_draft(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> list[FieldError]:
    """Everything that still stands against handing it in, all at once, in the order of the pages."""
    draft = queries.get_draft(node=node, region=region, case_id=case_id, by=by)
    definition = catalogue.get_definition(draft.definition)
    return faults_of(draft, definition, node=node, at=at)


def faults_of(draft: Draft, definition: Definition, *, node: Node, at: datetime) -> list[FieldError]:
    return [
        *_faults_of_person(draft.applicant, node=node),
        *definition.check_answers(draft.situation, draft.elements, known=known_values(draft, at)),
        *_faults_of_places(draft, definition, at),
        *_faults_of_materials(draft, definition),
    ]


def _faults_of_places(draft: Draft, definition: Definition, at: datetime) -> list[FieldError]:
    fields = [field.id for field in definition.fields(draft.situation) if field.widget == "region"]
    places = [(field, str(draft.elements[field])) for field in fields if draft.elements.get(field)]
    checks = [(field, partial(regions.get_region, code, legal_day(at))) for field, code in places]
    return [error for field, check in checks if (error := _fault(field, check))]


def known_values(draft: Draft, at: datetime) -> dict[str, Value]:
    """What conditions may read and no form asks."""
    treat_in = str(draft.elements.get("treat.region") or draft.region)
    same = regions.same_pooling_area(draft.deciding, treat_in)
    today = legal_day(at).isoformat()
    return {
        "today": today,
        "case.submitted_on": today,
        "case.deciding_region": draft.deciding,
        "regions.same_pooling_area": same,
    }


def _faults_of_person(person: dict[str, str], *, node: Node) -> list[FieldError]:
    checks = (
        ("applicant.name", lambda: check_name(person.get("name", ""))),
        (
            "applicant.id_number",
            lambda: check_identity(person.get("id_kind", ""), person.get("id_number", ""), allow_demo=node.demo),
        ),
    )
    return [error for field, check in checks if (error := _fault(field, check))]


def _fault(field: str, check: Any) -> FieldError | None:
    try:
        check()
    except Refused as refused:
        return FieldError(field, Text(refused.sentence("zh"), refused.sentence("en")))
    return None


def _faults_of_materials(draft: Draft, definition: Definition) -> list[FieldError]:
    brought = {material.id for material in draft.materials if material.ref}
    return [
        FieldError(
            f"material.{demand.material.id}",
            Text(f"请提供“{demand.material.name.zh}”。", f"Please provide: {demand.material.name.en}."),
        )
        for demand in definition.materials(draft.situation, draft.elements)
        if demand.demanded and "upload" in demand.material.ways and demand.material.id not in brought
    ]


def _locked(node: Node, region: str, case_id: UUID, by: Actor) -> Draft:
    """The newest state of the draft, kept from others until the transaction ends: two phones never overwrite each other. Refuses `Missing`."""
    draft = queries.find_draft(node=node, region=region, case_id=case_id, by=by, lock=True)
    if draft is None:
        raise Missing
    return draft


def _store(node: Node, draft: Draft, *, by: Actor) -> Draft:
    columns = _columns(node, draft)
    models.Draft.objects.filter(case_id=draft.case_id, region=draft.region, owner=by.ref).update(**columns)
    return replace(draft, version=columns["version"])


def _columns(node: Node, draft: Draft) -> dict[str, Any]:
    key = case_key(node=node, region=draft.region, case_id=draft.case_id)
    content = strictjson.canonical(draft.content())
    if len(content) > MAX_DRAFT_BYTES:
        raise DraftTooLarge
    return {
        "region": draft.region,
        "case_id": draft.case_id,
        "owner": draft.owner,
        "item": draft.item,
        "definition": draft.definition,
        "version": node.keyed_hash(content.decode(), purpose="draft", region=draft.region),
        "sealed": seal_draft(draft, key=key, suite=node.suite),
        "updated_at": draft.updated_at,
    }
