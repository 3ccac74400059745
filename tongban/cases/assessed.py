"""Cases that were assessed, with what was read then: the recorded inputs on which a draft of the rules is tried.

Read in portions and in the order of their ids, so that a long reading misses no case that moves on meanwhile. Nothing is opened that the
reader did not ask for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.cases import models
from tongban.cases.projection import Case
from tongban.kernel import vault
from tongban.kernel.events import Json, SealedRef, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.sealing import DataKey
from tongban.rules.facts import Fact

FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Assessed:
    """`outcome` and `points` as signed; `values` what was read (sealed on the chain; None when it was erased). Holds personal data.

    `stated` and `evidence`: what the applicant said and the registers answered, only where it was asked for.
    """

    case_id: UUID
    number: str
    situation: str
    definition: str
    outcome: str
    points: dict[str, str]
    decision: str
    decided_by: str
    values: Json | None
    stated: tuple[Fact, ...] = ()
    evidence: tuple[Fact, ...] = ()


def list_assessed(
    *, node: Node, region: str, item: str, since: datetime | None, after: UUID = FIRST, size: int = 500,
    opens: Callable[[str, str], bool] = lambda definition, situation: False,
) -> tuple[list[Assessed], UUID | None]:  # fmt: skip
    """The next cases that `region` decides and has assessed since then, and where to go on; None: there are no more.

    `opens(definition, situation)`: whether the application and the evidence are opened too.
    """
    rows = models.Case.objects.filter(region=region, item=item, case_id__gt=after).order_by("case_id")
    if since:
        rows = rows.filter(updated_at__gte=since)
    read = [(row[0], Case.from_json(row[1])) for row in rows.values_list("case_id", "folded")[:size]]
    wanted = {case_id: case for case_id, case in read if _counts(case, region, since)}
    going_on = read[-1][0] if len(read) == size else None
    return _opened(node, region, wanted, opens), going_on


def _counts(case: Case, region: str, since: datetime | None) -> bool:
    if case.deciding != region or not case.assessed_at or "assessment" not in case.parts:
        return False
    return since is None or parse_instant(case.assessed_at) >= since


def _opened(node: Node, region: str, cases: dict[UUID, Case], opens: Callable[[str, str], bool]) -> list[Assessed]:
    keys = vault.find_keys(node=node, region=region, case_ids=list(cases))
    wider = {case_id for case_id, case in cases.items() if opens(case.definition, case.situation)}
    refs = [pair for id, case in cases.items() if id in keys for pair in _refs(case, keys[id], wide=id in wider)]
    found = vault.find_parts(refs, node=node, region=region) if refs else {}
    return [_assessed(id, case, found, wide=id in wider) for id, case in cases.items()]


def _refs(case: Case, key: DataKey, *, wide: bool) -> list[tuple[SealedRef, DataKey]]:
    parts = [case.parts["assessment"]]
    if wide:
        parts += [case.parts["application"], *(entry["part"] for entry in case.evidence if entry["part"])]
    return [(SealedRef(**part), key) for part in parts]


def _assessed(case_id: UUID, case: Case, found: dict[tuple[UUID, str], Any], *, wide: bool) -> Assessed:
    values = found.get((case_id, case.parts["assessment"]["cipher"]))
    return Assessed(
        case_id=case_id, number=case.number, situation=case.situation, definition=case.definition,
        outcome=case.assessment["outcome"], points=case.assessment["points"], decision=case.decision.get("outcome", ""),
        decided_by=case.decision.get("decided_by", ""), values=values,
        stated=_stated(case_id, case, found) if wide and values else (),
        evidence=_evidence(case_id, case, found) if wide and values else (),
    )  # fmt: skip


def _stated(case_id: UUID, case: Case, found: dict[tuple[UUID, str], Any]) -> tuple[Fact, ...]:
    application = found.get((case_id, case.parts["application"]["cipher"])) or {"elements": {}}
    at = parse_instant(case.submitted_at)
    return tuple(Fact(name, value, "declared", at, "submitted") for name, value in application["elements"].items())


def _evidence(case_id: UUID, case: Case, found: dict[tuple[UUID, str], Any]) -> tuple[Fact, ...]:
    ciphers = [entry["part"]["cipher"] for entry in case.evidence if entry["part"]]
    return tuple(Fact.from_json(fact) for cipher in ciphers for fact in found.get((case_id, cipher), []))
