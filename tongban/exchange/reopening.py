"""After a restore: which cases may be written to again, and which wait for a region that has not answered (R15)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from tongban.exchange import incarnation
from tongban.exchange.incarnation import Life
from tongban.exchange.models import CaseHead, Event
from tongban.kernel import envelopes
from tongban.kernel.events import Payload
from tongban.kernel.node import Node

CHUNK = 500


def release(node: Node, life: Life, region: str, at: datetime) -> int:
    """Let cases be written to that no silent region has to do with; returns how many. Inside a scope of `region`."""
    silent = incarnation.unanswered(node, life, region=region, at=at)
    if not silent:
        return _reopen(region, None)
    waiting = CaseHead.objects.filter(region=region, recovering=True).exclude(audience__overlap=sorted(silent))
    opened = 0
    for chunk in _chunks(waiting.values_list("case_id", flat=True)):
        named = _named_by_clauses(region, chunk)
        opened += _reopen(region, [case_id for case_id in chunk if not named.get(case_id, set()) & silent])
    return opened


def _named_by_clauses(region: str, case_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """The place that decides may have been offered the case by an event that is forgotten here and not known to the audience."""
    named: dict[UUID, set[str]] = {}
    rows = Event.objects.filter(region=region, case_id__in=case_ids, baton__in=("open", "offer"))
    for case_id, raw in rows.values_list("case_id", "envelope"):
        clause = Payload.from_json(envelopes.read(bytes(raw), type=envelopes.EVENT).claims()).clause
        if clause:
            named.setdefault(case_id, set()).update((clause.receiving, clause.deciding))
    return named


_REOPEN = """
    UPDATE exchange_casehead SET recovering = false, state = CASE
        WHEN parked <> '' THEN 'parked'
        WHEN offered_by <> '' AND region IN (offered_by, writer) THEN 'offered'
        WHEN offered_by = '' AND writer = region THEN 'held'
        ELSE 'foreign' END
    WHERE region = %s AND recovering
"""
"""The state as `Copy.state` has it."""


def _reopen(region: str, case_ids: Sequence[UUID] | None) -> int:
    """All of them for None."""
    narrowed = "" if case_ids is None else " AND case_id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN + narrowed, [region, *([] if case_ids is None else [list(case_ids)])])
        return int(cursor.rowcount)


def _chunks(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    found = list(ids)
    for first in range(0, len(found), CHUNK):
        yield found[first : first + CHUNK]
