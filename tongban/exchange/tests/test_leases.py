"""Claims of a sender that was killed, and rows that a slow transaction adds late."""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from tests.cast import JIYANG, LINYI
from tongban.exchange import leases, outbox
from tongban.exchange.models import Outbox
from tongban.exchange.outbox import Link
from tongban.exchange.tests.factories import link, offered, opened, write
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(cluster, db):
    """As another process has it."""

    def open_session():
        return psycopg.connect(cluster.dsn(database="tongban_test", role="tongban_app"), autocommit=True)

    return open_session


def held(session):
    return session.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()[0]


def leave(session):
    session.execute("SELECT pg_advisory_unlock_all()")


@pytest.fixture
def claimed(scoped, node, linyi, network, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    return outbox.claim(link(node, linyi), limit=10, at=at)


def begin():
    connection.ensure_connection()
    freed = leases.begin(connection.connection, [JIYANG])
    connection.connection.execute("SELECT pg_advisory_unlock_shared(%s)", [leases.SENDERS])
    return freed


def test_n4_what_a_dead_sender_claimed_is_free_at_the_next_start(node, linyi, claimed, at):
    """N4: and should it not be dead, its result is written to no row."""
    assert begin() == 2
    again = outbox.claim(link(node, linyi), limit=10, at=at + timedelta(seconds=1))
    assert len(again) == 2
    outbox.mark_delivered(claimed, at=at)
    assert not Outbox.objects.exclude(delivered_at=None).exists()


def workers():
    return connection.connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone()[0]


@pytest.fixture
def at_work(db):
    connection.ensure_connection()
    connection.connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def test_n1_workers_before_one_that_starts_alone_are_dead(at_work):
    """N1: their jobs belong to nobody then, and are taken up at once."""
    leases.begin(connection.connection, [JIYANG], workers=True)
    connection.connection.execute("SELECT pg_advisory_unlock_shared(%s)", [leases.SENDERS])
    assert workers() == 0


def test_n1_beside_a_living_worker_nobody_is_taken_for_dead(at_work, session):
    with session() as other:
        leases.begin(other, [LINYI])
        leases.begin(connection.connection, [JIYANG], workers=True)
        connection.connection.execute("SELECT pg_advisory_unlock_shared(%s)", [leases.SENDERS])
        leave(other)
    assert workers() == 1


def test_n4_beside_a_living_sender_nothing_is_freed(claimed, session):
    with session() as other:
        leases.begin(other, [LINYI])
        assert begin() == 0
        leave(other)
        assert begin() == 2


def test_two_senders_hold_the_lock_together(session):
    with session() as one, session() as other:
        leases.begin(one, [LINYI])
        leases.begin(other, [LINYI])
        assert held(one) == 2
        leave(one)
        leave(other)


def queue(session, at, case_id):
    session.execute("SELECT set_config('tongban.scope', %s, false)", [JIYANG])
    session.execute(
        "INSERT INTO exchange_outbox (region, case_id, peer_region, seq, created_at, next_try, claim, tries, last_error)"
        " VALUES (%s, %s, '999999', 1, %s, %s, 0, 0, '')",
        [JIYANG, case_id, at, at],
    )


class _Undo(Exception):
    """Gives back the rows that were claimed, so that the other session can remove them."""


def test_c5_a_row_that_is_committed_late_is_not_skipped(session, at):
    """C5: it has the lower number, and the higher one was sent long ago."""
    early, late = new_id(), new_id()
    with session() as slow, session() as fast:
        slow.autocommit = False
        queue(slow, at, early)
        queue(fast, at, late)
        with pytest.raises(_Undo), scope([JIYANG]):
            (row,) = outbox.claim(Link(JIYANG, "999999"), limit=10, at=at)
            outbox.mark_delivered([row], at=at)
            slow.commit()
            (other,) = outbox.claim(Link(JIYANG, "999999"), limit=10, at=at)
            raise _Undo
        fast.execute("DELETE FROM exchange_outbox WHERE peer_region = '999999'")
    assert (row.case_id, other.case_id) == (late, early) and other.id < row.id
