"""Newer member lists travel: heard of in receipts and events, fetched from any member, taken in version by version and only forward (R19, M7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongban.alliance import queries as alliance
from tongban.alliance import services
from tongban.alliance.documents import MAX_DOCUMENT_BYTES
from tongban.alliance.members import BadDocument, MemberList, NodeEntry
from tongban.alliance.own_keys import use_listed_keys
from tongban.alliance.services import ListRolledBack, TwoListsOfOneVersion
from tongban.alliance.trust import Trust
from tongban.alliance.verification import claims_of, read_document
from tongban.exchange import disputes
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.kernel import envelopes
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused

NEWEST = "/txp/1/members"
FETCH = "exchange.fetch_lists"
MOST_STEPS = 1000
"""More versions than the alliance signs in a lifetime: a peer cannot keep us asking for ever."""

log = structlog.get_logger()


class Getter(Protocol):
    """How a peer is asked; `PeerClient` in production. Raises `PeerUnreachable`."""

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes: ...


@dataclass(frozen=True, slots=True)
class FetchedLists:
    """`came`: versions that are new here. `away`: node id → why it gave nothing usable."""

    came: tuple[int, ...]
    away: dict[str, str]


def take_list(*, node: Node, raw: bytes, trust: Trust, at: datetime) -> MemberList:
    """Import a list and do what it asks for at once: cases with events of a stolen key wait, new own keys are used.

    Refuses like `alliance.services.import_member_list`; two lists of one version are kept as evidence.
    """
    try:
        with transaction.atomic():
            known = alliance.newest_list()
            members = services.import_member_list(raw=raw, trust=trust, at=at)
            if known is None or members.hash != known.hash:
                disputes.park_disputed(node, members)
    except TwoListsOfOneVersion:
        services.note_rival_list(raw=raw, at=at)
        log.error("two member lists of one version")
        raise
    use_listed_keys(node, alliance.latest_list(at), at)
    return members


def fetch_lists(node: Node, at: datetime, *, client: Getter) -> FetchedLists:
    """Ask every other active node for its newest list and for all versions up to it. A peer with an older one is left aside.

    Also when the list held here has expired. Must not run inside a transaction. Refuses `NoMemberList`.
    """
    came, away = list[int](), dict[str, str]()
    members = alliance.latest_list(at)
    use_listed_keys(node, members, at)
    for peer in members.peers:
        if peer.id == node.id:
            continue
        try:
            came += _fetch_from(node, peer, client, at)
        except (PeerUnreachable, Refused) as error:
            away[peer.id] = error.reason if isinstance(error, PeerUnreachable) else error.code
            log.info("no member list taken", peer=peer.id, reason=away[peer.id])
    return FetchedLists(tuple(came), away)


def fetch_soon() -> None:
    """A peer knows a newer list, by what it has signed or by a key that is unknown here. Not inside a transaction that must go on."""
    try:
        with transaction.atomic():
            app.configure_task(FETCH, queueing_lock=FETCH).defer()
    except AlreadyEnqueued:
        return


def _fetch_from(node: Node, peer: NodeEntry, client: Getter, at: datetime) -> Iterator[int]:
    raw = client.get(peer.url, NEWEST, max_bytes=MAX_DOCUMENT_BYTES, at=at)
    newest, theirs = _newest(), _version(raw)
    if theirs <= newest.version:
        _compare(node, raw, newest, at)
    for version in range(newest.version + 1, min(theirs, newest.version + MOST_STEPS) + 1):
        step = client.get(peer.url, f"{NEWEST}/{version}", max_bytes=MAX_DOCUMENT_BYTES, at=at)
        yield take_list(node=node, raw=step, trust=_newest().trust, at=at).version
    for version in list(_skipped()):
        earlier = client.get(peer.url, f"{NEWEST}/{version}", max_bytes=MAX_DOCUMENT_BYTES, at=at)
        yield services.keep_earlier_list(raw=earlier, at=at).version


def _compare(node: Node, raw: bytes, newest: MemberList, at: datetime) -> None:
    """An older list is nothing new; another one of the same version is an alarm."""
    try:
        take_list(node=node, raw=raw, trust=newest.trust, at=at)
    except TwoListsOfOneVersion:
        raise
    except ListRolledBack:
        return


def _newest() -> MemberList:
    newest = alliance.newest_list()
    if newest is None:
        raise alliance.NoMemberList
    return newest


def _version(raw: bytes) -> int:
    """As it says itself: good for knowing how many versions to ask for, each of which is verified."""
    claims = claims_of(read_document(raw, type=envelopes.MEMBER_LIST))
    version = claims.get("version") if isinstance(claims, dict) else None
    if type(version) is not int:
        raise BadDocument(reason="version")
    return version


def _skipped() -> Iterator[int]:
    """Versions below the newest that are not held, the highest first: each is proved by the one above it."""
    held = {members.version for members in alliance.list_lists()}
    return (version for version in range(max(held), 0, -1) if version not in held)
