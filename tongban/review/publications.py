"""Publishing a definition outside the page of rehearsals, from the command line: rules that decide otherwise are rehearsed and signed for first.

Where no case has been assessed there is nothing to try them on; then a reason is given instead, and it stays in the history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases import assessed
from tongban.catalogue import queries as catalogue
from tongban.catalogue import services as publications
from tongban.catalogue.publishing import decides_otherwise
from tongban.catalogue.queries import Publication
from tongban.catalogue.reading import read_definition
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.review import models
from tongban.review.drafting import DraftMovedOn, DraftView, NothingChanged, find_draft, require_draft
from tongban.review.rehearsal import PUBLISHING, TooEarly

NOTE = "unrehearsed"
MOST_WORDS = 2000


class NotRehearsed(Refused):
    """The rules decide otherwise than those published here, and nobody has signed for what that does to past cases."""

    text = Text(
        "规则有变化，尚无签署的预演，不能发布。",
        "The rules change and no rehearsal of them is signed; they were not published.",
    )
    advice = Text(
        "请用 tongban rules rehearse 预演，由首席代表或督查员签署后再发布；没有以往办件的，用 --without-rehearsal 写明理由。",
        "Rehearse with tongban rules rehearse and let a chief or supervisor sign; where there are no past cases, give --without-rehearsal REASON.",
    )


class CasesToRehearse(Refused):
    """A reason does not stand in for a rehearsal that can be made."""

    text = Text(
        "该事项有以往办件，必须先预演，不能以理由代替。",
        "There are past cases of this item: a reason does not stand in for a rehearsal.",
    )
    advice = Text(
        "请用 tongban rules rehearse 预演并签署后再发布。",
        "Rehearse with tongban rules rehearse, have it signed, then publish.",
    )


class WroteItYourself(Refused):
    """Two pairs of eyes: who wrote a draft does not put it in force."""

    status = 403
    text = Text("草案的起草人不能自己发布。", "Whoever wrote a draft does not publish it.")
    advice = Text("请由另一位事项编辑核对后发布。", "Let another editor look at it and publish it.")


class ReasonTooLong(Refused):
    status = 422
    text = Text("未经预演发布的理由太长。", "The reason for publishing without a rehearsal is too long.")
    advice = Text("请写 1 至 {most} 个字。", "Write between 1 and {most} characters.")


@dataclass(frozen=True, slots=True)
class Version:
    """A published version and how it came about: by a rehearsal, without one and why, or neither where its rules decide nothing new."""

    hash: str
    version: int
    valid_from: date
    published_at: datetime
    rehearsal: UUID | None
    published_by: str
    reason: str


@transaction.atomic
def publish_definition(
    *,
    node: Node,
    region: str,
    document: Mapping[str, Any],
    by: Actor,
    at: datetime,
    without_rehearsal: str = "",
    why: Text | None = None,
) -> Publication:
    """Publish; publishing the same content again changes nothing. `why` stays in the item's history.

    `without_rehearsal` is the reason of that, kept only where one is needed.

    Refuses `NotRehearsed`, `CasesToRehearse`, `ReasonTooLong`, and what `publish` of the catalogue refuses.
    """
    read_definition(document, suite=node.suite)
    needed = _needs_rehearsal(region, document)
    reason = without_rehearsal.strip()
    if needed:
        _require_reason(node, region, document, reason)
    published = publications.publish(node=node, region=region, document=document, by=by, at=at, reason=why)
    if needed:
        models.UnrehearsedPublication.objects.create(
            id=new_id(), region=region, key=published.key, definition=published.hash, published_by=by.ref, published_at=at,
            reason=node.seal_locally(reason, purpose=NOTE, region=region),
        )  # fmt: skip
    return published


@transaction.atomic
def publish_draft(
    *,
    node: Node,
    region: str,
    key: str,
    valid_from: date,
    seen: int,
    why: Text | None = None,
    without_rehearsal: str = "",
    by: Actor,
    at: datetime,
) -> Publication:
    """Publish the draft under the next free version, to apply from a later day on; nothing of the draft is left then. `seen`: its `edits` as
    whoever publishes saw them.

    Refuses `Forbidden`, `NoDraft`, `PublishedSince`, `DraftMovedOn`, `NothingChanged`, `WroteItYourself`, `TooEarly`, and what
    `publish_definition` refuses: rules that decide otherwise are rehearsed first.
    """
    if by.region != region or not by.roles & PUBLISHING:
        raise Forbidden
    row = require_draft(node, region, key)
    draft = find_draft(node=node, region=region, key=key)
    if row.edits != seen or draft is None:
        raise DraftMovedOn
    if not draft.parts:
        raise NothingChanged
    if by.ref in row.writers:
        raise WroteItYourself
    if valid_from <= legal_day(at):
        raise TooEarly
    published = publish_definition(
        node=node, region=region, document=_dated(region, draft, valid_from), by=by, at=at, without_rehearsal=without_rehearsal, why=why
    )  # fmt: skip
    row.delete()
    return published


def needs_rehearsal(*, region: str, draft: DraftView) -> bool:
    """Whether the draft is published only once somebody has signed for what it does to past cases."""
    return _needs_rehearsal(region, draft.document)


def _dated(region: str, draft: DraftView, valid_from: date) -> dict[str, Any]:
    known = [one.version for one in catalogue.list_publications(region) if one.key == draft.key]
    version = max([int(draft.document["version"]), *(version + 1 for version in known)])
    return catalogue.keep_standing({**draft.document, "valid_from": valid_from.isoformat(), "version": version})


def list_versions(*, node: Node, region: str, key: str) -> list[Version]:
    """Every version of an item that the region has published, the newest first."""
    rehearsed = {
        row.published: row for row in models.Rehearsal.objects.filter(region=region, key=key).exclude(published="")
    }
    without = {row.definition: row for row in models.UnrehearsedPublication.objects.filter(region=region, key=key)}
    found = [one for one in catalogue.list_publications(region) if one.key == key]
    return [_version(node, one, rehearsed.get(one.hash), without.get(one.hash)) for one in found]


def _version(
    node: Node, one: Publication, rehearsed: models.Rehearsal | None, without: models.UnrehearsedPublication | None
) -> Version:
    return Version(
        hash=one.hash, version=one.version, valid_from=one.valid_from, published_at=one.published_at,
        rehearsal=rehearsed.id if rehearsed else None,
        published_by=rehearsed.published_by if rehearsed else without.published_by if without else "",
        reason=node.open_locally(bytes(without.reason), purpose=NOTE, region=without.region) if without else "",
    )  # fmt: skip


def _needs_rehearsal(region: str, document: Mapping[str, Any]) -> bool:
    """The first of its item here changes nothing."""
    found = [one for one in catalogue.list_publications(region) if one.key == document["key"]]
    if not found or not decides_otherwise(document, than=catalogue.get_definition(found[0].hash).document):
        return False
    return not _is_signed(region, document, since=max(one.published_at for one in found))


def _is_signed(region: str, document: Mapping[str, Any], *, since: datetime) -> bool:
    """Somebody answered for a draft that decides exactly as this does, tried since the newest publication: what was signed against an
    older version says nothing of what this changes now."""
    rows = models.Rehearsal.objects.filter(
        region=region, key=document["key"], started_at__gte=since, signed_at__isnull=False
    )
    return any(not decides_otherwise(document, than=row.document) for row in rows.order_by("-signed_at"))


def _require_reason(node: Node, region: str, document: Mapping[str, Any], reason: str) -> None:
    if not reason:
        raise NotRehearsed
    if len(reason) > MOST_WORDS:
        raise ReasonTooLong(most=MOST_WORDS)
    if _has_past_cases(node, region, document["code"]["value"]):
        raise CasesToRehearse


def _has_past_cases(node: Node, region: str, item: str) -> bool:
    after: UUID | None = assessed.FIRST
    while after is not None:
        found, after = assessed.list_assessed(node=node, region=region, item=item, since=None, after=after)
        if found:
            return True
    return False
