"""What others may do with the catalogue: publish a definition, take in another region's publication."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.definition import Definition
from tongban.catalogue.history.standing import name_act
from tongban.catalogue.lint.documents import find_errors
from tongban.catalogue.models import PublicationAct, PublishedDefinition
from tongban.catalogue.publishing import find_senseless
from tongban.catalogue.queries import SignedPublication, find_in_force, get_definition, get_publication
from tongban.catalogue.reading import read_definition
from tongban.catalogue.standards import find_undeclared
from tongban.kernel import envelopes, registries, strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.crypto import BadSignature, Suite
from tongban.kernel.events import format_instant, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day


class NotPublishedHere(Refused):
    """A region's definitions are published by the node that hosts it, and say that they are its own."""

    status = 403
    text = Text(
        "区划 {region} 的事项不能在本节点发布。", "Definitions of region {region} are not published at this node."
    )
    advice = Text("请在该区划所在节点发布。", "Publish at the node that hosts the region.")


class VersionTaken(Refused):
    """This version of the service exists with other content: people may already rely on it."""

    text = Text(
        "事项 {key} 的第 {version} 版已发布，内容不同。", "Version {version} of {key} is published with other content."
    )
    advice = Text("请提高版本号后再发布。", "Raise the version number and publish again.")


class StandingNotKept(Refused):
    """A change of content neither resumes nor closes an item by the way."""

    text = Text(
        "事项 {key} 的状态（暂停、取消、合并）与现行版本不同，不能随内容一起改变。",
        "Version and item {key} differ in whether it may be applied for; a change of content does not change that.",
    )
    advice = Text(
        "先恢复或者暂停该事项，再发布内容的变化。",
        "Resume or suspend the item first, then publish the change of content.",
    )


class StandardNotKept(Refused):
    """A place leaves the agreed standard by an act of its own, and not with a change of content."""

    text = Text(
        "事项 {key} 的现行版本依照约定的标准，新版本没有写明依哪一个标准。",
        "The version of {key} in force follows an agreed standard; the new one names none.",
    )
    advice = Text(
        "请在本地层写明 standard 和申明的差异；不再依照标准的，请先到“标准”页面退出。",
        "Name the standard and the declared deviations in the place's layer; to follow none, leave it on its page first.",
    )


class PublicationAltered(Refused):
    """These bytes are not what a trusted node signed; nothing of their content was used."""

    status = 422
    text = Text("事项定义的签名无法验证，未采用。", "The signature of the definition does not verify; it was not used.")
    advice = Text("请从发布地重新获取。", "Fetch it again from the place that published it.")


class NotFromItsRegion(Refused):
    """Signed by a trusted node that does not host the region it speaks for."""

    status = 403
    text = Text(
        "签名节点不承载区划 {region}，未采用。", "The signing node does not host region {region}; it was not used."
    )
    advice = Text("请核对成员名录。", "Check the member list.")


@transaction.atomic
def publish(
    *,
    node: Node,
    region: str,
    document: Mapping[str, Any],
    by: Actor,
    at: datetime,
    reason: Text | None = None,
) -> SignedPublication:
    """Check, sign and store a merged document. Publishing the same content again changes nothing. `reason`: why it is added or changed.

    Refuses `Forbidden`, `NotPublishedHere`, `BadDefinition` (also for an error that lint finds and a deviation from its
    standard that it does not declare), `StandingNotKept`, `StandardNotKept`, `VersionTaken`.
    """
    require_publisher(node=node, region=region, by=by)
    if document.get("region") != region:
        raise NotPublishedHere(region=region)
    definition = read_definition(document, suite=node.suite)
    if faults := find_senseless(definition) or find_errors(document) or find_undeclared(document):
        raise BadDefinition(faults)
    if not PublishedDefinition.objects.filter(hash=definition.hash).exists():
        before = find_in_force(definition.key, region, max(definition.valid_from, legal_day(at)))
        if definition.standing != (before.standing if before else None):
            raise StandingNotKept(key=definition.key)
        if before and "standard" in before.document and "standard" not in document:
            raise StandardNotKept(key=definition.key)
    return sign_definition(node=node, definition=definition, by=by, at=at, reason=reason)


