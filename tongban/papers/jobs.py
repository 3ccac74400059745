"""Background steps of `papers`. Arguments are ids only."""

from uuid import UUID

from procrastinate.contrib.django import app

from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.behind import QUEUE, defer_once
from tongban.kernel.clock import now
from tongban.kernel.events import StoredEvent
from tongban.kernel.patience import ForEver
from tongban.kernel.scope import scope
from tongban.papers import services


def issue_soon(event: StoredEvent) -> None:
    """In the transaction that stores the event."""
    if services.is_of_interest(event):
        defer_once(issue_due, region=event.holder, case_id=event.case)


@app.task(name="papers.issue_due", queue=QUEUE, retry=ForEver())
def issue_due(*, region: str, case_id: str) -> None:
    with scope([region]):
        services.issue_due(
            node=registries.current_node(), region=region, case_id=UUID(case_id), by=system(region), at=now()
        )
