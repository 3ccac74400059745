"""Events of this region that come from a peer: written in a life that was forgotten. What stood beside them in the database comes back too."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from tongban.exchange import incarnation, log
from tongban.exchange.log import FORGOTTEN, Copy
from tongban.exchange.models import Command, Event
from tongban.kernel import registries
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node


def take_back(*, node: Node, copy: Copy, events: Sequence[StoredEvent], at: datetime) -> None:
    """`events`: own ones, just stored. The commands that wrote them are known again, so that they are not done twice; every other region is
    sent them, and answers with the receipt it gave before; contexts take back what hangs on them."""
    Command.objects.bulk_create(
        [_command(copy, list(written)) for _, written in groupby(events, key=lambda event: event.payload.cmd)],
        ignore_conflicts=True,
    )
    rows = [(peer, event.seq) for event in events for peer in event.payload.audience if peer != copy.region]
    log.queue_events(region=copy.region, case_id=copy.case_id, rows=rows, at=at)
    registries.take_back(node, events)


def introduce(*, node: Node, copy: Copy, joined: Sequence[str], at: datetime) -> None:
    """Somebody else brought regions in, which may have promised us to refuse what we wrote in an older life: only we can declare it to them,
    and do so when they refuse it from us (R16)."""
    if not incarnation.get_life(node).nonce:
        return
    own = Event.objects.filter(case_id=copy.case_id, region=copy.region, author=copy.region)
    rows = [(peer, seq) for seq in own.values_list("seq", flat=True) for peer in joined]
    log.queue_events(region=copy.region, case_id=copy.case_id, rows=rows, at=at)


def _command(copy: Copy, written: Sequence[StoredEvent]) -> Command:
    return Command(
        case_id=copy.case_id, region=copy.region, cmd=written[0].payload.cmd, request_hash=FORGOTTEN,
        first_seq=written[0].seq, last_seq=written[-1].seq,
    )  # fmt: skip
