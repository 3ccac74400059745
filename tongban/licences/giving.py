"""A licence as material of a new application by reference (免提交): nothing is uploaded, and nothing is given without the holder's word."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db import transaction

from tongban.cases import queries as case_queries
from tongban.cases import services as cases
from tongban.cases.drafts import Draft, Material
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.definition import Material as Wanted
from tongban.documents import services as documents
from tongban.kernel import sealing, vault
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.licences.files import read_file
from tongban.licences.sharing import require_usable
from tongban.licences.taking import record_taking
from tongban.licences.types import list_types
from tongban.licences.wallet import Card, get_card, list_cards

WAY = "e-licence"
_PART = "file"
_DATA = Path(__file__).parent / "data" / "materials.yaml"


class ConsentMissing(Refused):
    status = 422
    text = Text("没有您的同意，证照不会提供给任何人。", "Without your consent the licence is given to nobody.")
    advice = Text("勾选同意后再提交，或改用其他方式。", "Tick the consent, or hand the document in another way.")


def list_fitting(*, node: Node, draft: Draft, by: Actor, at: datetime) -> dict[str, list[Card]]:
    """Material of the application → licences of the account that stand for it and can be used today. Nothing that is there already."""
    definition = catalogue.get_definition(draft.definition)
    wanted = {
        material.id: types
        for material in definition.situation(draft.situation).materials
        if not draft.material(material.id) and (types := types_for(material, definition))
    }
    usable = [card for card in list_cards(node=node, by=by, at=at) if card.usable] if wanted else []
    found = {id: [card for card in usable if card.held.type in types] for id, types in wanted.items()}
    return {id: cards for id, cards in found.items() if cards}


def give_licence(
    *, node: Node, region: str, draft_id: UUID, material: str, card: Card, consent: bool, by: Actor, at: datetime
) -> None:
    """Seal the licence under the key of the application and name it there. Refuses `ConsentMissing`, `LicenceNotInForce`, `Missing`."""
    if not consent:
        raise ConsentMissing
    require_usable(card)
    held = card.held
    with transaction.atomic():
        draft = case_queries.get_draft(node=node, region=region, case_id=draft_id, by=by)
        wanted = _wanted(draft, material, card)
        _, view = get_card(node=node, region=held.region, case_id=held.case_id, key=card.key, by=by, at=at)
        file = read_file(view, node=node, form="pdf", by=by, at=at)
        sealed = sealing.seal(
            file.data, name=_PART, key=vault.get_key(node=node, region=region, case_id=draft_id), suite=node.suite
        )
        documents.store_blob(
            node=node, region=region, case_id=draft_id, cipher=sealed.ref.cipher, data=sealed.ciphertext, at=at, ref=sealed.ref,
            made_here=True,
        )  # fmt: skip
        brought = Material(material, WAY, file.name, file.media_type, len(file.data), False, sealed.ref)
        cases.save_draft(node=node, region=region, case_id=draft_id, materials=[brought], by=by, at=at)
        record_taking(
            node=node, region=held.region, case_id=held.case_id, identifier=held.identifier, form="material", reason=wanted.name.zh,
            for_case=draft_id, by=by, at=at,
        )  # fmt: skip


def types_for(material: Wanted, definition: Definition) -> frozenset[str]:
    """Licence types that stand for this material: those that its issuing item gives, and those of `materials.yaml`."""
    if WAY not in material.ways:
        return frozenset()
    given = {one.id for one in list_types() for by in one.given_by if material.issued_by == by.item}
    return frozenset(given | set(_stands_for().get(definition.item, {}).get(material.id, ())))


def _wanted(draft: Draft, material: str, card: Card) -> Wanted:
    definition = catalogue.get_definition(draft.definition)
    for one in definition.situation(draft.situation).materials:
        if one.id == material and card.held.type in types_for(one, definition):
            return one
    raise Missing


@cache
def _stands_for() -> Mapping[str, Mapping[str, Sequence[str]]]:
    read: Any = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return dict(read)
