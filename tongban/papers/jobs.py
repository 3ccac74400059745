"""Background steps of `papers`. Arguments are ids only."""

from uuid import UUID

from procrastinate.contrib.django import app

from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.events import StoredEvent
from tongban.kernel.patience import ForEver
from tongban.kernel.scope import scope
from tongban.papers import services


def issue_soon(event: StoredEvent) -> None:
    """In the transaction that stores the event. The jobs of one case run one after the other."""
    if services.is_of_interest(event):
        lock = f"papers {event.holder} {event.case}"
        issue_due.configure(lock=lock).defer(region=event.holder, case_id=str(event.case))


@app.task(name="papers.issue_due", retry=ForEver())
def issue_due(*, region: str, case_id: str) -> None:
    with scope([region]):
        services.issue_due(
            node=registries.current_node(), region=region, case_id=UUID(case_id), by=system(region), at=now()
        )
