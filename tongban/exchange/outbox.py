"""Which rows go next to which peer region, and what became of them. No row is locked while a peer is being asked.

In order within a case, independent between cases (R7, R8). `claim` is a fencing number: whoever was overtaken writes to no row.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

LEASE = timedelta(seconds=40)
"""Longer than a request may take (30 s): whoever outlives it was cut off."""
MAX_WAIT = 300.0
Jitter = Callable[[float, float], float]
"""Like `random.uniform`; passed in so that tests can fix it."""


@dataclass(frozen=True, slots=True)
class Link:
    """From a region hosted here to a peer region."""

    region: str
    peer: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """One outbox row taken by this sender. `proposal` is None for an event."""

    id: int
    claim: int
    case_id: UUID
    seq: int
    proposal: UUID | None
    tries: int


def list_links(regions: Sequence[str], at: datetime) -> list[Link]:
    """Where something is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT region, peer_region FROM exchange_outbox"
            " WHERE region = ANY(%s) AND delivered_at IS NULL AND rejected_at IS NULL AND next_try <= %s"
            " AND (claimed_until IS NULL OR claimed_until <= %s) ORDER BY 1, 2",
            [list(regions), at, at],
        )
        return [Link(*row) for row in cursor.fetchall()]


def claim(link: Link, *, limit: int, at: datetime) -> list[Claimed]:
    """Take the oldest undelivered rows of cases where one is due and none is under way or rejected, each case in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                SELECT case_id, proposal FROM exchange_outbox
                WHERE region = %(region)s AND peer_region = %(peer)s AND delivered_at IS NULL
                GROUP BY case_id, proposal
                HAVING bool_or(next_try <= %(at)s) AND NOT bool_or(rejected_at IS NOT NULL)
                    AND NOT bool_or(coalesce(claimed_until > %(at)s, false))
                ORDER BY min(id) LIMIT %(limit)s
            ), next AS (
                SELECT o.id FROM exchange_outbox o
                JOIN due ON o.case_id = due.case_id AND o.proposal IS NOT DISTINCT FROM due.proposal
                WHERE o.region = %(region)s AND o.peer_region = %(peer)s AND o.delivered_at IS NULL
                ORDER BY o.case_id, o.seq LIMIT %(limit)s
                FOR UPDATE OF o SKIP LOCKED
            )
            UPDATE exchange_outbox o SET claim = o.claim + 1, claimed_until = %(until)s FROM next WHERE o.id = next.id
            RETURNING o.id, o.claim, o.case_id, o.seq, o.proposal, o.tries
            """,
            {"region": link.region, "peer": link.peer, "at": at, "until": at + LEASE, "limit": limit},
        )
        rows = [Claimed(*row) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: (row.case_id, row.proposal is not None, row.seq))


def release(rows: Sequence[Claimed]) -> None:
    """Not sent this time, and nobody's fault."""
    _update(rows, "claimed_until = NULL", [])


def mark_delivered(rows: Sequence[Claimed], *, at: datetime) -> None:
    _update(rows, "claimed_until = NULL, delivered_at = %s, last_error = '', tries = 0", [at])


def mark_rejected(rows: Sequence[Claimed], *, code: str, at: datetime) -> None:
    """The peer will never take it: no more tries, and the case's later events to this peer wait for the operator."""
    _update(rows, "claimed_until = NULL, rejected_at = %s, last_error = %s", [at, f"rejected: {code}"[:80]])


def retry_rejected(link: Link, *, at: datetime, every: bool) -> None:
    """Sent once more: what the peer rejected and must have taken in since, for it wrote after it; `every`: all, for it may have been upgraded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_outbox o SET rejected_at = NULL, next_try = %s, tries = 0"
            " WHERE region = %s AND peer_region = %s AND delivered_at IS NULL AND rejected_at IS NOT NULL"
            " AND (%s OR EXISTS (SELECT FROM exchange_event e WHERE e.case_id = o.case_id AND e.region = o.region"
            " AND e.author = o.peer_region AND e.seq > o.seq))",
            [at, link.region, link.peer, every],
        )


def mark_failed(
    rows: Sequence[Claimed], *, reason: str, at: datetime, jitter: Jitter, longest: float = MAX_WAIT
) -> None:
    """Try again later, for ever (R9)."""
    if rows:
        tries = max(row.tries for row in rows) + 1
        wait = timedelta(seconds=back_off(tries, jitter, longest))
        values: list[str | int | datetime] = [reason[:80], tries, at + wait]
        _update(rows, "claimed_until = NULL, last_error = %s, tries = %s, next_try = %s", values)


def mark_unreachable(
    link: Link, rows: Sequence[Claimed], *, reason: str, at: datetime, jitter: Jitter, longest: float = MAX_WAIT
) -> None:
    """The peer did not answer: one wait for everything that is due there, so that a backlog knocks once and not once for each batch.

    What says so already is not written again: a backlog of days costs nothing while its peer stays away.
    """
    tries = max(row.tries for row in rows) + 1
    until = at + timedelta(seconds=back_off(tries, jitter, longest))
    mark_failed(rows, reason=reason, at=at, jitter=jitter, longest=longest)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_outbox SET next_try = %s, tries = %s, last_error = %s"
            " WHERE region = %s AND peer_region = %s AND delivered_at IS NULL AND next_try <= %s AND last_error <> %s"
            " AND (claimed_until IS NULL OR claimed_until <= %s)",
            [until, tries, reason[:80], link.region, link.peer, at, reason[:80], at],
        )


def forget_wrong_times(regions: Sequence[str], *, at: datetime) -> int:
    """Rows that wait longer than anything waits were written by a clock that was ahead (T1): they are due. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_outbox SET next_try = least(next_try, %(at)s), claimed_until = NULL"
            " WHERE region = ANY(%(regions)s) AND delivered_at IS NULL"
            " AND (next_try > %(longest)s OR claimed_until > %(lease)s)",
            {
                "at": at,
                "regions": list(regions),
                "longest": at + timedelta(seconds=1.1 * MAX_WAIT),
                "lease": at + 2 * LEASE,
            },
        )
        return int(cursor.rowcount)


def reset_waits(link: Link, *, reason_prefix: str, at: datetime) -> None:
    """The peer answers again: what only waited for that is due now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_outbox SET next_try = %s, tries = 0 WHERE region = %s AND peer_region = %s"
            " AND delivered_at IS NULL AND rejected_at IS NULL AND next_try > %s AND last_error LIKE %s",
            [at, link.region, link.peer, at, f"{reason_prefix}%"],
        )


def back_off(tries: int, jitter: Jitter = random.uniform, longest: float = MAX_WAIT) -> float:
    """Seconds: full jitter, random(0, min(300, 2ⁿ))."""
    return jitter(0.0, min(longest, 2.0 ** min(tries, 16)))


def _update(rows: Sequence[Claimed], change: str, values: list[str | int | datetime]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE exchange_outbox o SET {change}"  # noqa: S608 - `change` is one of the constants above
            " FROM unnest(%s::bigint[], %s::bigint[]) AS mine (id, claim) WHERE o.id = mine.id AND o.claim = mine.claim",
            [*values, [row.id for row in rows], [row.claim for row in rows]],
        )
