"""After a restore: what the backup does not know of cases that were handed in since, and other places do (R16)."""

from collections.abc import Sequence
from datetime import datetime

from tongban.cases import numbers
from tongban.cases.models import Draft
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node


def take_back(node: Node, events: Sequence[StoredEvent]) -> None:
    """Registered for own events that come back: a case that was handed in is no draft, and its number is taken."""
    for event in events:
        if event.payload.kind_name == "cases.submitted":
            Draft.objects.filter(case_id=event.case, region=event.holder).delete()
            numbers.pass_number(str(event.payload.body.get("number", "")), region=event.holder)


def leave_numbers_out(node: Node, at: datetime) -> None:
    for region in node.regions:
        numbers.leave_numbers_out(region=region, at=at)
