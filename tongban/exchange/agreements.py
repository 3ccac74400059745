"""Agreements travel: compared with every peer by hash, then each side gets what it lacks; proposals, signatures and statements alike.

Nothing is remembered of who got what: a peer that was away, or was restored from a backup, is simply compared with again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from tongban.alliance import queries as alliance
from tongban.alliance import sharing, signing, taking
from tongban.alliance.documents import MAX_DOCUMENT_BYTES
from tongban.alliance.members import NodeEntry, UntrustedKey
from tongban.alliance.own_keys import use_listed_keys
from tongban.exchange import lists
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope

INDEX = "/txp/1/agreements"
STATEMENTS = "/txp/1/agreement-statements"
SHARE = "exchange.share_agreements"
UNUSABLE = "unusable"
"""A paper on which the program failed; logged by its hash and the kind of the error, never with what stands in it."""

log = structlog.get_logger()


class Line(Protocol):
    """How a peer is asked and told; `PeerClient` in production. Raises `PeerUnreachable`."""

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes: ...

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes: ...


@dataclass(slots=True)
class Shared:
    """`came`, `sent`: hashes. `away`: node id → why it gave no usable answer. `refused`: hash → code of the refusal, ours or theirs."""

    came: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    away: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def share_agreements(node: Node, at: datetime, *, client: Line) -> Shared:
    """Compare with every other active node. A peer that is away, or one unusable paper, holds up no other.

    What was sent may bring an answer at once, a receipt for instance: then the peer is asked once more.

    Must not run inside a transaction. Refuses `NoMemberList`, `ListExpired`.
    """
    members, shared = alliance.current_list(at), Shared()
    use_listed_keys(node, members, at)
    with scope(node.regions):
        signing.sign_again(node, at)
    for peer in members.peers:
        if peer.id == node.id:
            continue
        try:
            _compare(peer, at, client, shared)
        except (PeerUnreachable, Refused) as error:
            shared.away[peer.id] = error.reason if isinstance(error, PeerUnreachable) else error.code
            log.info("agreements not shared", peer=peer.id, reason=shared.away[peer.id])
    return shared


def _compare(peer: NodeEntry, at: datetime, client: Line, shared: Shared) -> None:
    before, theirs = len(shared.sent), _fetch(peer, at, client, shared)
    documents, statements = sharing.list_missing(theirs, sharing.list_held(at, peer=peer.id))
    for path, hash in _paths(documents, statements):
        read = sharing.read_document_for if path == INDEX else sharing.read_statement_for
        _send(peer, path, hash, read(peer.id, hash, at), at, client, shared)
    if len(shared.sent) > before:
        _fetch(peer, at, client, shared)


def _fetch(peer: NodeEntry, at: datetime, client: Line, shared: Shared) -> sharing.Held:
    """What the peer has and we lack. Returns what it says that it has."""
    theirs = sharing.read_held(client.get(peer.url, INDEX, max_bytes=sharing.MAX_INDEX_BYTES, at=at))
    documents, statements = sharing.list_missing(sharing.list_held(at, peer=peer.id), theirs)
    for path, hash in _paths(documents, statements):
        if hash not in shared.refused:
            _take(client.get(peer.url, f"{path}/{hash}", max_bytes=MAX_DOCUMENT_BYTES, at=at), hash, path, at, shared)
    return theirs


def _paths(documents: list[str], statements: list[str]) -> Iterator[tuple[str, str]]:
    """Statements are about documents, which come first."""
    yield from ((INDEX, hash) for hash in documents)
    yield from ((STATEMENTS, hash) for hash in statements)


def _take(raw: bytes, hash: str, path: str, at: datetime, shared: Shared) -> None:
    take = taking.take_agreement if path == INDEX else taking.take_statement
    try:
        if take(raw=raw, at=at):
            shared.came.append(hash)
    except Refused as refused:
        shared.refused[hash] = refused.code
        log.warning("agreement not taken", document=hash, reason=refused.code)
        # A list that names the key may be on its way; when it has come, all is compared again.
        if isinstance(refused, UntrustedKey):
            lists.fetch_soon()
    except Exception as error:
        shared.refused[hash] = UNUSABLE
        log.error("agreement unusable", document=hash, error=type(error).__name__)


def _send(peer: NodeEntry, path: str, hash: str, raw: bytes, at: datetime, client: Line, shared: Shared) -> None:
    """A refusal of one is no reason to keep back the others; a peer that is gone is."""
    try:
        client.post(peer.url, path, raw, at=at)
    except PeerUnreachable as error:
        if not error.reason.startswith("status 4"):
            raise
        shared.refused[hash] = error.reason
    else:
        shared.sent.append(hash)
