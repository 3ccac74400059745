"""The statements that write a chain, few and in one place. Called inside a transaction whose scope holds the region."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.alliance.queries import LATEST
from tongban.exchange import chain
from tongban.exchange.chain import EMPTY, Head, State
from tongban.exchange.models import Command
from tongban.kernel.events import StoredEvent
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import MAX_PART_BYTES, Sealed
from tongban.kernel.text import Text

CHANNEL = "txp_outbox"
"""NOTIFY on this channel wakes the senders when the transaction commits. Its payload is `region peer` of a link, or "" for any."""
INSERT_EVENTS = (
    "INSERT INTO exchange_event (case_id, region, seq, hash, prev, kind, author, baton, baton_to, envelope, at,"
    " received_at, writer, offered_by) VALUES"
)
EVENT_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '')"
FORGOTTEN = ""
"""The request hash of a command that was taken back after a restore: nobody knows any more what it asked, so whatever repeats it gets its
answer."""
MAX_PARTS_BYTES = 512 * 1024
"""So that one event with its parts always fits into one POST."""


class EventTooLarge(Refused):
    status = 413
    text = Text("提交内容过大。", "This is too much for one step.")
    advice = Text("请减少填写内容，大文件请作为材料上传。", "Shorten the entries; upload large files as materials.")


class CommandReused(Refused):
    text = Text("同一操作编号已用于不同内容。", "This command was already used with other content.")
    advice = Text("请刷新页面后重新提交。", "Reload the page and submit again.")


@dataclass(frozen=True, slots=True)
class Copy:
    """One region's copy of a chain, locked. `folded`: the last event the projection has seen; `parked`: why it waits, or "";
    `recovering`: restored, and not every other region has answered yet: only read."""

    region: str
    case_id: UUID
    head: Head = field(default=EMPTY)
    folded: int = 0
    parked: str = ""
    recovering: bool = False

    @property
    def state(self) -> State:
        if self.recovering:
            return State.RECOVERING
        return State.PARKED if self.parked else self.head.state(self.region)

    def moved(self, head: Head) -> "Copy":
        """After one more event: what is parked is not folded."""
        return replace(self, head=head, folded=self.folded if self.parked else head.seq)


def require_size(parts: Sequence[Sealed]) -> None:
    """Refuses `EventTooLarge`."""
    sizes = [len(part.ciphertext) for part in parts]
    if sum(sizes) > MAX_PARTS_BYTES or max(sizes, default=0) > MAX_PART_BYTES:
        raise EventTooLarge


_COPY = "seq, head, writer, offered_by, audience, folded, parked, recovering"


def lock_copy(region: str, case_id: UUID) -> Copy:
    """The copy with its row locked until the end of the transaction; empty when this region has no event of the case yet."""
    return lock_copies(region, [case_id])[0]


def lock_copies(region: str, case_ids: Collection[UUID]) -> list[Copy]:
    """The same of several cases, in the order of their ids: everybody locks in this order, so that no two wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT case_id, {_COPY} FROM exchange_casehead"  # noqa: S608
            " WHERE case_id = ANY(%s) AND region = %s ORDER BY case_id FOR UPDATE",
            [list(case_ids), region],
        )
        rows = {case_id: row for case_id, *row in cursor.fetchall()}
    return [_copy(region, case_id, rows.get(case_id)) for case_id in sorted(case_ids)]


_LIFE = "life.inc, life.nonce, life.recovering_since, life.reason"


@dataclass(frozen=True, slots=True)
class Begun:
    """`before`: the command if it was given before. `life`: the row of the node's present life (`incarnation.life_of`), which the lock
    keeps as it is: the server reads after it has the lock. `members`: the hash of the list in force (`alliance.read_latest`)."""

    copy: Copy
    before: Command | None
    life: Sequence[Any]
    members: str | None


