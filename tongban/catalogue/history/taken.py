"""Items taken in from files (采集事项): listed with their standing, their history, and adjusted as definitions are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import OuterRef, Subquery

from tongban.catalogue.findings import Finding
from tongban.catalogue.history.adjusting import NothingToMergeInto, check_adjustment
from tongban.catalogue.history.standing import Act, Adjustment, Closed, Standing
from tongban.catalogue.history.timeline import Step
from tongban.catalogue.items.record import ItemRecord
from tongban.catalogue.lint.gaps import lint_record
from tongban.catalogue.models import ItemVersion
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

RECORDS = ("template", "implementation", "handling")
"""Layers whose items say enough to be looked at."""
NAMES_ONLY = "bundle"
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class TakenItem:
    """The newest version of an item. `id` names it in addresses; `standing` as of the day that was asked for, also one that is still to come
    on `planned`."""

    id: int
    layer: str
    key: str
    name: str
    version: int
    standing: Standing | None
    planned: Standing | None
    content: dict[str, Any]


def list_taken(*, on: date, text: str = "", after: int = 0) -> tuple[list[TakenItem], int]:
    """A portion of them, by their ids, and the id behind which the next begins; 0 when there is none. `text`: in the name or the key."""
    first = ItemVersion.objects.filter(version=1, id__gt=after).order_by("id")
    if text:
        first = first.filter(name__icontains=text) | first.filter(key__icontains=text)
    rows = list(first[: MOST_LISTED + 1])
    shown = rows[:MOST_LISTED]
    return _items(shown, on), shown[-1].id if len(rows) > MOST_LISTED else 0


def get_taken(item_id: int, *, on: date) -> TakenItem:
    """Refuses `Missing`."""
    row = ItemVersion.objects.filter(id=item_id, version=1).first()
    if row is None:
        raise Missing
    return _items([row], on)[0]


def find_taken(key: str, *, layer: str = "", on: date) -> TakenItem:
    """By its key, in any layer unless one is named. Refuses `Missing`."""
    rows = ItemVersion.objects.filter(key=key, version=1, **({"layer": layer} if layer else {})).order_by("id")
    row = rows.first()
    if row is None:
        raise Missing
    return _items([row], on)[0]


def list_taken_steps(layer: str, key: str) -> list[Step]:
    """Every version, the newest first."""
    rows = ItemVersion.objects.filter(layer=layer, key=key).order_by("-version")
    return [
        Step(
            row.version, cast(Act, row.act), row.since or legal_day(row.stored_at), row.stored_at, row.by,
            Text.from_json(row.reason) if row.reason else None, row.into, row.hash, row.source,
        )
        for row in rows
    ]  # fmt: skip


def get_content(layer: str, key: str, version: int) -> dict[str, Any]:
    """What a version says. Refuses `Missing`."""
    row = ItemVersion.objects.filter(layer=layer, key=key, version=version).first()
    if row is None:
        raise Missing
    return dict(row.content)


def find_record(item: TakenItem) -> ItemRecord | None:
    """What its newest version says; None of a bundle, which has names only."""
    return None if item.layer == NAMES_ONLY else ItemRecord.from_json(item.content)


def lint_taken(item: TakenItem) -> list[Finding]:
    """Nothing where its source is a mere list of names."""
    return lint_record(ItemRecord.from_json(item.content)) if item.layer in RECORDS else []


@transaction.atomic
def adjust_taken(
    *,
    layer: str,
    key: str,
    act: Adjustment,
    reason: Text,
    since: date | None = None,
    into: str = "",
    by: Actor,
    at: datetime,
) -> Step:
    """The same for an item that was taken in; `into` is the key of another one of its layer. Taking its file in again leaves it as it is.

    Refuses `Forbidden`, `Missing`, `NothingToMergeInto`, and what `check_adjustment` refuses.
    """
    if by.kind != "system" and not by.may("catalogue_editor"):
        raise Forbidden
    since = since or legal_day(at)
    rows = ItemVersion.objects.select_for_update().filter(layer=layer, key=key).order_by("version")
    newest = rows.last()
    if newest is None:
        raise Missing
    check_adjustment(act, state=_standing(rows, since), since=since, reason=reason, today=legal_day(at))
    if act == "merged":
        _require_other(layer, key, into, since)
    ItemVersion.objects.create(
        layer=layer, key=key, version=newest.version + 1, act=act, name=newest.name, hash=newest.hash, content=newest.content,
        source="", by=by.ref, stored_at=at, since=since, reason=reason.as_json(), into=into if act == "merged" else "",
    )  # fmt: skip
    return list_taken_steps(layer, key)[0]


def _require_other(layer: str, key: str, into: str, since: date) -> None:
    other = ItemVersion.objects.filter(layer=layer, key=into).order_by("version")
    if into == key or not other or _standing(other, since):
        raise NothingToMergeInto(into=into)


def _items(first: list[ItemVersion], on: date) -> list[TakenItem]:
    """Of the first versions of items; three questions for all of them."""
    newest = ItemVersion.objects.filter(layer=OuterRef("layer"), key=OuterRef("key")).order_by("-version").values("id")
    ids = dict(
        ItemVersion.objects.filter(id__in=[row.id for row in first])
        .annotate(newest=Subquery(newest[:1]))
        .values_list("id", "newest")
    )
    rows = ItemVersion.objects.in_bulk(list(ids.values()))
    acts: dict[tuple[str, str], list[ItemVersion]] = {}
    adjusted = ItemVersion.objects.filter(key__in=[row.key for row in first], since__isnull=False).order_by("version")
    for row in adjusted.defer("content"):
        acts.setdefault((row.layer, row.key), []).append(row)
    return [_item(one.id, rows[ids[one.id]], acts.get((one.layer, one.key), []), on) for one in first]


def _item(id: int, row: ItemVersion, acts: list[ItemVersion], on: date) -> TakenItem:
    now, last = _standing(acts, on), _standing(acts, date.max)
    return TakenItem(
        id, row.layer, row.key, row.name, row.version, now, last if last != now else None, dict(row.content)
    )


def _standing(rows: Iterable[ItemVersion], on: date) -> Standing | None:
    """By the last adjustment that has begun. A later word also takes back what was planned for its day and after."""
    kept: list[tuple[date, ItemVersion]] = []
    for row in rows:
        if since := row.since:
            kept = [*(one for one in kept if one[0] < since), (since, row)]
    begun = [one for one in kept if one[0] <= on]
    if not begun or begun[-1][1].act == "resumed":
        return None
    since, last = begun[-1]
    return Standing(cast(Closed, last.act), since, Text.from_json(last.reason), last.into)
