"""Drawing up and signing the alliance's documents: member lists by the roots, agreements by every member's node."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tongban.alliance.agreements import Agreement
from tongban.alliance.members import KeyEntry, MemberList, NodeEntry, Period, RegionEntry
from tongban.alliance.trust import Trust
from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import SUITES, PrivateKey, Suite
from tongban.kernel.envelopes import Envelope
from tongban.kernel.events import Json
from tongban.kernel.node import Node

VALIDITY = timedelta(days=30)
MAX_DOCUMENT_BYTES = 8 * 1024 * 1024


def node_entry(node: Node, *, since: datetime, until: datetime | None = None) -> NodeEntry:
    """The public side of a node, as its operator hands it to the alliance."""
    period = Period(since, until)
    named = [(purpose, key.id, key.public) for purpose, key in node.keys.items()]
    # Of the signer's keys the newest: whoever asks for a list means what the node is to use from now on.
    named += [(purpose, key.id, key.public) for purpose, held in node.publics.items() for key in [*held.values()][-1:]]
    keys = tuple(KeyEntry(id, purpose, public, period) for purpose, id, public in named)
    return NodeEntry(id=node.id, url=node.url, keys=keys)


def region_entries(node: Node, *, since: datetime) -> list[RegionEntry]:
    return [RegionEntry(code, node.id, Period(since)) for code in node.regions]


def draft_member_list(
    *,
    trust: Trust,
    nodes: Iterable[NodeEntry],
    regions: Iterable[RegionEntry],
    valid_from: datetime,
    version: int = 1,
    prev: str = "",
    validity: timedelta = VALIDITY,
) -> Json:
    """The document that the roots of `trust` are asked to sign. `prev` is the hash of the version before."""
    members = MemberList(
        alliance=trust.alliance,
        version=version,
        valid_from=valid_from,
        valid_until=valid_from + validity,
        prev=prev,
        trust=trust,
        nodes=tuple(nodes),
        regions=tuple(regions),
    )
    return MemberList.from_json(members.as_json()).as_json()


def sign_member_list(document: Json | bytes, *, keys: Sequence[PrivateKey], epoch: int = 1) -> Envelope:
    """Sign with root keys. Given the bytes of an envelope, the signatures are added to those it has."""
    return _sign(document, type=envelopes.MEMBER_LIST, keys=keys, suite=SUITES[epoch])


def sign_order(document: Json | bytes, *, keys: Sequence[PrivateKey], epoch: int = 1) -> Envelope:
    """Sign an order of reassignment with root keys. Given the bytes of an envelope, the signatures are added to those it has."""
    return _sign(document, type=envelopes.ORDER, keys=keys, suite=SUITES[epoch])


def sign_agreement(document: Json | bytes, *, key: PrivateKey, epoch: int = 1) -> Envelope:
    """Sign with a member node's event key. Given the bytes of an envelope, the signature is added to those it has."""
    if not isinstance(document, bytes):
        Agreement.from_json(document)
    return _sign(document, type=envelopes.AGREEMENT, keys=[key], suite=SUITES[epoch])


def _sign(document: Json | bytes, *, type: str, keys: Sequence[PrivateKey], suite: Suite) -> Envelope:
    if not isinstance(document, bytes):
        return envelopes.sign(document, type=type, suite=suite, keys=keys)
    before = envelopes.read(document, type=type, max_bytes=MAX_DOCUMENT_BYTES)
    strictjson.parse(before.payload, max_bytes=MAX_DOCUMENT_BYTES)
    added = envelopes.sign_bytes(before.payload, type=type, suite=suite, keys=keys)
    mine = {key.id for key in keys}
    kept = [signature for signature in before.signatures if signature.key_id not in mine]
    return envelopes.assemble(before.payload, type=type, signatures=[*kept, *added.signatures])
