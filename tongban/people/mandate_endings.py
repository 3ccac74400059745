"""How a mandate ends, and its history. Below accounts of every kind, for closing one of them ends its mandates."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden
from tongban.people import models

WHO_MAY = {"death": ("reception", "supervisor"), "ban": ("supervisor",), "left_office": ("operator",)}
"""Besides the machine: a clerk who has seen the certificate, a supervisor who bars a helper, the operator who ends an account."""

HELD_ONLY = ("ban", "left_office")
"""Ends what the account does for others, and leaves what others do for it."""


def end_mandates_of(*, ref: str, reason: str, by: Actor, at: datetime) -> int:
    """Every mandate that an account gave or holds: death, ban, closed account. Returns how many were open. Refuses `Forbidden`."""
    if not may_end_all(reason, ref, by):
        raise Forbidden
    with transaction.atomic():
        rows = models.Mandate.objects.select_for_update().filter(ended_at=None)
        given = [] if reason in HELD_ONLY else list(rows.filter(principal=ref))
        found = [*given, *rows.filter(agent=ref)]
        for row in found:
            end(row, reason, by=by.ref, at=at)
    return len(found)


def may_end_all(reason: str, ref: str, by: Actor) -> bool:
    if reason == "account_closed" and by.ref == ref:
        return True
    if by.kind == "system":
        return True
    return by.kind == "staff" and any(by.may(role) for role in WHO_MAY.get(reason, ()))


def end(row: models.Mandate, reason: str, *, by: str, at: datetime) -> None:
    row.ended_at, row.ended_why = at, reason
    row.save(update_fields=["ended_at", "ended_why"])
    happened(row, "ended", by=by, at=at, reason=reason)


def happened(
    row: models.Mandate, what: str, *, by: str, at: datetime, act: str = "", case_id: UUID | None = None, reason: str = ""
) -> None:  # fmt: skip
    models.MandateEvent.objects.create(mandate=row, what=what, at=at, by=by, act=act, case_id=case_id, reason=reason)