def begin_command(
    *, region: str, case_id: UUID, cmd: UUID, request_hash: str, count: int, node_id: str, at: datetime
) -> Begun:
    """Lock the copy and reserve the command for its next `count` positions, with all that an append looks up, in one statement.

    Waits for the same command in another transaction. Refuses `CommandReused`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH copy AS (SELECT {_COPY} FROM exchange_casehead WHERE case_id = %s AND region = %s FOR UPDATE),"  # noqa: S608
            " new AS (INSERT INTO exchange_command (case_id, region, cmd, request_hash, first_seq, last_seq)"
            " SELECT %s, %s, %s, %s, coalesce(max(seq), 0) + 1, coalesce(max(seq), 0) + %s FROM copy"
            " ON CONFLICT DO NOTHING RETURNING 1)"
            f" SELECT EXISTS (SELECT FROM new), ({LATEST}), {_LIFE}, {_COPY} FROM (SELECT) AS always LEFT JOIN copy ON true"
            " LEFT JOIN exchange_incarnation life ON life.node = %s",
            [case_id, region, case_id, region, cmd, request_hash, count, at, node_id],
        )
        is_new, members, inc, nonce, since, reason, *row = cursor.fetchone()
    copy = _copy(region, case_id, row if row[0] is not None else None)
    before = None if is_new else _given_before(region, case_id, cmd, request_hash)
    return Begun(copy, before, () if inc is None else (inc, nonce, since, reason), members)


def _given_before(region: str, case_id: UUID, cmd: UUID, request_hash: str) -> Command:
    before = Command.objects.get(case_id=case_id, region=region, cmd=cmd)
    if before.request_hash not in (request_hash, FORGOTTEN):
        raise CommandReused
    return before


def _copy(region: str, case_id: UUID, row: Sequence[Any] | None) -> Copy:
    if row is None:
        return Copy(region, case_id)
    seq, hash, writer, offered_by, audience, *rest = row
    return Copy(region, case_id, Head(seq, hash, writer, offered_by, tuple(audience)), *rest)


def insert_events(events: Sequence[StoredEvent]) -> None:
    """The trigger on the table repeats `chain.check_next` and raises IntegrityError."""
    if events:
        with connection.cursor() as cursor:
            cursor.execute(*_events(events))


def write_copy(copy: Copy) -> None:
    write_copies([copy])


def write_copies(copies: Sequence[Copy]) -> None:
    if copies:
        with connection.cursor() as cursor:
            cursor.execute(*_copies(copies))


def write_chain(events: Sequence[StoredEvent], copy: Copy, *, queue: Sequence[tuple[str, int]], at: datetime) -> None:
    """Events, where the copy stands after them, and outbox rows for (peer region, position), in one statement.

    The senders wake when the transaction commits.
    """
    insert, rows = _events(events)
    write, where = _copies([copy])
    statement, values = f"WITH event AS ({insert}), copy AS ({write})", [*rows, *where]
    if queue:
        peers, positions = zip(*queue, strict=True)
        statement += f", queued AS ({_QUEUE}) SELECT pg_notify(%s, link) FROM unnest(%s::text[]) AS link"  # noqa: S608
        links = [f"{copy.region} {peer}" for peer in dict.fromkeys(peers)]
        values += [copy.region, copy.case_id, at, at, list(peers), list(positions), CHANNEL, links]
    else:
        statement += " SELECT"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


_WRITE_COPIES = (
    "INSERT INTO exchange_casehead (case_id, region, seq, head, state, writer, offered_by, audience, folded, parked, recovering)"
    " VALUES"
)
_COPY_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_ONE_COPY_EACH = (
    " ON CONFLICT (case_id, region) DO UPDATE SET (seq, head, state, writer, offered_by, audience, folded, parked) ="
    " (excluded.seq, excluded.head, excluded.state, excluded.writer, excluded.offered_by, excluded.audience,"
    " excluded.folded, excluded.parked)"
)
_QUEUE = (
    "INSERT INTO exchange_outbox (region, case_id, peer_region, seq, created_at, next_try, claim, tries, last_error)"
    " SELECT %s, %s, peer, seq, %s, %s, 0, 0, '' FROM unnest(%s::text[], %s::int[]) AS wanted (peer, seq)"
    " ON CONFLICT DO NOTHING"
)


def _copies(copies: Sequence[Copy]) -> tuple[str, list[Any]]:
    rows = ", ".join([_COPY_ROW] * len(copies))
    return f"{_WRITE_COPIES} {rows}{_ONE_COPY_EACH}", [value for copy in copies for value in _copy_row(copy)]


def _copy_row(copy: Copy) -> list[Any]:
    head = copy.head
    return [
        copy.case_id, copy.region, head.seq, head.hash, copy.state.value, head.writer, head.offered_by,
        list(head.audience), copy.folded, copy.parked, copy.recovering,
    ]  # fmt: skip


def _events(events: Sequence[StoredEvent]) -> tuple[str, list[Any]]:
    rows = ", ".join([EVENT_ROW] * len(events))
    return f"{INSERT_EVENTS} {rows}", [value for event in events for value in _row(event)]


def queue_events(*, region: str, case_id: UUID, rows: Sequence[tuple[str, int]], at: datetime) -> None:
    """Outbox rows for (peer region, position) where there are none, and a wake-up for the senders at commit."""
    if not rows:
        return
    peers, positions = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, [region, case_id, at, at, list(peers), list(positions)])
        cursor.execute(f"NOTIFY {CHANNEL}")


def wake_senders(*, region: str, peer: str) -> None:
    """At commit, as after `write_chain`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{region} {peer}"])


def requeue_events(*, region: str, case_id: UUID, peer: str, positions: range, at: datetime) -> None:
    """The peer lacks these: send them, again if need be, also those that others wrote (R8: events prove themselves)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_outbox"
            " (region, case_id, peer_region, seq, created_at, next_try, claim, tries, last_error)"
            " SELECT region, case_id, %s, seq, %s, %s, 0, 0, '' FROM exchange_event"
            " WHERE region = %s AND case_id = %s AND seq >= %s AND seq < %s"
            " ON CONFLICT (case_id, region, peer_region, seq) WHERE proposal IS NULL"
            " DO UPDATE SET delivered_at = NULL, next_try = excluded.next_try, tries = 0, created_at = CASE"
            " WHEN exchange_outbox.delivered_at IS NULL THEN exchange_outbox.created_at ELSE excluded.created_at END",
            [peer, at, at, region, case_id, positions.start, positions.stop],
        )
        cursor.execute(f"NOTIFY {CHANNEL}")


def queue_proposal(*, region: str, case_id: UUID, proposal: UUID, peer: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_outbox"
            " (region, case_id, peer_region, seq, proposal, created_at, next_try, claim, tries, last_error)"
            " VALUES (%s, %s, %s, 0, %s, %s, %s, 0, 0, '') ON CONFLICT DO NOTHING",
            [region, case_id, peer, proposal, at, at],
        )
        cursor.execute(f"NOTIFY {CHANNEL}")


def _row(event: StoredEvent) -> tuple[UUID | str | int | bytes | datetime, ...]:
    payload = event.payload
    to = payload.baton.to if payload.baton else ""
    return (
        payload.case, event.holder, payload.seq, event.hash, payload.prev, payload.kind, payload.region,
        chain.operation(payload), to, event.envelope, payload.at, event.received_at,
    )  # fmt: skip
