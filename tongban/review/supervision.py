"""Approval and supervision joined (审管联动), the part of the machine: the supervising office is told of an approval, a supervisor of what is
late, and the systems outside of a revocation. What people do is in `cases/services/inspecting.py`.

Every service may be called again at any time. The network is asked between two transactions, never inside one.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

import structlog

from tongban.cases import inspections
from tongban.cases import queries as cases
from tongban.cases import services as case_services
from tongban.cases.inspections import CREDIT
from tongban.cases.reading import Opened
from tongban.exchange import queries as exchange
from tongban.exchange.services import is_witnessed
from tongban.kernel.actors import Actor
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review.adapters.base import Person, Silent
from tongban.review.adapters.revocations import Noted, Revocation, RevocationSystem

log = structlog.get_logger()


class RevocationUnheard(Exception):
    """A system outside gave no usable answer; telling it is to be repeated."""


def push_to_supervision(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> bool:
    """Tell the supervising office of an approval (推送监管); whether there was anything to tell."""
    with scope([region]):
        return case_services.ask_inspection(node=node, region=region, case_id=case_id, by=by, at=at)


def tell_revocation(
    *, node: Node, region: str, case_id: UUID, by: Actor, at: datetime, systems: Mapping[str, RevocationSystem]
) -> None:
    """Tell the system that holds the result, and after a broken pledge the credit record. `systems` by the names of definitions' effects.

    Idempotent by the case. What is not configured is left for the hourly look; a silent one raises `RevocationUnheard`.
    """
    with scope([region]):
        opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
        if opened.case.state not in {"revoked", "archived"} or opened.case.deciding != region:
            return
    unheard = [
        answer.reason
        for system, name in _untold(opened)
        if isinstance(answer := _tell(node, region, opened, system, systems.get(name), by, at), Silent)
    ]
    if unheard:
        raise RevocationUnheard(unheard[0])


def may_be_told(*, node: Node, region: str, case_id: UUID, at: datetime) -> bool:
    """Whether another node has stored the revocation too: what leaves for the world outside outlives the loss of this node (R18)."""
    with scope([region]):
        chain = exchange.get_chain(region=region, case_id=case_id)
        return any(is_witnessed(node, event, at) for event in chain if event.payload.kind_name == "cases.revoked")


def watch_inspections(*, node: Node, region: str, by: Actor, at: datetime, systems: Collection[str]) -> list[UUID]:
    """Tell a supervisor of what is late; returns the cases of which one of `systems`, those that can be told, still has to know."""
    with scope([region]):
        late = inspections.list_to_report(region=region, at=at)
        untold = inspections.list_untold_revocations(region=region, systems=systems)
    for case_id in late:
        _note_overdue(node, region, case_id, by, at)
    return untold


def _note_overdue(node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> None:
    """In a transaction of its own: one that cannot be written now keeps no other waiting."""
    try:
        with scope([region]):
            case_services.note_overdue(node=node, region=region, case_id=case_id, by=by, at=at)
    except Refused as refused:
        log.info("not now", case=str(case_id), region=region, code=refused.code)


def _untold(opened: Opened) -> Iterator[tuple[str, str]]:
    """As events name a system, and as the settings do."""
    found = opened.case.inspection
    told = found.get("told", {})
    if "effect" not in told:
        yield "effect", opened.definition.effect
    if found.get("pledged") and CREDIT not in told:
        yield CREDIT, CREDIT


def _tell(
    node: Node, region: str, opened: Opened, name: str, system: RevocationSystem | None, by: Actor, at: datetime
) -> Noted | Silent | None:
    if system is None:
        return None
    answer = system.tell(key=opened.case_id, revocation=_revocation(opened))
    if isinstance(answer, Noted):
        with scope([region]):
            case_services.record_revocation_told(
                node=node, region=region, case_id=opened.case_id, system=name, acknowledgement=answer.reference, by=by, at=at
            )  # fmt: skip
    return answer


def _revocation(opened: Opened) -> Revocation:
    case, applicant, revoked = opened.case, opened.application["applicant"], opened.case.inspection["revoked"]
    return Revocation(
        person=Person(applicant["name"], applicant["id_kind"], applicant["id_number"]), number=case.number, item=case.item,
        situation=case.situation, deciding=case.deciding, result=case.effect.get("acknowledgement", ""), article=revoked["article"],
        revoked_on=legal_day(parse_instant(revoked["at"])), broken_pledge=bool(case.inspection["pledged"]),
    )  # fmt: skip
