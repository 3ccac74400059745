"""What others may ask: drafts, one case as a person may see it, its record. Lists are in `worklists.py`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.cases import models, record, timeline
from tongban.cases.drafts import Draft, open_content
from tongban.cases.fold import applicant_hash
from tongban.cases.projection import Case
from tongban.cases.reading import Opened, open_case
from tongban.cases.views import CaseView
from tongban.cases.writing import case_key
from tongban.catalogue import queries as catalogue
from tongban.exchange import queries as exchange
from tongban.kernel import strictjson, vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.people import queries as people

STAFF_ROLES = frozenset({"reception", "acceptance", "examiner", "chief", "exit", "supervisor", "liaison"})


def find_draft(*, node: Node, region: str, case_id: UUID, by: Actor, lock: bool = False) -> Draft | None:
    """The actor's own draft; `lock` keeps others from changing it until the transaction ends."""
    rows = models.Draft.objects.select_for_update() if lock else models.Draft.objects
    row = rows.filter(case_id=case_id, region=region, owner=by.owner).first()
    return _draft(node, row) if row and _may_see_draft(row, by) else None


def get_draft(*, node: Node, region: str, case_id: UUID, by: Actor) -> Draft:
    """Only its owner finds it; for everybody else it is `Missing`."""
    draft = find_draft(node=node, region=region, case_id=case_id, by=by)
    if draft is None:
        raise Missing
    return draft


def list_drafts(*, node: Node, region: str, by: Actor) -> list[Draft]:
    rows = models.Draft.objects.filter(region=region, owner=by.owner).order_by("-updated_at")[:20]
    return [_draft(node, row) for row in rows if _may_see_draft(row, by)]


def _may_see_draft(row: models.Draft, by: Actor) -> bool:
    """Its owner, and an agent whose mandate covers its item."""
    if by.behalf is None:
        return True
    return by.behalf.covers("see", item=catalogue.get_definition(row.definition).item, case_id=row.case_id)


def get_case(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> CaseView:
    """A region's copy of a case. Staff see those of their region; a citizen only their own (`Missing` otherwise)."""
    row = _visible(node, region, case_id, by)
    opened = open_case(node, Case.from_json(row.folded), region=region, case_id=case_id)
    return opened.view(by=by, at=at)


def require_sight(*, node: Node, region: str, case_id: UUID, by: Actor) -> None:
    """For services that act on a case: whoever may not see it finds nothing. Refuses `Missing`."""
    _visible(node, region, case_id, by)


def find_owner(*, region: str, case_id: UUID) -> str:
    """The account that handed the case in at this place: a citizen's or a clerk's; empty where it came from elsewhere."""
    return models.Case.objects.filter(case_id=case_id, region=region).values_list("owner", flat=True).first() or ""


def find_item(*, region: str, case_id: UUID) -> str:
    """The code of its item, which mandates name; empty for an unknown case. Nothing personal."""
    return models.Case.objects.filter(case_id=case_id, region=region).values_list("item", flat=True).first() or ""


def list_cases_of_applicant(*, region: str, case_id: UUID) -> list[UUID]:
    """The other cases here of the one who applied in this case. Nothing personal: for what must find something by whose it is."""
    known = models.Case.objects.filter(region=region)
    own = known.filter(case_id=case_id).values_list("applicant", flat=True).first()
    return list(known.filter(applicant=own).exclude(case_id=case_id).values_list("case_id", flat=True)) if own else []


def open_case_for_review(*, node: Node, region: str, case_id: UUID) -> Opened:
    """The case as the machine reads it, to ask registers and evaluate points."""
    row = models.Case.objects.filter(case_id=case_id, region=region).only("folded").first()
    if row is None:
        raise Missing
    return open_case(node, Case.from_json(row.folded), region=region, case_id=case_id)


def export_record(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime, opened: bool = True) -> bytes:
    """The record file (see `record.py`) of this region's copy, for a person who may see the case.

    With `opened` it shows the sealed parts, personal data with them; without, it proves the history just as well.
    """
    _visible(node, region, case_id, by)
    chain = exchange.get_chain(region=region, case_id=case_id)
    receipts = exchange.list_receipts(region=region, case_id=case_id)
    openings = [
        {"cipher": ref.cipher, "name": ref.name, "plaintext": plaintext}
        for ref, plaintext in (_plaintexts(node, region, case_id, chain, by=by) if opened else ())
    ]
    return record.write_record(
        node=node, region=region, case_id=case_id, events=[event.envelope for event in chain],
        receipts=[receipt.envelope for receipt in receipts], openings=openings,
        definitions=list(_definitions(chain)),
    )  # fmt: skip


def _definitions(chain: list[StoredEvent]) -> Iterator[bytes]:
    """The documents that the events name, as far as this node still holds them."""
    for hash in dict.fromkeys(event.payload.body.get("definition") for event in chain):
        try:
            if hash:
                yield strictjson.canonical(catalogue.get_definition(hash).document)
        except catalogue.DefinitionUnknown:
            continue


BETWEEN_OFFICES = frozenset({"message", "note", "opinion"})
"""Sealed parts that the applicant's own record proves without showing them."""
OF_THE_RATER = frozenset({"words"})
"""The same of an officer's record: what was written with a rating."""


def _plaintexts(
    node: Node, region: str, case_id: UUID, chain: list[StoredEvent], *, by: Actor
) -> Iterator[tuple[SealedRef, bytes]]:
    """The small parts; files prove themselves by the commitment inside the application."""
    left_out = BETWEEN_OFFICES if by.kind == "citizen" else OF_THE_RATER if timeline.is_officer(by) else frozenset()
    key = case_key(node=node, region=region, case_id=case_id)
    for event in chain:
        for ref in event.payload.sealed:
            if ref.name != exchange.BLOB and ref.name not in left_out:
                yield ref, vault.read_plaintext(ref, key=key, node=node, region=region)


def _visible(node: Node, region: str, case_id: UUID, by: Actor) -> models.Case:
    row = models.Case.objects.filter(case_id=case_id, region=region).first()
    if row is None or not _may_see(node, row, by):
        raise Missing
    return row


def _may_see(node: Node, row: models.Case, by: Actor) -> bool:
    if by.behalf and not by.behalf.covers("see", item=row.item, case_id=row.case_id):
        return False
    if by.kind == "citizen":
        return row.owner == by.owner or row.applicant in proved_hashes(node, by, row.region)
    if by.region != row.region:
        return False
    return by.kind == "system" or bool(by.roles & STAFF_ROLES) or _inspects(row, by)


def _inspects(row: models.Case, by: Actor) -> bool:
    """What the own office was told to look after, and nothing else."""
    return by.may("inspector") and bool(row.inspect_office) and row.inspect_office == by.office


def proved_hashes(node: Node, by: Actor, region: str) -> set[str]:
    """The keyed hash of a citizen's identity, once proved by the identity provider; a typed number proves nothing."""
    citizen = people.find_citizen_by_ref(node=node, ref=by.owner)
    if citizen is None or not citizen.verified or not citizen.id_kind or not citizen.id_number:
        return set()
    return {applicant_hash(node, id_kind=citizen.id_kind, id_number=citizen.id_number, region=region)}


def _draft(node: Node, row: models.Draft) -> Draft:
    key = case_key(node=node, region=row.region, case_id=row.case_id)
    content: dict[str, Any] = open_content(bytes(row.sealed), key=key, suite=node.suite)
    return Draft(
        case_id=row.case_id, region=row.region, owner=row.owner, item=row.item, definition=row.definition, version=row.version,
        updated_at=row.updated_at, **content,
    )  # fmt: skip
