"""From a signature to a licence in somebody's hand: the event, then a witness, then valid (R18). Every step may be called again at any time."""

import base64
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from tongban.cases import queries as cases
from tongban.cases import services as case_services
from tongban.cases.fold import read_folded
from tongban.cases.licence_changes import find_licence
from tongban.cases.licence_events import LicenceIssued
from tongban.exchange import queries as exchange
from tongban.exchange.services import is_witnessed
from tongban.kernel import crash, strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.events import SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.workdays import legal_day
from tongban.licences import models
from tongban.licences.changing import change_by_machine
from tongban.licences.operations import IN_FORCE, LAPSED, REVOKED, SUSPENDED, VALID

ENDED = "former-licence-ended"
"""Why a cancellation is blocked that has nothing left to cancel."""

log = structlog.get_logger()


def issue(*, node: Node, region: str, reservation: int, by: Actor, at: datetime) -> bool:
    """Put a signed licence on the chain of its case; whether it is there. Refuses `CaseElsewhere`: then it is tried again."""
    row = models.Reservation.objects.select_for_update().filter(id=reservation, region=region).first()
    if row is None or row.state != "signed":
        return row is not None and row.state in {"issued", "valid"}
    opened = cases.open_case_for_review(node=node, region=region, case_id=row.case_id)
    if opened.case.inspection.get("state") == "revoked":
        stop(row, "decision-revoked")
        return False
    told = next(
        (one for one in opened.case.licences if (one["type"], one["decision"]) == (row.type, row.decision_seq)), None
    )
    if told and told["identifier"] != row.identifier:
        # Issued in a life of this node that a restore has forgotten.
        stop(row, "issued-before")
        return False
    licence = Sealed(SealedRef(**row.part), bytes(row.content))
    # The state first: storing the event may find that nobody has to witness it, and then it is valid at once.
    row.state, row.issued_at = "issued", at
    row.save(update_fields=["state", "issued_at"])
    crash.point("licence.begun")
    if not told:
        case_services.record_licence(
            node=node, region=region, case_id=row.case_id, event=_event(row), licence=licence, by=by, at=at
        )  # fmt: skip
    crash.point("licence.appended")
    return True


