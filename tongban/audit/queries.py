"""What others may ask of the reading log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.audit.models import Reading, ReadingAlarm
from tongban.audit.words import SEEN, WHAT
from tongban.kernel.text import Text

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ReadingView:
    """`reader` is an opaque reference; a page for citizens shows office and role instead."""

    at: datetime
    region: str
    reader: str
    kind: str
    office: str
    roles: tuple[str, ...]
    what: Text
    seen: bool


@dataclass(frozen=True, slots=True)
class AlarmView:
    id: UUID
    reader: str
    raised_at: datetime
    cases: int
    looked_at: datetime | None
    looked_by: str


def list_readings(*, regions: Collection[str], case_id: UUID, leave_out: str = "") -> list[ReadingView]:
    """Newest first, at most 200; without what the reader `leave_out` did themselves."""
    rows = Reading.objects.filter(region__in=list(regions), case_id=case_id).exclude(reader=leave_out, kind="citizen")
    return [_view(row) for row in rows.order_by("-at", "-id")[:SHOWN]]


def list_alarms(*, region: str) -> list[AlarmView]:
    """Newest first: those nobody has looked at, and what was looked at lately."""
    rows = ReadingAlarm.objects.filter(region=region).order_by("looked_at", "-raised_at")[:50]
    found = [AlarmView(r.id, r.reader, r.raised_at, r.cases, r.looked_at, r.looked_by) for r in rows]
    return sorted(found, key=lambda alarm: (alarm.looked_at is None, alarm.raised_at), reverse=True)


def _view(row: Reading) -> ReadingView:
    what = WHAT.get(row.what, WHAT["page"])
    return ReadingView(
        row.at, row.region, row.reader, row.kind, row.office, tuple(row.roles.split()), what, row.outcome == SEEN
    )
