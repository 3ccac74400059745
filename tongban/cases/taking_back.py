"""After a restore: what the backup does not know of cases that were handed in since, and other places do (R16)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from tongban.cases.models import Draft
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.workdays import legal_day

LEFT_OUT = 10_000
"""Numbers of the day of the restore that may have been given to people after the backup: a gap is better than a double."""

_RAISE = (
    "INSERT INTO cases_numbercounter (region, day, last) VALUES (%s, %s, %s)"
    " ON CONFLICT (region, day) DO UPDATE SET last = greatest(cases_numbercounter.last, excluded.last)"
)
_LEAVE_OUT = (
    "INSERT INTO cases_numbercounter (region, day, last) VALUES (%s, %s, %s)"
    " ON CONFLICT (region, day) DO UPDATE SET last = cases_numbercounter.last + excluded.last"
)


def take_back(node: Node, events: Sequence[StoredEvent]) -> None:
    """Registered for own events that come back: a case that was handed in is no draft, and its number is taken."""
    for event in events:
        if event.payload.kind_name == "cases.submitted":
            Draft.objects.filter(case_id=event.case, region=event.holder).delete()
            _take_number(event.holder, str(event.payload.body.get("number", "")))


def leave_numbers_out(node: Node, at: datetime) -> None:
    with connection.cursor() as cursor:
        for region in node.regions:
            cursor.execute(_LEAVE_OUT, [region, legal_day(at), LEFT_OUT])


def _take_number(region: str, number: str) -> None:
    """`370115-20261120-000123`; anything else was not given here."""
    try:
        given_by, day, running = number.split("-")
        values: list[str | date | int] = [region, date.fromisoformat(day), int(running)]
    except ValueError:
        return
    if given_by == region:
        with connection.cursor() as cursor:
            cursor.execute(_RAISE, values)