def hand_over(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> list[str]:
    """Licences of the case that another node has stored, or none need store, become valid and are given to the citizen; their identifiers."""
    waiting = models.Licence.objects.filter(region=region, case_id=case_id, issuer=region, witnessed_at=None)
    events = {event.seq: event for event in exchange.list_events(region, case_id)} if waiting else {}
    witnessed = [row for row in waiting if is_witnessed(node, events[row.seq], at)]
    for row in witnessed:
        models.Licence.objects.filter(identifier=row.identifier, issuer=region).update(witnessed_at=at)
        models.Reservation.objects.filter(region=region, identifier=row.identifier, state="issued").update(
            state="valid", valid_at=at
        )
        crash.point("licence.handed-over")
        try:
            with transaction.atomic():
                replace_former(node=node, region=region, identifier=row.identifier, by=by, at=at)
        except Refused as refused:
            # Its case is with another place for the moment; `looking.py` comes back to it.
            log.info("former licence not replaced yet", case=str(case_id), region=region, code=refused.code)
    return [row.identifier for row in witnessed]


def end_licence(*, node: Node, region: str, reservation: int, by: Actor, at: datetime) -> None:
    """A decision to cancel: what it is about is cancelled, in the version that is in force by now.

    Where none is, nothing is left to cancel: the reservation is blocked with that reason, tried by nobody again, until a person has seen it.
    """
    row = (
        models.Reservation.objects.select_for_update().filter(id=reservation, region=region, operation="cancel").first()
    )
    if row is None or row.state != "issued" or (row.due_on and legal_day(at) < row.due_on):
        return
    case = read_folded(region, row.case_id)
    if case and case.inspection.get("state") == "revoked":
        stop(row, "decision-revoked")
        return
    newest = _in_force(row)
    if newest is None:
        row.state, row.reason = "blocked", ENDED
        row.save(update_fields=["state", "reason"])
        return
    change_by_machine(
        node=node, region=region, identifier=newest, operation="cancel", reason_code="holder_asked", by=by, at=at
    )  # fmt: skip
    row.follows = newest
    row.state, row.valid_at = "valid", at
    row.save(update_fields=["follows", "state", "valid_at"])


def _in_force(row: models.Reservation) -> str | None:
    """The licence that is to be cancelled; where it was replaced meanwhile, its newest version. None where all of it is over."""
    own = models.Licence.objects.filter(region=row.region, issuer=row.region)
    asked = own.get(identifier=row.follows)
    versions = own.filter(number=asked.number, type=asked.type, status__in=IN_FORCE)
    return versions.order_by("-issued_at", "-id").values_list("identifier", flat=True).first()


def end_with_decision(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> None:
    """The decision was revoked: its licences are, and what is not issued yet never will be."""
    rows = models.Reservation.objects.select_for_update().filter(region=region, case_id=case_id)
    for row in rows.filter(state__in=("reserved", "signing", "signed", "blocked")):
        stop(row, "decision-revoked")
    held = models.Licence.objects.filter(region=region, case_id=case_id, issuer=region)
    for identifier in list(held.filter(status__in=IN_FORCE).values_list("identifier", flat=True)):
        change_by_machine(
            node=node, region=region, identifier=identifier, operation="revoke", reason_code="decision_revoked", by=by, at=at
        )  # fmt: skip
        try:
            with transaction.atomic():
                reinstate_former(node=node, region=region, identifier=identifier, by=by, at=at)
        except Refused as refused:
            # Its case is with another place for the moment; `looking.py` comes back to it.
            log.info("former licence not reinstated yet", case=str(case_id), region=region, code=refused.code)


def stop(row: models.Reservation, reason: str) -> None:
    row.state, row.reason = "stopped", reason
    row.save(update_fields=["state", "reason"])


def _event(row: models.Reservation) -> LicenceIssued:
    face: Any = strictjson.parse(bytes(row.face))
    return LicenceIssued(
        identifier=row.identifier, type=row.type, number=row.number, operation=row.operation, decision=row.decision_seq, face=face,
        signature=base64.b64encode(bytes(row.signature)).decode(), follows=row.follows,
    )  # fmt: skip


def replace_former(*, node: Node, region: str, identifier: str, by: Actor, at: datetime) -> bool:
    """The version that a valid licence follows lapses; whether it did. Only now: until the new one is valid the old one is."""
    row = models.Licence.objects.filter(region=region, issuer=region, identifier=identifier).first()
    former = (
        models.Licence.objects.filter(region=region, identifier=row.follows).first() if row and row.follows else None
    )
    if row is None or row.witnessed_at is None or former is None or former.status not in IN_FORCE:
        return False
    change_by_machine(
        node=node, region=region, identifier=former.identifier, operation="replace", reason_code="newer_version", by=by, at=at
    )  # fmt: skip
    return True


def reinstate_former(*, node: Node, region: str, identifier: str, by: Actor, at: datetime) -> bool:
    """A version was revoked with its decision: the one before it, which lapsed for a newer one, stands again as it stood then; whether it did.

    Not where its days are over: then a new application is needed, as for any licence that has run out.
    """
    own = models.Licence.objects.filter(region=region, issuer=region)
    row = own.filter(identifier=identifier, status=REVOKED).first()
    former = own.filter(identifier=row.follows).first() if row and row.follows else None
    # What was revoked is no licence to go back to.
    while former and (former.status == REVOKED or _is_revoked(former)):
        former = own.filter(identifier=former.follows).first() if former.follows else None
    replaced = _replaced_from(former) if former else ""
    newest = own.filter(number=row.number, type=row.type).order_by("-issued_at", "-id").first() if row else None
    if former is None or newest != row or not replaced or not former.lasts_on(legal_day(at)):
        return False
    operation = "reinstate_suspended" if replaced == SUSPENDED else "reinstate"
    change_by_machine(
        node=node, region=region, identifier=former.identifier, operation=operation, reason_code="newer_revoked", by=by, at=at
    )  # fmt: skip
    return True


def _is_revoked(row: models.Licence) -> bool:
    case = read_folded(row.region, row.case_id)
    return case is not None and case.inspection.get("state") == "revoked"


def _replaced_from(row: models.Licence) -> str:
    """The status from which it lapsed for a newer version, "" where it did not."""
    case = read_folded(row.region, row.case_id)
    told = find_licence(case, row.identifier) if case else None
    changes = told["changes"] if told else []
    if row.status != LAPSED or not changes or changes[-1]["operation"] != "replace":
        return ""
    return str(changes[-2]["status"]) if len(changes) > 1 else VALID
