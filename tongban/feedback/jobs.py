"""Background steps of `feedback`. Arguments are ids only."""

from uuid import UUID

from procrastinate.contrib.django import app

from tongban.feedback import services
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.events import StoredEvent
from tongban.kernel.patience import ForEver
from tongban.kernel.scope import scope


def note_soon(event: StoredEvent) -> None:
    """In the transaction that stores the event, at each of the two places."""
    note_rating.defer(region=event.holder, case_id=str(event.case), seq=event.seq)


@app.task(name="feedback.note_rating", retry=ForEver())
def note_rating(*, region: str, case_id: str, seq: int) -> None:
    with scope([region]):
        services.note_rating(node=registries.current_node(), region=region, case_id=UUID(case_id), seq=seq, at=now())
