"""Service definitions travel: fetched from the node that published them, kept only if its signature verifies there."""

from datetime import datetime

import structlog

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList, NodeEntry
from tongban.catalogue import queries as catalogue
from tongban.catalogue import services as publications
from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.kernel import strictjson
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused

MAX_INDEX_BYTES = 1024 * 1024
MAX_DEFINITION_BYTES = 256 * 1024

log = structlog.get_logger()


def fetch_definitions(node: Node, at: datetime, *, client: PeerClient) -> int:
    """Ask every other active node what it has published and fetch what is missing here; returns how many came.

    A peer that is away or sends something unusable holds up no other. Must not run inside a transaction.
    """
    members = alliance.current_list(at)
    return sum(_fetch_from(peer, members, client, at) for peer in members.peers if peer.id != node.id)


def _fetch_from(peer: NodeEntry, members: MemberList, client: PeerClient, at: datetime) -> int:
    found = 0
    try:
        index = client.get(peer.url, "/txp/1/definitions", max_bytes=MAX_INDEX_BYTES, at=at)
        held = {publication.hash for publication in catalogue.list_publications()}
        for hash in [hash for hash in _hashes(index) if hash not in held]:
            raw = client.get(peer.url, f"/txp/1/definitions/{hash}", max_bytes=MAX_DEFINITION_BYTES, at=at)
            _take(raw, members, at)
            found += 1
    except PeerUnreachable as error:
        log.info("definitions not fetched", peer=peer.id, reason=error.reason)
    except Refused as refused:
        log.warning("definition refused", peer=peer.id, reason=refused.code)
    return found


def _hashes(index: bytes) -> list[str]:
    """Of `{"definitions": [{"hash", …}]}`; nothing else of it is believed."""
    try:
        value = strictjson.parse(index, max_bytes=MAX_INDEX_BYTES)
        hashes = [entry["hash"] for entry in value["definitions"]]
    except (strictjson.NotStrict, KeyError, TypeError):
        raise PeerUnreachable("no index of definitions") from None
    return [hash for hash in hashes if isinstance(hash, str) and len(hash) <= 64 and hash.isalnum()]


def _take(raw: bytes, members: MemberList, at: datetime) -> None:
    publications.import_publication(
        raw=raw,
        public_key_of=lambda key_id: members.public_key(key_id, "event", at),
        hosts=lambda region, key_id: members.hosts(members.owner_of(key_id, "event", at).id, region, at),
        suite=members.suite,
        at=at,
    )
