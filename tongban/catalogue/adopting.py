"""A place agrees to a standard, changes what it declares beside it, or leaves it (采用标准): a version of its definition, signed.

One editor proposes it, another one publishes it (四眼): everybody is bound by it from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.definition import Definition
from tongban.catalogue.deviating import Standard, put_standard
from tongban.catalogue.documents import read_document
from tongban.catalogue.history.adjusting import AdjustedTooEarly
from tongban.catalogue.models import PublishedDefinition, StandardProposal
from tongban.catalogue.queries import DefinitionUnknown, SignedPublication, find_in_force
from tongban.catalogue.reading import read_definition
from tongban.catalogue.services import require_publisher, sign_definition
from tongban.catalogue.standards import find_undeclared
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

MOST_WORDS = 500


class PlannedOtherwise(Refused):
    """A version that is to come into force later would leave the standard again without anybody noticing."""

    text = Text(
        "该事项已有 {day} 起施行的版本，现在不能改变所依的标准。",
        "A version of this item is planned from {day}; its standard cannot be changed before.",
    )
    advice = Text(
        "请在该版本施行后再改，或者在该版本里写明标准。", "Do it once that version applies, or name the standard in it."
    )


class DeviationUnexplained(Refused):
    """Everybody reads why a place does otherwise."""

    status = 422
    text = Text("申明的理由没有写，或者太长。", "The reason of a deviation is missing or too long.")
    advice = Text("每一处写 1 至 {most} 个字。", "Write between 1 and {most} characters for each.")


class NothingToAdopt(Refused):
    """It follows this standard already and declares the same."""

    text = Text("所依的标准和申明都没有变化。", "It follows this standard already and declares the same.")
    advice = Text("无需再次发布。", "There is nothing to publish.")


class ProposedItYourself(Refused):
    """Two pairs of eyes: who proposes a standard does not put it in force."""

    status = 403
    text = Text("提出的人不能自己发布。", "Whoever proposed it does not publish it.")
    advice = Text("请由另一位事项编辑核对后发布。", "Let another editor look at it and publish it.")


class ProposalGone(Refused):
    text = Text("这个提议已被撤回、修改或者已经发布。", "This proposal was taken back, changed or published already.")
    advice = Text("请刷新页面，核对后再发布。", "Reload the page, look at it and publish it then.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an editor (`by`) wants: to follow `definition` (empty: no standard) with these reasons."""

    id: UUID
    definition: str
    reasons: Mapping[str, Text]
    by: str
    at: datetime


@transaction.atomic
def adopt_standard(
    *,
    node: Node,
    region: str,
    key: str,
    definition: str,
    reasons: Mapping[str, Text],
    by: Actor,
    at: datetime,
    since: date | None = None,
) -> SignedPublication:
    """Publish the version that follows the standard `definition` (a hash) from `since` on, default today; an empty hash leaves it.
    `reasons`: path of a difference → why the place does otherwise. For who has the second pair of eyes: see `adopt_proposed`.

    Refuses `Forbidden`, `NotPublishedHere`, `Missing`, `DefinitionUnknown`, `AdjustedTooEarly`, `PlannedOtherwise`, `DeviationUnexplained`,
    `NothingToAdopt`, and `BadDefinition` with every deviation that is not declared.
    """
    changed = _prepare(node, region, key, definition, reasons, by=by, at=at, since=since or legal_day(at))
    return sign_definition(node=node, definition=changed, by=by, at=at, reason=None)


@transaction.atomic
def propose_standard(
    *, node: Node, region: str, key: str, definition: str, reasons: Mapping[str, Text], by: Actor, at: datetime
) -> None:
    """Leave it to another editor to publish; the place of an earlier proposal is taken. Refuses what `adopt_standard` refuses."""
    _prepare(node, region, key, definition, reasons, by=by, at=at, since=legal_day(at))
    told = {path: why.as_json() for path, why in reasons.items()}
    StandardProposal.objects.filter(place=region, key=key).delete()
    StandardProposal.objects.create(
        id=new_id(), place=region, key=key, definition=definition, reasons=told, by=by.ref, at=at
    )


@transaction.atomic
def adopt_proposed(*, node: Node, region: str, key: str, proposal: UUID, by: Actor, at: datetime) -> SignedPublication:
    """Publish what another editor proposed. Refuses `ProposalGone`, `ProposedItYourself`, and what `adopt_standard` refuses."""
    require_publisher(node=node, region=region, by=by)
    row = StandardProposal.objects.select_for_update().filter(id=proposal, place=region, key=key).first()
    if row is None:
        raise ProposalGone
    if row.by == by.ref:
        raise ProposedItYourself
    reasons = {path: Text.from_json(why) for path, why in row.reasons.items()}
    published = adopt_standard(
        node=node, region=region, key=key, definition=row.definition, reasons=reasons, by=by, at=at
    )
    row.delete()
    return published


def drop_proposal(*, node: Node, region: str, key: str, by: Actor) -> None:
    """Nothing is left of it. Refuses `Forbidden`, `NotPublishedHere`."""
    require_publisher(node=node, region=region, by=by)
    StandardProposal.objects.filter(place=region, key=key).delete()


def find_proposal(region: str, key: str) -> Proposal | None:
    row = StandardProposal.objects.filter(place=region, key=key).first()
    if row is None:
        return None
    return Proposal(
        row.id, row.definition, {path: Text.from_json(why) for path, why in row.reasons.items()}, row.by, row.at
    )


def _prepare(
    node: Node, region: str, key: str, definition: str, reasons: Mapping[str, Text], *, by: Actor, at: datetime, since: date
) -> Definition:  # fmt: skip
    """The version as it would be published."""
    require_publisher(node=node, region=region, by=by)
    base = _base(key, region, since, at)
    if not all(0 < len(words.strip()) <= MOST_WORDS for why in reasons.values() for words in (why.zh, why.en)):
        raise DeviationUnexplained(most=MOST_WORDS)
    document = put_standard(base.document, _standard(definition), reasons, layer=region)
    names = ("standard", "deviations")
    if all(document.get(name) == base.document.get(name) for name in names):
        raise NothingToAdopt
    changed = read_definition({**document, **_next(key, region, since)}, suite=node.suite, strict=False)
    if faults := find_undeclared(changed.document):
        raise BadDefinition(faults)
    return changed


def _base(key: str, region: str, since: date, at: datetime) -> Definition:
    if since < legal_day(at):
        raise AdjustedTooEarly(since=since)
    base = find_in_force(key, region, since)
    if base is None:
        raise Missing
    rows = PublishedDefinition.objects.filter(key=key, region=region, valid_from__gt=since)
    planned = rows.order_by("valid_from").values_list("valid_from", flat=True).first()
    if planned:
        raise PlannedOtherwise(day=planned)
    return base


def _standard(definition: str) -> Standard | None:
    if not definition:
        return None
    document = read_document(definition)
    if document is None:
        raise DefinitionUnknown
    return Standard(document["region"], document["version"], definition)


def _next(key: str, region: str, since: date) -> dict[str, object]:
    taken = PublishedDefinition.objects.filter(key=key, region=region).values_list("version", flat=True)
    return {"version": max(taken) + 1, "valid_from": since.isoformat()}
