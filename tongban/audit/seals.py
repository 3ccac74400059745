"""Digests over the reading log, each over the one before, so that a row that is changed or taken out is found. Made by a job; old rows go here."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tongban.audit.models import Reading, ReadingSeal
from tongban.kernel import strictjson
from tongban.kernel.events import format_instant
from tongban.kernel.node import Node

SETTLED = timedelta(minutes=10)
"""Older than any open transaction: what is sealed gets no late neighbour."""
KEPT_AT_LEAST = timedelta(days=181)
"""网络安全法 Art. 21 (3): logs are kept for no less than six months. The database refuses to let younger rows go."""


def seal_readings(*, node: Node, region: str, at: datetime) -> int:
    """Fix what has settled since the last seal; returns how many rows."""
    last = ReadingSeal.objects.filter(region=region).order_by("-last").first()
    first, before = (last.last + 1, last.digest) if last else (0, "")
    rows = list(Reading.objects.filter(region=region, id__gte=first, at__lt=at - SETTLED).order_by("id"))
    if rows:
        ReadingSeal.objects.create(
            region=region, first=first, last=rows[-1].id, count=len(rows), until=max(row.at for row in rows), before=before,
            digest=_digest(node, before, rows), made_at=at,
        )  # fmt: skip
    return len(rows)


def forget_readings(*, region: str, older_than: datetime) -> int:
    """Whole sealed stretches, once their last row is older; the seals stay."""
    oldest = Reading.objects.filter(region=region).order_by("id").first()
    if oldest is None:
        return 0
    gone = 0
    for seal in ReadingSeal.objects.filter(region=region, last__gte=oldest.id, until__lt=older_than):
        gone += Reading.objects.filter(region=region, id__gte=seal.first, id__lte=seal.last).delete()[0]
    return gone


def find_broken_seal(*, node: Node, region: str, at: datetime) -> int | None:
    """The `last` of the first seal that its rows do not fit; None when all do. Stretches that were let go in their time count as fitting."""
    before = ""
    for seal in ReadingSeal.objects.filter(region=region).order_by("last"):
        rows = list(Reading.objects.filter(region=region, id__gte=seal.first, id__lte=seal.last).order_by("id"))
        gone = not rows and seal.until < at - KEPT_AT_LEAST
        if seal.before != before or not (gone or _digest(node, before, rows) == seal.digest):
            return seal.last
        before = seal.digest
    return None


def _digest(node: Node, before: str, rows: Iterable[Reading]) -> str:
    return node.suite.hash(strictjson.canonical([before, *(_told(row) for row in rows)]))


def _told(row: Reading) -> list[str]:
    case = str(row.case_id) if row.case_id else ""
    who = [row.reader, row.kind, row.roles, row.office]
    return [str(row.id), row.region, case, format_instant(row.at), *who, row.what, row.outcome, row.route]
