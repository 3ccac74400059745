"""Evidence that should have come (证据阶梯): no STORED, no answer to an offer, nobody who opened it (protocol §3.5, after the e-CODEX evidences).

A time-out writes a local record for operators and for the case's page; it never ends or changes the case, and the evidence clears it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList
from tongban.alliance.queries import NoMemberList
from tongban.exchange import peers, receipts
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.answers import read_receipts
from tongban.exchange.receipts import BadReceipt
from tongban.exchange.sweep import Getter
from tongban.exchange.wire import MAX_BYTES
from tongban.kernel.calendar import get_calendar
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import SHANGHAI, Calendar, legal_day

PULL_EARLY = timedelta(minutes=15)
"""So long before an alarm is due, what may only have been lost on the way is asked for."""
PULL_AT_ONCE = 100
LOOK_BACK = timedelta(days=14)
"""Offers that are older were looked at before."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rung:
    """After how long a lack is shown, and after how long both sides must do something."""

    warn: timedelta
    alarm: timedelta


@dataclass(frozen=True, slots=True)
class Ladder:
    """`working_days`: only hours of working days count, by the calendar of the region that waits."""

    stored: Rung = Rung(timedelta(hours=1), timedelta(hours=12))
    admitted: Rung = Rung(timedelta(hours=12), timedelta(hours=24))
    opened: Rung = Rung(timedelta(hours=24), timedelta(hours=36))
    working_days: bool = False


def climb(node: Node, ladder: Ladder, *, at: datetime) -> int:
    """Raise what is overdue and clear what has come, for every region hosted here; returns how many records changed."""
    changed, quiet = 0, _suspended(at)
    for region in node.regions:
        calendar = get_calendar(region) if ladder.working_days else None
        with scope([region]):
            for rung, statement in _RAISE.items():
                values = _values(region, rung, getattr(ladder, rung), calendar, at)
                changed += _run(statement, values | {"quiet": quiet})
            for rung, statement in _CLEAR.items():
                changed += _run(statement, {"region": region, "rung": rung, "at": at, "quiet": quiet})
    return changed


def _suspended(at: datetime) -> list[str]:
    """Regions of which nothing is expected: by the member list in force their node may say nothing."""
    try:
        members = alliance.latest_list(at)
    except NoMemberList:
        return []
    return [region for node in members.nodes if not node.active for region in members.regions_of(node.id, at)]


def count_overdue(regions: Iterable[str]) -> dict[tuple[str, str], int]:
    """(rung, level) → how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rung, level, count(*) FROM exchange_overdue WHERE region = ANY(%s) AND cleared_at IS NULL"
            " GROUP BY 1, 2 ORDER BY 1, 2",
            [list(regions)],
        )
        return {(rung, level): count for rung, level, count in cursor.fetchall()}


def back(at: datetime, lapse: timedelta, calendar: Calendar | None) -> datetime:
    """The instant since which `lapse` has passed; with a calendar only working days (in Shanghai, all 24 hours of them) count."""
    if calendar is None:
        return at - lapse
    upto, left = at, lapse
    while True:
        midnight = upto.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight == upto.astimezone(SHANGHAI):
            midnight -= timedelta(days=1)
        if calendar.is_working_day(legal_day(midnight)):
            if upto - midnight >= left:
                return upto - left
            left -= upto - midnight
        upto = midnight.astimezone(at.tzinfo)


def pull_missing(node: Node, peer: str, ladder: Ladder, *, client: Getter, at: datetime) -> int:
    """Ask the node `peer` for the receipts about offers that are nearly overdue; returns how many came. Must not run inside a transaction."""
    members = alliance.current_list(at)
    entry = members.find_node(peer)
    if entry is None:
        return 0
    came = 0
    for region in node.regions:
        for theirs in members.regions_of(peer, at):
            for case_id in _nearly_overdue(region, theirs, ladder, at):
                if not peers.may_ask(peer, at):
                    return came
                try:
                    came += pull_receipts(
                        region=region,
                        peer=theirs,
                        case_id=case_id,
                        url=entry.url,
                        members=members,
                        client=client,
                        at=at,
                    )
                except PeerUnreachable as error:
                    log.info("receipts not fetched", peer=theirs, reason=error.reason)
                    return came
    return came


def pull_receipts(
    *, region: str, peer: str, case_id: UUID, url: str, members: MemberList, client: Getter, at: datetime
) -> int:
    """Fetch, verify and keep the receipts that `peer` has signed about a case; returns how many are valid. Raises `PeerUnreachable`."""
    reply = client.get(url, f"/txp/1/cases/{case_id}/receipts?region={peer}", max_bytes=MAX_BYTES, at=at)
    verified = []
    for raw in read_receipts(reply, max_bytes=MAX_BYTES):
        try:
            receipt = receipts.verify(raw, members=members, at=at)
        except BadReceipt:
            continue
        if receipt.region == peer and receipt.statement.case == case_id:
            verified.append(receipt)
    with scope([region]):
        receipts.keep(region=region, cases=[case_id], receipts=verified, at=at)
    return len(verified)


def _nearly_overdue(region: str, peer: str, ladder: Ladder, at: datetime) -> list[UUID]:
    calendar = get_calendar(region) if ladder.working_days else None
    cases: dict[UUID, None] = {}
    with scope([region]):
        for rung, statement in _PULLED.items():
            values = _values(region, rung, getattr(ladder, rung), calendar, at + PULL_EARLY)
            for row in _rows(f"SELECT case_id FROM ({statement}) AS lacking WHERE peer_region = %(peer)s"  # noqa: S608
                             f" ORDER BY random() LIMIT {PULL_AT_ONCE}", values | {"peer": peer}):  # fmt: skip
                cases[row[0]] = None
    return list(cases)


def _values(region: str, rung: str, lapses: Rung, calendar: Calendar | None, at: datetime) -> dict[str, Any]:
    return {
        "region": region, "rung": rung, "at": at, "warn": back(at, lapses.warn, calendar),
        "alarm": back(at, lapses.alarm, calendar), "from": back(at, lapses.alarm, calendar) - LOOK_BACK,
    }  # fmt: skip


# Each SELECT names case_id, peer_region, seq, since and whether no waiting will help (`hopeless`).
_UNSTORED = """
    SELECT case_id, peer_region, min(seq) AS seq, min(created_at) AS since, bool_or(rejected_at IS NOT NULL) AS hopeless
    FROM exchange_outbox WHERE region = %(region)s AND delivered_at IS NULL
    GROUP BY case_id, peer_region, proposal IS NULL
    HAVING min(created_at) <= %(warn)s OR bool_or(rejected_at IS NOT NULL)
