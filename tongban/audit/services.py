"""What others may do: put a reading on record, ask whether somebody reads too much. Seals are in `seals.py`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection

from tongban.audit.models import Reading, ReadingAlarm
from tongban.audit.words import OF_A_PERSON, SEEN
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text

WINDOW = timedelta(minutes=10)

log = structlog.get_logger()


class TooMuchRead(Refused):
    """Mass reading (批量查阅) is stopped before it is a leak."""

    status = 429
    text = Text(
        "{minutes} 分钟内打开的办件过多，已暂停查阅并通知督查员。",
        "Too many cases were opened within {minutes} minutes; reading pauses and a supervisor has been told.",
    )
    advice = Text(
        "请稍后再试；确有需要的，请向督查员说明。", "Try again later; if it is needed, tell the supervisor why."
    )


@dataclass(frozen=True, slots=True)
class Bounds:
    """Different cases that one person may open within `WINDOW`: from `alarm` on a supervisor is told, at `limit` it ends."""

    alarm: int
    limit: int


def record_view(
    *, node: Node, region: str, case_id: UUID | None, by: Actor | None, what: str, outcome: str = SEEN, route: str = "", at: datetime
) -> None:  # fmt: skip
    """In the transaction of what it records. `by` None: somebody who is not signed in."""
    Reading.objects.create(
        region=region, case_id=case_id, at=at, reader=by.ref if by else "", kind=_kind(by), office=by.office if by else "",
        roles=" ".join(sorted(by.roles))[:120] if by else "", what=what, outcome=outcome[:48], route=route[:64],
    )  # fmt: skip


def watch_reader(*, region: str, by: Actor, bounds: Bounds, at: datetime) -> None:
    """Before a person's data are shown to staff: raises the alarm, once in each window. Refuses `TooMuchRead`."""
    cases = count_read(region=region, reader=by.ref, at=at)
    if cases >= bounds.alarm:
        _raise_alarm(region=region, reader=by.ref, cases=cases, at=at)
    if cases >= bounds.limit:
        raise TooMuchRead(minutes=int(WINDOW.total_seconds()) // 60)


def _raise_alarm(*, region: str, reader: str, cases: int, at: datetime) -> None:
    if ReadingAlarm.objects.filter(region=region, reader=reader, raised_at__gt=at - WINDOW).exists():
        return
    ReadingAlarm.objects.create(id=new_id(), region=region, reader=reader, raised_at=at, cases=cases)
    log.warning("audit.mass_reading", region=region, count=cases)


def count_read(*, region: str, reader: str, at: datetime) -> int:
    """Different cases within the last minutes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT case_id) FROM audit_reading"
            " WHERE region = %s AND reader = %s AND at > %s AND outcome = 'seen' AND what = ANY(%s)",
            [region, reader, at - WINDOW, list(OF_A_PERSON)],
        )
        count: int = cursor.fetchone()[0]
    return count


def close_alarm(*, region: str, alarm_id: UUID, by: Actor, at: datetime) -> None:
    """A supervisor, another person than the reader, has looked into it. Refuses `Forbidden`, `Missing`."""
    row = ReadingAlarm.objects.select_for_update().filter(region=region, id=alarm_id).first()
    if row is None:
        raise Missing
    if by.region != region or not by.may("supervisor") or by.ref == row.reader:
        raise Forbidden
    if row.looked_at is None:
        row.looked_at, row.looked_by = at, by.ref
        row.save(update_fields=["looked_at", "looked_by"])


def _kind(by: Actor | None) -> str:
    if by is None:
        return ""
    return "agent" if by.behalf else by.kind
