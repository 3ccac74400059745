"""Drafts: sealed from the first save, kept until the case is handed in."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases import models, queries
from tongban.cases.drafts import SIGNATURE, Draft, Material, seal_draft
from tongban.cases.services.correcting import vouched_by
from tongban.cases.services.helping import require_recognised
from tongban.cases.writing import case_key, require_role
from tongban.catalogue import asking
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition, FieldError
from tongban.documents import queries as scanned
from tongban.documents import services as documents
from tongban.kernel import strictjson, vault
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people.identity import check_identity
from tongban.people.mandate_records import describe_agent
from tongban.people.mandates import PledgeNeedsAuthority, require_act, use_act
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


class NoSuchMaterial(Refused):
    """Not a material of this item; and only who stands at a counter signs there."""

    status = 422
    text = Text("该事项没有这份材料。", "This item does not know this material.")
    advice = Text("请按指南中的材料清单上传。", "Upload what the guide lists.")


ORGANISATION = "o-"
"""How the reference of a company's account begins."""


class ForPersonsOnly(Refused):
    """Somebody acts for a company, and the item is for people."""

    status = 422
    text = Text(
        "这个事项只面向个人，不能以单位名义办理。", "This service is for persons; a company cannot apply for it."
    )
    advice = Text(
        "请结束代办，由本人办理；单位为职工集中办理暂未开通。",
        "Stop acting for the company and let the person apply; filing by an employer is not offered.",
    )


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
    """Open a draft at the receiving place; its id is the case's id for ever. `elements`: what the questions already told.

    Refuses `ForPersonsOnly`, `HelperNotRecognised`, and an item that is suspended, withdrawn or merged.
    """
    with transaction.atomic():
        definition.require_open()
        case_id = new_id()
        if by.owner.startswith(ORGANISATION) and "organisation" not in definition.audience:
            raise ForPersonsOnly
        use_act(by=by, act="fill_in", item=definition.item, case_id=case_id, at=at)
        agent = describe_agent(node=node, by=by)
        require_recognised(agent, item=definition.item, mode=mode, receiving=region, deciding=deciding, at=at)
        vault.create_key(node=node, region=region, case_id=case_id)
        draft = Draft(
            case_id=case_id, region=region, owner=by.owner, deciding=deciding, item=definition.key, definition=definition.hash,
            situation=situation, mode=mode, channel=channel, applicant=applicant or {}, elements=elements, materials=(),
            version="", updated_at=at, agent=agent,
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
            changed = changed.with_material(vouched_by(by, material))
        return store_draft(node, _signed_anew(draft, changed, by), by=by)


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
    instead: bool = False,
    by: Actor,
    at: datetime,
) -> Draft:
    """Check, seal and keep an uploaded file as one more of this material, or `instead` of what was there. Refuses `NoSuchMaterial`, and what
    `documents` refuses."""
    with transaction.atomic():
        draft = queries.get_draft(node=node, region=region, case_id=case_id, by=by)
        require_to_fill_in(draft, by)
        _require_known(draft, material, by)
        stored = documents.store_upload(
            node=node, region=region, case_id=case_id, data=data, filename=filename, by=by, at=at
        )
        brought = vouched_by(
            by, Material(material, "upload", stored.name, stored.media_type, stored.size, original_seen, stored.ref)
        )
        # Locked only now: inspecting a file takes seconds.
        draft = _locked(node, region, case_id, by)
        changed = draft.with_material(brought) if instead else draft.with_file(brought)
        return store_draft(node, _signed_anew(draft, replace(changed, updated_at=at), by), by=by)


def _require_known(draft: Draft, material: str, by: Actor) -> None:
    definition = catalogue.get_definition(draft.definition)
    known = {one.id for situation in definition.situations.values() for one in situation.materials}
    if material not in known and not (material == SIGNATURE and by.may("reception")):
        raise NoSuchMaterial


def remove_material(
    *, node: Node, region: str, case_id: UUID, material: str, cipher: str = "", by: Actor, at: datetime
) -> Draft:
    """All of a material, or the one file that `cipher` names."""

    def goes(brought: Material) -> bool:
        return brought.id == material and (not cipher or (brought.ref is not None and brought.ref.cipher == cipher))

    with transaction.atomic():
        draft = _locked(node, region, case_id, by)
        rest = tuple(brought for brought in draft.materials if not goes(brought))
        return store_draft(node, _signed_anew(draft, replace(draft, materials=rest, updated_at=at), by), by=by)


def mark_originals(*, node: Node, region: str, case_id: UUID, seen: Collection[str], by: Actor, at: datetime) -> Draft:
    """The clerk's word per copy that the original was compared (已核对原件). `seen`: the ciphers of those files, all others are not.

    Refuses `Forbidden` for everybody but a clerk.
    """
    require_role(by, "reception", region=region)

    def marked(brought: Material) -> Material:
        return replace(brought, original_seen=brought.ref.cipher in seen) if brought.ref else brought

    with transaction.atomic():
        draft = _locked(node, region, case_id, by)
        return store_draft(node, replace(draft, materials=tuple(map(marked, draft.materials)), updated_at=at), by=by)


def discard_draft(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> None:
    """Delete a draft and destroy its key. Nobody does that for another person."""
    if by.behalf:
        raise Forbidden
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
        *asking.check_form(definition, draft.situation, draft.elements, known=known_values(draft, at)),
        *_faults_of_places(draft, definition, at),
        *_faults_of_materials(draft, definition, at),
        *_faults_of_scans(draft),
    ]


