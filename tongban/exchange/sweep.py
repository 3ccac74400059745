"""Comparing copies with a peer and repairing what differs (对账, protocol §3.8): the second way by which nothing stays lost.

What we lack is fetched from whichever subscriber has it and taken in like anything else a peer sends: events prove themselves, the relay needs no
trust. What the peer lacks is queued again. Two events at one position are fetched and sent at once, so that both sides hold the evidence (R11).
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

import structlog
from django.db import connection

from tongban.alliance import queries as alliance
from tongban.exchange import heads, log, outbox, peers
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.heads import FIRST, Difference
from tongban.exchange.models import ForkEvidence
from tongban.exchange.outbox import Link
from tongban.exchange.queries import is_recovering
from tongban.exchange.receiving import receive
from tongban.exchange.wire import MAX_BYTES, Answer, BadMessage, Batch, read_batch
from tongban.kernel.events import format_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope

BUCKETS_PATH, HEADS_PATH = "/txp/1/buckets", "/txp/1/heads"
ON_ITS_WAY = timedelta(seconds=20)
"""What is younger is being delivered; it differs because nothing travels at once."""
OVERLAP = timedelta(hours=1)
"""How far a sweep reaches back before the last one that left nothing to repair: more than any clock may be off."""
BUDGET = timedelta(seconds=40)
"""How long one sweep may fetch; what is left over is the next one's. Deliveries have threads of their own and do not wait."""

NOBODY_THERE = frozenset({"ConnectError", "ConnectTimeout"})
"""What the breaker counts here: a large comparison may take too long for one answer, and an older peer knows none."""
NEW = frozenset({"stored", "parked", "conflict"})
"""Answers to events that were not here before."""

events_log = structlog.get_logger()


class Getter(Protocol):
    """`PeerClient` in production. Raises `PeerUnreachable`."""

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Pair:
    """A region hosted here and one that the peer node hosts."""

    region: str
    peer: str


@dataclass(slots=True)
class Swept:
    """What a sweep found. `left`: differences that it could not repair yet; the next sweep looks at the same cases again."""

    found: Counter[str] = field(default_factory=Counter)
    fetched: int = 0
    left: int = 0


def sweep_peer(node: Node, peer: str, *, client: Getter, at: datetime, full: bool = False) -> Swept | None:
    """Compare every region hosted here with every region of the node `peer`; None when it cannot be asked now, or this node is recovering.

    `full`: all cases, not only those that moved since the last sweep that left nothing over. Must not run inside a transaction.
    """
    members = alliance.current_list(at)
    entry = members.find_node(peer)
    if entry is None or not entry.active or is_recovering(node.id) or not peers.may_ask(peer, at):
        return None
    since = None if full else window(peers.swept_at(peer))
    swept = Swept()
    try:
        for pair in (Pair(own, theirs) for own in node.regions for theirs in members.regions_of(peer, at)):
            _Sweep(node, peer, pair, entry.url, client, at, since, swept).run()
    except PeerUnreachable as error:
        if error.reason in NOBODY_THERE:
            peers.note_silence(peer, reason=error.reason, at=at)
        return None
    peers.note_answer(peer, at=at)
    peers.note_sweep(peer, differences=swept.found.total(), complete_at=None if swept.left else at)
    return swept


