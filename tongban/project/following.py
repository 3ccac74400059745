"""What follows a case without moving it on: people are told, papers are printed. One job does both, for everything that happened meanwhile."""

from django.conf import settings
from procrastinate.contrib.django import app

from tongban.kernel.behind import QUEUE, defer_once
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.patience import ForEver
from tongban.notices import jobs as notices
from tongban.papers import jobs as papers
from tongban.papers.services import is_of_interest


def follow_soon(node: Node, event: StoredEvent) -> None:
    """In the transaction that stores the event."""
    if notices.is_of_interest(event) or (settings.PAPERS and is_of_interest(event)):
        defer_once(follow, region=event.holder, case_id=event.case, seq=event.seq, wait=settings.FOLLOW_SECONDS)


@app.task(name="project.follow", queue=QUEUE, retry=ForEver())
def follow(*, region: str, case_id: str, seq: int) -> None:
    """Of the events from `seq` on. Neither keeps the other from being done."""
    try:
        notices.tell(region=region, case_id=case_id, seq=seq)
    finally:
        if settings.PAPERS:
            papers.issue_due(region=region, case_id=case_id)
