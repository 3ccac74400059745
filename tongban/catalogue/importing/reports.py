"""Import reports (采集报告): a file is checked first, its report is looked at, then it is taken. Reports are kept; the file only until then.

What is taken is read from the very bytes that were checked, so that nothing else can be taken than what the report says.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.catalogue.importing.entries import Entry
from tongban.catalogue.importing.files import read_bytes
from tongban.catalogue.importing.storing import Stored, store_items
from tongban.catalogue.models import ImportReport
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text

KEPT_FOR = timedelta(days=7)
"""A file that was checked and never taken."""
MOST_LISTED = 50
LONGEST_NAME = 200


class AlreadyTaken(Refused):
    text = Text("这份文件已经入库。", "This file has been taken already.")
    advice = Text("有新内容的，请重新上传。", "Upload it again where it has changed.")


class FileGone(Refused):
    status = 410
    text = Text("文件已不再保留，只有报告。", "The file is kept no more, only its report.")
    advice = Text("请重新上传。", "Upload it again.")


@dataclass(frozen=True, slots=True)
class Report:
    """`counts`: of each status, and under `stored` of what became of them. `can_be_taken`: something is to be stored and the file is there."""

    id: UUID
    name: str
    digest: str
    by: str
    at: datetime
    counts: Mapping[str, Any]
    taken_at: datetime | None
    taken_by: str
    can_be_taken: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read of a file; `report` names what is kept of it."""

    report: UUID
    entries: list[Entry]


def check_file(*, raw: bytes, name: str, by: Actor, at: datetime) -> Checked:
    """A dry run: nothing is taken, the report and the file are kept. Refuses `Forbidden`."""
    _require(by)
    entries = read_bytes(raw, name)
    row = _row(entries, name, hashlib.sha256(raw).hexdigest(), by, at)
    row.raw = raw
    row.save(force_insert=True)
    return Checked(row.id, entries)


@transaction.atomic
def take_file(*, report: UUID, by: Actor, at: datetime) -> list[Stored]:
    """Store what was checked, and tell what became of each record. Refuses `Forbidden`, `Missing`, `AlreadyTaken`, `FileGone`."""
    _require(by)
    row = ImportReport.objects.select_for_update().filter(id=report).first()
    if row is None:
        raise Missing
    if row.taken_at:
        raise AlreadyTaken
    if row.raw is None:
        raise FileGone
    stored = store_items(entries=read_bytes(bytes(row.raw), row.name), by=by, at=at)
    row.entries, row.counts = _entries_of(stored), _counts_of(stored)
    row.raw, row.taken_at, row.taken_by = None, at, by.ref
    row.save()
    return stored


def keep_report(*, stored: Sequence[Stored], name: str, by: Actor, at: datetime) -> UUID:
    """Of an import by the command, which stores at once."""
    row = _row([one.entry for one in stored], name, "", by, at)
    row.entries, row.counts, row.taken_at, row.taken_by = _entries_of(stored), _counts_of(stored), at, by.ref
    row.save(force_insert=True)
    return row.id


def list_reports() -> list[Report]:
    """The latest first, so many."""
    return [_report(row) for row in ImportReport.objects.defer("entries", "raw").order_by("-at")[:MOST_LISTED]]


def get_report(report: UUID) -> tuple[Report, list[dict[str, Any]]]:
    """With an entry per record: file, status, layer, key, name, findings, and what was stored of it. Refuses `Missing`."""
    row = ImportReport.objects.defer("raw").filter(id=report).first()
    if row is None:
        raise Missing
    return _report(row), list(row.entries)


def forget_files(*, at: datetime) -> None:
    """Of what was checked long ago and never taken. The reports stay."""
    ImportReport.objects.filter(taken_at=None, at__lt=at - KEPT_FOR).exclude(raw=None).update(raw=None)


def _require(by: Actor) -> None:
    if by.kind != "system" and not by.may("catalogue_editor"):
        raise Forbidden


def _row(entries: Sequence[Entry], name: str, digest: str, by: Actor, at: datetime) -> ImportReport:
    return ImportReport(
        id=new_id(), name=name[-LONGEST_NAME:].replace("\0", ""), digest=digest, by=by.ref, at=at,
        counts=dict(Counter(entry.status for entry in entries)), entries=[_entry(entry) for entry in entries],
    )  # fmt: skip


def _entry(entry: Entry) -> dict[str, Any]:
    """Of the record only what names it."""
    names = {name: getattr(entry.record, name, "") for name in ("layer", "key", "name")}
    findings = [{**finding.as_json(), "what": finding.what.as_json()} for finding in entry.findings]
    return {"file": entry.file, "status": entry.status, **names, "findings": findings}


def _entries_of(stored: Sequence[Stored]) -> list[dict[str, Any]]:
    return [{**_entry(one.entry), "stored": one.act} for one in stored]


def _counts_of(stored: Sequence[Stored]) -> dict[str, Any]:
    return {**Counter(one.entry.status for one in stored), "stored": Counter(one.act for one in stored)}


def _report(row: ImportReport) -> Report:
    taken = sum(row.counts.get(status, 0) for status in ("taken", "taken_with_findings"))
    is_there = (
        row.taken_at is None and bool(taken) and ImportReport.objects.filter(id=row.id).exclude(raw=None).exists()
    )
    return Report(row.id, row.name, row.digest, row.by, row.at, row.counts, row.taken_at, row.taken_by, is_there)
