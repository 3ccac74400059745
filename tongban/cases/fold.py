"""Keeps the derived row of a case in step with its chain, in the transaction that stores the events."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tongban.cases import projection
from tongban.cases.models import Case
from tongban.kernel import vault
from tongban.kernel.events import SealedRef, StoredEvent, parse_instant
from tongban.kernel.node import Node
from tongban.people.identity import mask_name, mask_number


def fold_events(node: Node, events: Sequence[StoredEvent]) -> None:
    """Registered for every `cases.*` kind. `events` are consecutive, of one copy."""
    region, case_id = events[0].holder, events[0].case
    row = Case.objects.filter(case_id=case_id, region=region).first()
    before = projection.Case.from_json(row.folded) if row else None
    case = projection.fold(before, events)
    if case is None:
        return
    columns = _columns(case, region=region, updated_at=events[-1].received_at)
    if before is None or case.parts.get("application") != before.parts.get("application"):
        columns |= _person(node, case, region=region, events=events)
    if row is None:
        owner = events[0].payload.actor["ref"] if region == case.receiving else ""
        Case.objects.create(region=region, case_id=case_id, owner=owner, **columns)
    else:
        Case.objects.filter(pk=row.pk).update(**columns)


def _columns(case: projection.Case, *, region: str, updated_at: Any) -> dict[str, Any]:
    return {
        "number": case.number,
        "item": case.item,
        "partner": case.deciding if region == case.receiving else case.receiving,
        "state": case.state,
        "desk": case.desk_of(region),
        "seq": case.seq,
        "received_at": parse_instant(case.received_at) if case.received_at else None,
        "due_on": date.fromisoformat(case.due_on) if case.due_on else None,
        "updated_at": updated_at,
        "folded": case.as_json(),
    }


def _person(node: Node, case: projection.Case, *, region: str, events: Sequence[StoredEvent]) -> dict[str, Any]:
    """What lists show and find of the person: a masked label under the region's key and a keyed hash of the identity number."""
    key = vault.get_key(node=node, region=region, case_id=events[0].case)
    ref = SealedRef(**case.parts["application"])
    application: Any = vault.read_part(ref, key=key, node=node, region=region)
    person = application["applicant"]
    label = f"{mask_name(person['name'])} {mask_number(person['id_number'])}"
    return {
        "label": node.seal_locally(label, purpose="label", region=region),
        "applicant": applicant_hash(node, id_kind=person["id_kind"], id_number=person["id_number"], region=region),
    }


def applicant_hash(node: Node, *, id_kind: str, id_number: str, region: str) -> str:
    return node.keyed_hash(f"{id_kind}:{id_number}", purpose="applicant", region=region)