def window(swept_at: datetime | None) -> datetime | None:
    """From when on events are compared; None for all of them."""
    return swept_at - OVERLAP if swept_at else None


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Of one pair of regions."""

    node: Node
    peer: str
    pair: Pair
    url: str
    client: Getter
    at: datetime
    since: datetime | None
    swept: Swept
    started: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        with scope([self.pair.region]):
            outbox.retry_rejected(Link(self.pair.region, self.pair.peer), at=self.at, every=self.since is None)
        differing = self._differing_buckets()
        for difference in self._differences(differing) if differing else ():
            if self.at - difference.at < ON_ITS_WAY:
                continue
            self.swept.found[difference.kind] += 1
            if self._now() - self.at > BUDGET:
                self.swept.left += 1
                continue
            self._repair(difference)
        if self.swept.found:
            events_log.info("copies differ", peer=self.pair.peer, region=self.pair.region, **self.swept.found)

    def _differing_buckets(self) -> list[int]:
        theirs = self._ask(BUCKETS_PATH)
        try:
            told = heads.read_digests(theirs, max_bytes=MAX_BYTES)
        except ValueError:
            raise PeerUnreachable("no digests of a peer") from None
        with scope([self.pair.region]):
            held = heads.digests(self.pair.region, self.pair.peer, since=self.since)
        return sorted(bucket for bucket in held.keys() | told.keys() if held.get(bucket) != told.get(bucket))

    def _differences(self, buckets: list[int]) -> Iterator[Difference]:
        after, more = FIRST, True
        while more:
            reply = self._ask(HEADS_PATH, bucket=bytes(buckets).hex(), after=str(after))
            try:
                theirs, more = heads.read_heads(reply, max_bytes=MAX_BYTES)
            except ValueError:
                raise PeerUnreachable("no heads of a peer") from None
            # A page that says there is more and brings nothing further would be asked for ever.
            more = more and bool(theirs) and theirs[-1].case_id > after
            last = theirs[-1].case_id if more else None
            with scope([self.pair.region]):
                ours = heads.list_heads(
                    self.pair.region, self.pair.peer, buckets=buckets, since=self.since, after=after, last=last,
                    limit=1_000_000,
                )  # fmt: skip
                found = list(heads.compare(self.pair.region, ours, theirs))
            yield from found
            after = last or after

    def _repair(self, difference: Difference) -> None:
        if difference.kind in {"behind", "forked"} and not self._is_known_fork(difference):
            self._fetch(difference)
        if difference.kind in {"ahead", "unlisted", "forked"}:
            with scope([self.pair.region]):
                requeue(self.pair, difference, self.at)

    def _fetch(self, difference: Difference) -> None:
        try:
            answers = fetch_case(
                self.node, self.peer, self.pair, case_id=difference.case_id, first=difference.seq, url=self.url,
                client=self.client, at=self._now(),
            )  # fmt: skip
        except (PeerUnreachable, Refused) as error:
            events_log.info("case not fetched", peer=self.pair.peer, reason=str(error)[:80])
            answers = []
        self.swept.fetched += sum(answer.status in NEW for answer in answers)
        self.swept.left += not answers or any(answer.status in {"retry", "gap"} for answer in answers)

    def _now(self) -> datetime:
        """Requests of a long sweep must be fresh too."""
        return self.at + timedelta(seconds=time.monotonic() - self.started)

    def _is_known_fork(self, difference: Difference) -> bool:
        """Nothing more can be learnt of a case that already waits for the alliance's decision."""
        with scope([self.pair.region]):
            return ForkEvidence.objects.filter(case_id=difference.case_id, region=self.pair.region).exists()

    def _ask(self, path: str, **query: str) -> bytes:
        wanted = {"region": self.pair.peer, "with": self.pair.region, **query}
        if self.since:
            wanted["since"] = format_instant(self.since)
        return self.client.get(self.url, f"{path}?{urlencode(wanted)}", max_bytes=MAX_BYTES, at=self._now())


def fetch_case(
    node: Node, peer: str, pair: Pair, *, case_id: UUID, first: int, url: str, client: Getter, at: datetime
) -> list[Answer]:
    """Take in what the peer's copy holds from `first` on; what was said of each event. Raises `PeerUnreachable`, `Refused`."""
    said: list[Answer] = []
    while batch := _items(pair, case_id, first + len(said), url, client, at):
        answers = receive(node=node, batch=batch, peer=peer, at=at)
        said += answers
        if not all(answer.status in NEW for answer in answers):
            break
    return said


def _items(pair: Pair, case_id: UUID, first: int, url: str, client: Getter, at: datetime) -> Batch | None:
    path = f"/txp/1/cases/{case_id}/items?{urlencode({'region': pair.peer, 'for': pair.region, 'from': first})}"
    reply = client.get(url, path, max_bytes=MAX_BYTES, at=at)
    try:
        batch = read_batch(reply)
    except BadMessage:
        return None
    return batch if (batch.to, batch.sender) == (pair.region, pair.peer) else None


def requeue(pair: Pair, difference: Difference, at: datetime) -> None:
    """The peer lacks our events from there on; of a case that it did not list, the last one is enough: its answer says where it stands.

    What waits in the outbox already is being sent.
    """
    if _is_waiting(pair, difference):
        return
    last, _ = heads.find_heads(pair.region, [difference.case_id])[difference.case_id]
    first = last if difference.kind == "unlisted" else difference.seq
    log.requeue_events(
        region=pair.region, case_id=difference.case_id, peer=pair.peer, positions=range(first, last + 1), at=at
    )


def _is_waiting(pair: Pair, difference: Difference) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM exchange_outbox WHERE region = %s AND peer_region = %s AND case_id = %s"
            " AND delivered_at IS NULL AND proposal IS NULL)",
            [pair.region, pair.peer, difference.case_id],
        )
        return bool(cursor.fetchone()[0])


def list_peers_to_sweep(node: Node, at: datetime) -> Iterable[str]:
    """Every other active node."""
    return [entry.id for entry in alliance.latest_list(at).peers if entry.id != node.id]
