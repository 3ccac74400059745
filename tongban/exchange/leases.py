"""Claims of senders that are dead: freed when a sender starts alone, instead of after their lease.

Every sending process holds a shared advisory lock for as long as its session lives; whoever could have it alone knows that nobody else is left.
A process that only slept holds its session too. Should it have lost it, the fencing number keeps it from writing (N4).
"""

from collections.abc import Sequence

import psycopg

SENDERS = 0x7478705F6F757462
"""The lock's name: txp_outb."""


def begin(session: psycopg.Connection, regions: Sequence[str], *, alone: bool = True, workers: bool = False) -> int:
    """Take the lock in this session; returns how many claims were freed. `alone`: no thread of this process is sending yet.

    `workers`: no job of this process is running yet either, so that whatever was at work on jobs is dead too and forgotten.
    """
    freed = 0
    exclusive = _ask(session, "SELECT pg_try_advisory_lock(%s)") if alone else False
    if exclusive:
        freed = _free(session, regions)
        if workers:
            session.execute("DELETE FROM procrastinate_workers")
    _ask(session, "SELECT pg_advisory_lock_shared(%s)")
    if exclusive:
        _ask(session, "SELECT pg_advisory_unlock(%s)")
    return freed


def _free(session: psycopg.Connection, regions: Sequence[str]) -> int:
    with session.transaction():
        session.execute("SELECT set_config('tongban.scope', %s, true)", [",".join(regions)])
        return session.execute(
            "UPDATE exchange_outbox SET claimed_until = NULL, claim = claim + 1"
            " WHERE region = ANY(%s) AND delivered_at IS NULL AND claimed_until IS NOT NULL",
            [list(regions)],
        ).rowcount


def _ask(session: psycopg.Connection, statement: str) -> bool:
    row = session.execute(statement, [SENDERS]).fetchone()
    return bool(row and row[0])