"""
_UNANSWERED = """
    SELECT h.case_id, h.writer AS peer_region, h.seq, e.received_at AS since, false AS hopeless
    FROM exchange_casehead h JOIN exchange_event e ON e.case_id = h.case_id AND e.region = h.region AND e.seq = h.seq
    WHERE h.region = %(region)s AND h.offered_by = %(region)s AND e.received_at <= %(warn)s
"""
# That the addressee opened it: its own receipt, or what it wrote after its answer. An offer that was declined or followed by another is past.
_SEEN = """
    EXISTS (SELECT FROM exchange_receipt r WHERE r.case_id = o.case_id AND r.region = o.region AND r.seq = o.seq
        AND r.issuer = o.peer_region AND r.stage = 'OPENED')
    OR EXISTS (SELECT FROM exchange_event n WHERE n.case_id = o.case_id AND n.region = o.region AND n.seq > o.seq
        AND (n.baton = 'offer' OR (n.seq = o.seq + 1 AND n.baton = 'decline') OR (n.seq > o.seq + 1 AND n.author = o.peer_region)))
"""
_UNOPENED = f"""
    SELECT o.case_id, o.peer_region, o.seq, o.since, false AS hopeless FROM (
        SELECT case_id, region, baton_to AS peer_region, seq, received_at AS since FROM exchange_event
        WHERE region = %(region)s AND author = %(region)s AND baton = 'offer'
            AND at >= %(from)s AND received_at <= %(warn)s
    ) AS o WHERE NOT ({_SEEN})
"""  # noqa: S608
_PARKED_THERE = """
    SELECT p.case_id, p.issuer AS peer_region, p.seq, p.stored_at AS since, false AS hopeless FROM exchange_receipt p
    WHERE p.region = %(region)s AND p.stage = 'PARKED' AND p.issuer <> %(region)s AND p.stored_at <= %(at)s
        AND NOT EXISTS (SELECT FROM exchange_receipt s WHERE s.case_id = p.case_id AND s.region = p.region
            AND s.event = p.event AND s.issuer = p.issuer AND s.stage = 'STORED')
"""
_LACKING = {"admitted": _UNANSWERED, "opened": _UNOPENED}
_PULLED = {**_LACKING, "stored": _PARKED_THERE}
"""What a receipt that has not come here may clear."""

_RAISE = {
    rung: f"""
        INSERT INTO exchange_overdue (case_id, region, peer_region, seq, rung, level, since, raised_at)
        SELECT case_id, %(region)s, peer_region, seq, %(rung)s,
            CASE WHEN hopeless OR since <= %(alarm)s THEN 'alarm' ELSE 'warn' END, since, %(at)s
        FROM ({lacking}) AS lacking WHERE NOT (peer_region = ANY(%(quiet)s))
        ON CONFLICT (case_id, region, peer_region, seq, rung) DO UPDATE SET level = excluded.level, cleared_at = NULL,
            raised_at = excluded.raised_at, since = excluded.since
        WHERE exchange_overdue.level <> excluded.level OR exchange_overdue.cleared_at IS NOT NULL
    """  # noqa: S608
    for rung, lacking in (("stored", _UNSTORED), *_LACKING.items())
}
_COME = {
    "stored": "NOT EXISTS (SELECT FROM exchange_outbox q WHERE q.case_id = o.case_id AND q.region = o.region"
    " AND q.peer_region = o.peer_region AND q.seq = o.seq AND q.delivered_at IS NULL)",
    "admitted": "NOT EXISTS (SELECT FROM exchange_casehead h WHERE h.case_id = o.case_id AND h.region = o.region"
    " AND h.offered_by = o.region AND h.seq = o.seq)",
    "opened": f"({_SEEN})",
}
_CLEAR = {
    rung: "UPDATE exchange_overdue o SET cleared_at = %(at)s WHERE o.region = %(region)s AND o.rung = %(rung)s"  # noqa: S608
    f" AND o.cleared_at IS NULL AND ({come} OR o.peer_region = ANY(%(quiet)s))"
    for rung, come in _COME.items()
}


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def _rows(statement: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        yield from cursor.fetchall()
