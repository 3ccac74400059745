"""Drafts of a definition (事项草案): one for each item of a region, changed part by part on the page, tried on examples and then on past cases.

What is published is never touched. A draft is always a sound definition, so that it can be tried at any time; rules in which something is
senseless may stand in it and are neither rehearsed nor published.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.catalogue import queries as catalogue
from tongban.catalogue.beginning import begin_definition
from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.definition import Definition
from tongban.catalogue.editing import Change, drop_point, list_changes, put_point
from tongban.catalogue.items.record import ItemRecord
from tongban.catalogue.parts.changes import list_part_changes
from tongban.catalogue.publishing import find_senseless
from tongban.catalogue.queries import Publication
from tongban.catalogue.reading import build_definition, content_hash, read_definition
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.review import models
from tongban.review.rehearsal import NotForThisRegion, start_rehearsal

WRITING = frozenset({"catalogue_editor"})
FIXED = ("schema", "key", "region", "standing", "standard")
"""Keys of a definition that no draft changes: each has an act of its own, or none."""
NOTHING_YET: Mapping[str, Any] = {"points": [], "situations": []}


class NoDraft(Refused):
    """What is published is not changed; a change needs a draft first."""

    text = Text(
        "该事项没有草案，已发布的规则不能直接修改。",
        "There is no draft of this item; what is published is not changed.",
    )
    advice = Text("请先建立草案。", "Begin a draft first.")


class DraftMovedOn(Refused):
    """Somebody else changed the draft after this page was opened."""

    text = Text("草案已被修改，您的改动没有保存。", "The draft has been changed since; your change was not kept.")
    advice = Text("请刷新页面，核对后重新填写。", "Reload the page, look at it and write it again.")


class PublishedSince(DraftMovedOn):
    """Another version was published after the draft was begun; to publish the draft would undo it without anybody noticing."""

    text = Text(
        "草案起草后，该事项已发布新版本，您的改动没有保存。",
        "A newer version has been published since this draft was begun; your change was not kept.",
    )
    advice = Text(
        "请记下草案的改动，放弃草案，再按新版本重新起草。",
        "Note down what the draft changes, give it up, and begin again from the newer version.",
    )


class NothingChanged(Refused):
    text = Text("草案与已发布的规则相同。", "The draft says what is published already.")
    advice = Text("请先修改，再预演或者发布。", "Change something before you rehearse or publish.")


class DraftOpen(Refused):
    """What somebody is writing is not replaced by the way."""

    text = Text("该事项已有草案，没有导入。", "There is a draft of this item; nothing was taken in.")
    advice = Text(
        "要用导入的内容替换草案，请勾选“替换草案”。", "Say that it replaces the draft, or give the draft up first."
    )


class OtherItem(Refused):
    """A draft stays the draft of its item; whether it may be applied for is changed where that is decided."""

    status = 422
    text = Text(
        "事项编号、区划、暂停状态和所依标准不能在草案中改变。",
        "A draft changes neither key nor region, neither the standard nor whether it may be applied for.",
    )
    advice = Text("请核对后重试。", "Check and try again.")


@dataclass(frozen=True, slots=True)
class DraftView:
    """`changes` by point against the publication `base` (empty: the item is new here), `parts` by part and id, points among them; `edits` is
    what a change must name as seen; `hash` what a rehearsal of it names; `writers` wrote it."""

    key: str
    base: str
    hash: str
    document: Json
    definition: Definition
    changes: Mapping[str, Change]
    parts: Mapping[tuple[str, str], Change]
    edits: int
    writers: tuple[str, ...]
    changed_by: str
    changed_at: datetime


def get_newest(region: str, key: str) -> Publication:
    """The newest version that the region has published, in force or not yet. Refuses `Missing`."""
    found = catalogue.list_publications(region, key=key)
    if not found:
        raise Missing
    return found[0]


def find_draft(*, node: Node, region: str, key: str) -> DraftView | None:
    """None also when its rules have been published since: then it is done."""
    row = models.RuleDraft.objects.filter(region=region, key=key).first()
    return _view(node, row) if row and not _is_done(node, row) else None


@transaction.atomic
def begin_draft(*, node: Node, region: str, key: str, by: Actor, at: datetime) -> None:
    """A copy of the newest version. Where a draft is open it stays as it is, also one of an older version. Refuses `Forbidden`, `Missing`."""
    _require(by, region)
    newest = get_newest(region, key)
    row = models.RuleDraft.objects.select_for_update().filter(region=region, key=key).first()
    if row and not _is_done(node, row):
        return
    if row:
        row.delete()
    document = catalogue.get_definition(newest.hash).document
    try:
        with transaction.atomic():
            models.RuleDraft.objects.create(
                id=new_id(), region=region, key=key, base=newest.hash, document=dict(document), begun_by=by.ref, begun_at=at,
                changed_by=by.ref, changed_at=at,
            )  # fmt: skip
    except IntegrityError:
        return


@transaction.atomic
def save_point(
    *,
    node: Node,
    region: str,
    key: str,
    point: Mapping[str, Any],
    situations: Collection[str],
    seen: int,
    by: Actor,
    at: datetime,
) -> None:
    """Put a point into the draft, new or in the place of the one of its id. `seen`: the `edits` that the writer saw.

    Refuses `Forbidden`, `NoDraft`, `PublishedSince`, `DraftMovedOn`, `BadDefinition`.
    """
    row = _open(node, region, key, seen=seen, by=by)
    _keep(node, row, put_point(row.document, point, situations=situations, layer=region), by=by, at=at)


@transaction.atomic
def remove_point(*, node: Node, region: str, key: str, point: str, seen: int, by: Actor, at: datetime) -> None:
    """Refuses `Forbidden`, `NoDraft`, `PublishedSince`, `DraftMovedOn`, and `BadDefinition` where a situation would be left without points."""
    row = _open(node, region, key, seen=seen, by=by)
    _keep(node, row, drop_point(row.document, point, layer=region), by=by, at=at)


@transaction.atomic
def save_document(
    *, node: Node, region: str, key: str, document: Mapping[str, Any], seen: int, by: Actor, at: datetime
) -> None:
    """Put the whole definition as it is now written in place of the draft. `seen`: the `edits` that the writer saw.

    Refuses `Forbidden`, `NoDraft`, `PublishedSince`, `DraftMovedOn`, `OtherItem`, `BadDefinition`.
    """
    row = _open(node, region, key, seen=seen, by=by)
    if any(document.get(name) != row.document.get(name) for name in FIXED):
        raise OtherItem
    _keep(node, row, dict(document), by=by, at=at)


@transaction.atomic
def import_draft(
    *, node: Node, region: str, document: Mapping[str, Any], replaces: bool = False, by: Actor, at: datetime
) -> DraftView:
    """Take in a whole definition as the draft of its item, also of one that was never published here. `replaces`: also where one is open.

    Refuses `Forbidden`, `NotForThisRegion`, `DraftOpen`, `BadDefinition`.
    """
    _require(by, region)
    if not node.hosts(region) or document.get("region") != region:
        raise NotForThisRegion(region=region)
    key = read_definition(document, suite=node.suite).key
    row = models.RuleDraft.objects.select_for_update().filter(region=region, key=key).first()
    if row and not replaces and not _is_done(node, row):
        raise DraftOpen
    writers = sorted({*(row.writers if row else ()), by.ref})
    kept = {
        "document": dict(document), "base": _newest_hash(region, key), "writers": writers, "changed_by": by.ref, "changed_at": at,
        "edits": row.edits + 1 if row else 0,
    }  # fmt: skip
    begun = {"id": new_id(), "begun_by": by.ref, "begun_at": at}
    row, _ = models.RuleDraft.objects.update_or_create(
        region=region, key=key, defaults=kept, create_defaults={**kept, **begun}
    )
    return _view(node, row)


@transaction.atomic
def begin_from_record(*, node: Node, region: str, record: ItemRecord, by: Actor, at: datetime) -> str:
    """A draft of an item that was taken in, of as much as its record says; its key. An open draft stays as it is, and what is published already
    is begun from there. Refuses `Forbidden`, `NotForThisRegion`, `BadDefinition` for a record that is too long."""
    _require(by, region)
    document = begin_definition(record, region=region, on=legal_day(at), suite=node.suite)
    key: str = document["key"]
    if _newest_hash(region, key):
        begin_draft(node=node, region=region, key=key, by=by, at=at)
    elif find_draft(node=node, region=region, key=key) is None:
        import_draft(node=node, region=region, document=document, by=by, at=at)
    return key


def list_drafts(*, node: Node, region: str) -> list[DraftView]:
    """Every open draft of a region, by key."""
    rows = models.RuleDraft.objects.filter(region=region).order_by("key")
    return [_view(node, row) for row in rows if not _is_done(node, row)]


@transaction.atomic
def discard_draft(*, region: str, key: str, by: Actor) -> None:
    """Nothing is left of it; rehearsals that were made of it stay. Refuses `Forbidden`."""
    _require(by, region)
    models.RuleDraft.objects.filter(region=region, key=key).delete()


@transaction.atomic
def rehearse_draft(*, node: Node, region: str, key: str, by: Actor, at: datetime) -> UUID:
    """Note that the draft is to be tried on past cases, and who wrote it.

    Refuses `NoDraft`, `PublishedSince`, `NothingChanged`, `BadDefinition`, and what `start_rehearsal` refuses.
    """
    row = require_draft(node, region, key)
    draft = _view(node, row)
    if not draft.parts:
        raise NothingChanged
    if senseless := find_senseless(draft.definition):
        raise BadDefinition(senseless)
    return start_rehearsal(node=node, region=region, document=draft.document, writers=row.writers, by=by, at=at)


def _open(node: Node, region: str, key: str, *, seen: int, by: Actor) -> models.RuleDraft:
    _require(by, region)
    row = require_draft(node, region, key)
    if row.edits != seen:
        raise DraftMovedOn
    return row


def require_draft(node: Node, region: str, key: str) -> models.RuleDraft:
    """The open draft, locked. Refuses `NoDraft`, `PublishedSince`."""
    row = models.RuleDraft.objects.select_for_update().filter(region=region, key=key).first()
    if row is None or _is_done(node, row):
        raise NoDraft
    if row.base != _newest_hash(region, key):
        raise PublishedSince
    return row


def _newest_hash(region: str, key: str) -> str:
    """Empty where the region has published nothing of this item."""
    return next((one.hash for one in catalogue.list_publications(region, key=key)), "")


def _keep(node: Node, row: models.RuleDraft, document: dict[str, Any], *, by: Actor, at: datetime) -> None:
    read_definition(document, suite=node.suite)
    row.document, row.edits, row.changed_by, row.changed_at = document, row.edits + 1, by.ref, at
    row.writers = sorted({*row.writers, by.ref})
    row.save(update_fields=["document", "edits", "changed_by", "changed_at", "writers"])


def _is_done(node: Node, row: models.RuleDraft) -> bool:
    """Published as it stands, by way of a rehearsal."""
    hash = content_hash(row.document, suite=node.suite)
    return models.Rehearsal.objects.filter(region=row.region, draft=hash).exclude(published="").exists()


def _view(node: Node, row: models.RuleDraft) -> DraftView:
    base = catalogue.get_definition(row.base).document if row.base else NOTHING_YET
    hash = content_hash(row.document, suite=node.suite)
    return DraftView(
        key=row.key, base=row.base, hash=hash, document=row.document,
        definition=build_definition(row.document, hash=hash), changes=list_changes(base, row.document),
        parts=list_part_changes(base, row.document), edits=row.edits, writers=tuple(row.writers),
        changed_by=row.changed_by, changed_at=row.changed_at,
    )  # fmt: skip


def _require(by: Actor, region: str) -> None:
    if by.region != region or not (by.kind == "system" or by.roles & WRITING):
        raise Forbidden