def require_publisher(*, node: Node, region: str, by: Actor) -> None:
    """Refuses `Forbidden`, `NotPublishedHere`."""
    if by.kind != "system" and not (by.may("catalogue_editor") and by.region == region):
        raise Forbidden
    if not node.hosts(region):
        raise NotPublishedHere(region=region)


def sign_definition(
    *, node: Node, definition: Definition, by: Actor, at: datetime, reason: Text | None
) -> SignedPublication:
    """Sign and store what was checked, and who it was. Refuses `VersionTaken`."""
    region = definition.region
    payload = {
        "alliance": node.alliance,
        "epoch": node.epoch,
        "region": region,
        "node": node.id,
        "at": format_instant(at),
        "definition": definition.hash,
        "document": dict(definition.document),
    }
    envelope = envelopes.sign(payload, type=envelopes.DEFINITION, suite=node.suite, keys=[node.keys["event"]])
    published = _store(envelope, definition, published_at=at, at=at)
    why = {"by": by.ref, "at": at, "reason": reason.as_json() if reason else None}
    PublicationAct.objects.get_or_create(hash=published.hash, defaults=why)
    return published


@transaction.atomic
def import_publication(
    *,
    raw: bytes,
    public_key_of: envelopes.PublicKeyOf,
    hosts: Callable[[str, str], bool],
    suite: Suite,
    at: datetime,
) -> SignedPublication:
    """Take in what another region published. `hosts(region, key_id)`: does the key belong to the node that hosts the region?

    Refuses `PublicationAltered`, `NotFromItsRegion`, `BadDefinition`, `VersionTaken`. Keys of a newer version are kept, not refused.
    """
    envelope = _verified(raw, public_key_of, suite)
    try:
        claims = envelope.claims()
        region, document, published_at = claims["region"], claims["document"], parse_instant(claims["at"])
        if document["region"] != region:
            raise NotFromItsRegion(region=region)
    except (strictjson.NotStrict, KeyError, TypeError, ValueError):
        raise PublicationAltered from None
    if not hosts(region, envelope.key_id):
        raise NotFromItsRegion(region=region)
    definition = read_definition(document, suite=suite, strict=False)
    if definition.hash != claims.get("definition"):
        raise PublicationAltered
    return _store(envelope, definition, published_at=published_at, at=at)


def _verified(raw: bytes, public_key_of: envelopes.PublicKeyOf, suite: Suite) -> envelopes.Envelope:
    try:
        envelope = envelopes.read(raw, type=envelopes.DEFINITION)
        envelopes.verify(envelope, suite=suite, public_key_of=public_key_of)
        _ = envelope.key_id
    except (envelopes.BadEnvelope, BadSignature, LookupError):
        raise PublicationAltered from None
    return envelope


def _store(
    envelope: envelopes.Envelope, definition: Definition, *, published_at: datetime, at: datetime
) -> SignedPublication:
    row = PublishedDefinition(
        hash=definition.hash,
        region=definition.region,
        key=definition.key,
        item=definition.item,
        version=definition.version,
        valid_from=definition.valid_from,
        published_at=published_at,
        stored_at=at,
        key_id=envelope.key_id,
        envelope=envelope.raw,
    )
    if not PublishedDefinition.objects.filter(hash=definition.hash).exists():
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if not PublishedDefinition.objects.filter(hash=definition.hash).exists():
                raise VersionTaken(key=definition.key, version=definition.version) from None
        else:
            _tell(definition, at)
    return get_publication(definition.hash)


def _tell(definition: Definition, at: datetime) -> None:
    """Whoever listens for changes of the catalogue, in this transaction: what became of which item."""
    rows = PublishedDefinition.objects.filter(key=definition.key, region=definition.region)
    before = rows.filter(version__lt=definition.version).order_by("-version").values_list("hash", flat=True).first()
    act = name_act(get_definition(before).document if before else None, definition.document)
    registries.tell(
        f"catalogue.{act}",
        {
            "region": definition.region, "key": definition.key, "item": definition.item, "version": definition.version,
            "valid_from": definition.valid_from.isoformat(), "definition": definition.hash,
        },
        at,
    )  # fmt: skip
