"""After a restore: what the backup held and had not sent is older than what peers promised; its author declares it to be its past (R16)."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import QuerySet

from tongban.alliance import queries as alliance
from tongban.exchange import incarnation, log, promising
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.incarnation import Life
from tongban.exchange.models import CaseHead, Event, Outbox
from tongban.exchange.outbox import Link
from tongban.exchange.promising import MAX_CASES
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

PATH = "/txp/1/declarations"
OLDER = "older-incarnation"
"""What a peer answers to an event that its promise shuts out."""

events_log = structlog.get_logger()


class Poster(Protocol):
    """`PeerClient` in production. Raises `PeerUnreachable`."""

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes: ...


def declare_past(*, node: Node, client: Poster, at: datetime) -> int:
    """Tell peers that what they refuse as older than their promise is this node's own past (R16), and send it again. Returns how many cases.

    Only of cases that all have answered for: then the copy here is the truth. Must not run inside a transaction.
    """
    life = incarnation.get_life(node)
    if not life.nonce:
        return 0
    return sum(_declare(node, life, link, client, at) for link in _links_refused(node))


def _declare(node: Node, life: Life, link: Link, client: Poster, at: datetime) -> int:
    past = undelivered_past(link)
    if not past:
        return 0
    host = alliance.current_list(at).node_of(link.peer, at)
    body = promising.write_declaration(
        region=link.peer, sender=link.region, inc=life.inc, nonce=life.nonce, past=past
    )  # fmt: skip
    try:
        client.post(host.url, PATH, body, at=at)
    except PeerUnreachable as error:
        events_log.info("past not declared", peer=link.peer, reason=error.reason)
        return 0
    with scope([link.region]):
        rows = Outbox.objects.filter(
            region=link.region, peer_region=link.peer, case_id__in=list(past), delivered_at=None, claimed_until=None
        )
        rows.update(last_error="", next_try=at, tries=0)
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {log.CHANNEL}")
    return len(past)


def undelivered_past(link: Link) -> dict[UUID, list[str]]:
    """Own events that the peer has yet to confirm, of cases where it refused one; by case."""
    with scope([link.region]):
        cases = _refused(link.region).filter(peer_region=link.peer).values_list("case_id", flat=True).distinct()
        open_cases = CaseHead.objects.filter(region=link.region, case_id__in=list(cases[:MAX_CASES]), recovering=False)
        past: dict[UUID, list[str]] = {case_id: [] for case_id in open_cases.values_list("case_id", flat=True)}
        waiting = Outbox.objects.filter(
            region=link.region, peer_region=link.peer, case_id__in=list(past), delivered_at=None, proposal=None
        )
        positions = set(waiting.values_list("case_id", "seq"))
        own = Event.objects.filter(region=link.region, case_id__in=list(past), author=link.region).order_by("seq")
        for case_id, seq, hash in own.values_list("case_id", "seq", "hash"):
            if (case_id, seq) in positions:
                past[case_id].append(hash)
    return {case_id: hashes for case_id, hashes in past.items() if hashes}


def _links_refused(node: Node) -> list[Link]:
    with scope(node.regions):
        rows = [
            row for region in node.regions for row in _refused(region).values_list("region", "peer_region").distinct()
        ]
    return [Link(*row) for row in sorted(set(rows))]


def _refused(region: str) -> "QuerySet[Outbox]":
    return Outbox.objects.filter(region=region, delivered_at=None, proposal=None, last_error=OLDER)