def without_unasked(draft: Draft, definition: Definition, at: datetime) -> Draft:
    """What is handed in: only answers to what is asked (个人信息保护法 Art. 6: no more than the purpose needs)."""
    answers = asking.find_answers(definition, draft.situation, draft.elements, known=known_values(draft, at))
    return replace(draft, elements=answers)


def _faults_of_places(draft: Draft, definition: Definition, at: datetime) -> list[FieldError]:
    answers = without_unasked(draft, definition, at).elements
    fields = [field.id for field in definition.fields(draft.situation) if field.widget == "region"]
    places = [(field, str(answers[field])) for field in fields if answers.get(field)]
    checks = [(field, partial(regions.get_region, code, legal_day(at))) for field, code in places]
    return [error for field, check in checks if (error := _fault(field, check))]


def known_values(draft: Draft, at: datetime) -> dict[str, Value]:
    """What conditions may read and no form asks."""
    return known_before(draft.deciding, str(draft.elements.get("treat.region") or draft.region), at)


def known_before(deciding: str, here: str, at: datetime) -> dict[str, Value]:
    """The same before there is a draft."""
    today = legal_day(at).isoformat()
    return {
        "today": today,
        "case.submitted_on": today,
        "case.deciding_region": deciding,
        "regions.same_pooling_area": regions.same_pooling_area(deciding, here),
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


def _faults_of_materials(draft: Draft, definition: Definition, at: datetime) -> list[FieldError]:
    """Whether a register spares the applicant a paper is known only later: such a paper may be brought, and holds nothing up."""
    brought = {material.id for material in draft.materials if material.ref}
    wanted = asking.list_wanted(definition, draft.situation, draft.elements, known=known_values(draft, at))
    return [
        FieldError(
            f"material.{one.material.id}",
            Text(f"请提供“{one.material.name.zh}”。", f"Please provide: {one.material.name.en}."),
        )
        for one in wanted
        if one.state == "needed" and "upload" in one.material.ways and one.material.id not in brought
    ]


def _faults_of_scans(draft: Draft) -> list[FieldError]:
    """No file goes further before the malware scan has passed it."""
    files = {material.ref.cipher: material.id for material in draft.materials if material.ref}
    found = scanned.find_scan_faults(draft.region, draft.case_id, files) if files else {}
    return [FieldError(f"material.{files[cipher]}", text) for cipher, text in found.items()]


def _locked(node: Node, region: str, case_id: UUID, by: Actor) -> Draft:
    """The newest state of the draft, kept from others until the transaction ends: two phones never overwrite each other. Refuses `Missing`."""
    draft = queries.find_draft(node=node, region=region, case_id=case_id, by=by, lock=True)
    if draft is None:
        raise Missing
    require_to_fill_in(draft, by)
    return draft


def require_to_fill_in(draft: Draft, by: Actor) -> None:
    """Refuses `NotInMandate` for an agent who may only look at it."""
    require_act(by, "fill_in", item=catalogue.get_definition(draft.definition).item, case_id=draft.case_id)


def _signed_anew(before: Draft, after: Draft, by: Actor) -> Draft:
    """A pledge is signed for words: those of another situation are signed again, whoever chose it."""
    if after.situation != before.situation:
        return replace(after, elements=after.elements | dict.fromkeys(_signed(after), False), signers={})
    return _with_signers(before, _with_own_pledges(before, after, by), by)


def _with_own_pledges(before: Draft, after: Draft, by: Actor) -> Draft:
    """A pledge (承诺) is the applicant's own word about what is stated. An agent without express authority signs none (refuses
    `PledgeNeedsAuthority`), and where one changes what the applicant signed for, the applicant signs again."""
    item = catalogue.get_definition(after.definition).item
    if by.behalf is None or by.behalf.covers("pledge", item=item, case_id=after.case_id):
        return after
    signed = _signed(after)
    require_pledges(by, signed - _signed(before), item=item, case_id=after.case_id)
    same = _stated(after) == _stated(before)
    return after if same else replace(after, elements=after.elements | dict.fromkeys(signed, False))


def _pledges(draft: Draft) -> set[str]:
    fields = catalogue.get_definition(draft.definition).fields(draft.situation)
    return {field.id for field in fields if field.widget == "pledge"}


def _signed(draft: Draft) -> set[str]:
    return {id for id in _pledges(draft) if draft.elements.get(id) is True}


def _stated(draft: Draft) -> tuple[object, ...]:
    """What a pledge in it is about: the person, the answers, and the papers in whatever order."""
    answers = {id: value for id, value in draft.elements.items() if value is not None and id not in _pledges(draft)}
    return draft.applicant, answers, set(draft.materials)


def _with_signers(before: Draft, after: Draft, by: Actor) -> Draft:
    """Who ticked which pledge. An agent who changes what the applicant signed for signs anew by it."""
    signed = _signed(after)
    who = "agent" if by.behalf else "applicant"
    anew = by.behalf is not None and _stated(after) != _stated(before)
    kept = {id: before.signers.get(id) if before.elements.get(id) is True and not anew else who for id in signed}
    return replace(after, signers={id: name or who for id, name in sorted(kept.items())})


def require_pledges(by: Actor, signed: Collection[str], *, item: str, case_id: UUID) -> None:
    if signed and by.behalf and not by.behalf.covers("pledge", item=item, case_id=case_id):
        raise PledgeNeedsAuthority


def store_draft(node: Node, draft: Draft, *, by: Actor) -> Draft:
    """For services of drafts only: seal and keep it as `by`'s own, or as the principal's."""
    draft = replace(draft, agent=describe_agent(node=node, by=by))
    columns = _columns(node, draft)
    models.Draft.objects.filter(case_id=draft.case_id, region=draft.region, owner=by.owner).update(**columns)
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
