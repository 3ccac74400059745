"""A place agrees to a standard, changes what it declares beside it, or leaves it (采用标准): a version of its definition, signed."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.definition import Definition
from tongban.catalogue.deviating import Standard, put_standard
from tongban.catalogue.documents import read_document
from tongban.catalogue.history.adjusting import AdjustedTooEarly
from tongban.catalogue.models import PublishedDefinition
from tongban.catalogue.queries import DefinitionUnknown, SignedPublication, find_in_force
from tongban.catalogue.reading import read_definition
from tongban.catalogue.services import require_publisher, sign_definition
from tongban.catalogue.standards import find_undeclared
from tongban.kernel.actors import Actor
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
    `reasons`: path of a difference → why the place does otherwise.

    Refuses `Forbidden`, `NotPublishedHere`, `Missing`, `DefinitionUnknown`, `AdjustedTooEarly`, `PlannedOtherwise`, `DeviationUnexplained`,
    `NothingToAdopt`, and `BadDefinition` with every deviation that is not declared.
    """
    require_publisher(node=node, region=region, by=by)
    since = since or legal_day(at)
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
    return sign_definition(node=node, definition=changed, by=by, at=at, reason=None)


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
