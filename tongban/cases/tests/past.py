"""Many assessed cases at once: rows, keys and sealed parts of one real case written again under other ids, each with its own values.

They have no chain; what reads recorded inputs does not look at it.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from tongban.cases import models
from tongban.cases.fold import read_folded
from tongban.cases.projection import Case
from tongban.kernel import vault
from tongban.kernel.events import Json, SealedRef
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.sealing import DataKey, Sealed, seal_json


def seed_past(*, node: Node, region: str, pattern: UUID, assessments: Sequence[Json]) -> list[UUID]:
    """A case like `pattern` for each of `assessments` (`Assessment.as_json`, with points as in events). The ids are in their order."""
    row = models.Case.objects.get(region=region, case_id=pattern)
    case = read_folded(region, pattern)
    assert case is not None
    key = vault.get_key(node=node, region=region, case_id=pattern)
    application = vault.read_part(SealedRef(**case.parts["application"]), key=key, node=node, region=region)
    ids = [new_id() for _ in assessments]
    copies = [
        _copy(node, region, row, case, id, application, values) for id, values in zip(ids, assessments, strict=True)
    ]
    models.Case.objects.bulk_create(copies)
    return ids


def _copy(
    node: Node, region: str, row: models.Case, case: Case, id: UUID, application: object, values: Json
) -> models.Case:
    key = vault.create_key(node=node, region=region, case_id=id)
    sealed = [_seal(node, region, key, "application", application), _seal(node, region, key, "assessment", values)]
    parts = {part.ref.name: part.ref.as_json() for part in sealed}
    points = {point: str(verdict).lower().replace("none", "unknown") for point, verdict in values["points"].items()}
    body = case.assessment | {"outcome": values["outcome"], "points": points}
    folded = replace(case, parts=parts, assessment=body, evidence=())
    columns = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return models.Case(**columns | {"case_id": id, "folded": folded.as_json()})


def _seal(node: Node, region: str, key: DataKey, name: str, value: object) -> Sealed:
    part = seal_json(value, name=name, key=key, suite=node.suite)
    vault.store_parts(region=region, case_id=key.case, parts=[part])
    return part
