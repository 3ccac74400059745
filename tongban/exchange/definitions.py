"""Service definitions travel: fetched by hash from the nodes that hold them, kept only if the signature of their own region's node verifies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList, NodeEntry
from tongban.alliance.own_keys import use_listed_keys
from tongban.catalogue import queries as catalogue
from tongban.catalogue import services as publications
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.lists import Getter
from tongban.kernel import strictjson
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused

INDEX = "/txp/1/definitions"
MAX_INDEX_BYTES = 1024 * 1024
MAX_DEFINITION_BYTES = 256 * 1024

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fetched:
    """`came`: hashes that were missing here. `away`: node id → why it gave no usable answer. `refused`: hash → code of the refusal."""

    came: tuple[str, ...]
    away: dict[str, str]
    refused: dict[str, str]


def fetch_definitions(node: Node, at: datetime, *, client: Getter) -> Fetched:
    """Ask every other active node what it holds and fetch what is missing here.

    A peer that is away or sends something unusable holds up no other, and an unusable definition no other of its peer.
    Must not run inside a transaction. Refuses `NoMemberList`, `ListExpired`.
    """
    members = alliance.current_list(at)
    use_listed_keys(node, members, at)
    came, away, refused = list[str](), dict[str, str](), dict[str, str]()
    for peer in members.peers:
        if peer.id == node.id:
            continue
        try:
            for hash, code in _fetch_from(peer, members, client, at):
                refused.update({hash: code} if code else {})
                came += [] if code else [hash]
        except PeerUnreachable as error:
            away[peer.id] = error.reason
            log.info("definitions not fetched", peer=peer.id, reason=error.reason)
    return Fetched(tuple(came), away, refused)


def _fetch_from(peer: NodeEntry, members: MemberList, client: Getter, at: datetime) -> Iterator[tuple[str, str]]:
    """Each hash that was missing, with the code of its refusal or ""."""
    index = client.get(peer.url, INDEX, max_bytes=MAX_INDEX_BYTES, at=at)
    held = {publication.hash for publication in catalogue.list_publications()}
    for hash in [hash for hash in _hashes(index) if hash not in held]:
        raw = client.get(peer.url, f"{INDEX}/{hash}", max_bytes=MAX_DEFINITION_BYTES, at=at)
        try:
            _take(raw, hash, members, at)
        except Refused as refused:
            log.warning("definition refused", peer=peer.id, reason=refused.code)
            yield hash, refused.code
        else:
            yield hash, ""


def _hashes(index: bytes) -> list[str]:
    """Of `{"definitions": [{"hash", …}]}`; nothing else of it is believed."""
    try:
        value = strictjson.parse(index, max_bytes=MAX_INDEX_BYTES)
        hashes = [entry["hash"] for entry in value["definitions"]]
    except (strictjson.NotStrict, KeyError, TypeError):
        raise PeerUnreachable("no index of definitions") from None
    return [hash for hash in hashes if isinstance(hash, str) and len(hash) <= 64 and hash.isalnum()]


def _take(raw: bytes, hash: str, members: MemberList, at: datetime) -> None:
    with transaction.atomic():
        taken = publications.import_publication(
            raw=raw,
            public_key_of=lambda key_id: members.public_key(key_id, "event", at),
            hosts=lambda region, key_id: members.hosts(members.owner_of(key_id, "event", at).id, region, at),
            suite=members.suite,
            at=at,
        )
        # Another definition than was asked for, however well signed, is no answer.
        if taken.hash != hash:
            raise publications.PublicationAltered
