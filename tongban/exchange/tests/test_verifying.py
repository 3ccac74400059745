"""G1: whatever somebody with all rights does to the rows of a chain, `verify` names the first wrong position (I5)."""

import psycopg
import pytest
from django.db import connection

from tests.cast import JIYANG
from tongban.alliance import queries as alliance_queries
from tongban.exchange import leaves, verifying
from tongban.exchange.models import Checkpoint
from tongban.exchange.tests.factories import noted, offered, opened, write
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db


class Lists:
    """The one list of the tests."""

    def __init__(self, at):
        self.members = alliance_queries.current_list(at)
        self.suite = self.members.suite

    def at(self, version):
        if version != self.members.version:
            raise LookupError(version)
        return self.members

    def public_key(self, key_id):
        return {key.id: key.public for node in self.members.nodes for key in node.keys}[key_id]


@pytest.fixture
def dba(cluster):
    with psycopg.connect(cluster.dsn(database="tongban_test"), autocommit=True) as superuser:
        superuser.execute("GRANT SET ON PARAMETER session_replication_role TO tongban_app")
        yield
        superuser.execute("REVOKE SET ON PARAMETER session_replication_role FROM tongban_app")


@pytest.fixture
def chain(dba, network, node, case_id, at):
    """Five events, receipts of the other place for the first four."""
    write(node, case_id, opened(), noted(a=1), noted(a=2), offered(), at=at)
    network.settle(at)
    leaves.collect(JIYANG, suite=node.suite)
    return case_id


def tamper(statement, *values):
    with scope([JIYANG]), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount, "nothing was tampered with"
        cursor.execute("SET LOCAL session_replication_role = origin")


def verify(case_id, at):
    lists = Lists(at)
    with scope([JIYANG]):
        return verifying.verify_copy(JIYANG, case_id, lists=lists, suite=lists.suite)


def test_what_was_stored_verifies(chain, at, node):
    seen, fault = verify(chain, at)
    assert (seen.events, seen.receipts, fault) == (4, 4, None)
    with scope([JIYANG]):
        assert verifying.verify_receipt_chain(JIYANG, suite=node.suite) is None
        assert verifying.verify_log(JIYANG, suite=node.suite) == (4, None)
        assert verifying.list_copies(JIYANG) == [chain]


EVENT = "UPDATE exchange_event SET {} WHERE region = '370115' AND seq = 3"


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        (EVENT.format("envelope = envelope || ' '::bytea"), "event 3"),
        (EVENT.format("envelope = set_byte(envelope, 60, get_byte(envelope, 60) # 1)"), "event 3"),
        (EVENT.format("kind = 'test.declined;v=1'"), "event 3"),
        (EVENT.format("author = '371424'"), "event 3"),
        (EVENT.format("prev = repeat('0', 64)"), "event 3"),
        (EVENT.format("at = at - interval '1 day'"), "event 3"),
        (EVENT.format("writer = '371424'"), "event 3"),
        ("DELETE FROM exchange_event WHERE region = '370115' AND seq = 2", "event 2"),
        ("DELETE FROM exchange_event WHERE region = '370115' AND seq = 4", "event 4"),
        ("DELETE FROM exchange_event WHERE region = '370115'", "event 1"),
        ("UPDATE exchange_casehead SET writer = '370115' WHERE region = '370115'", "head"),
        ("UPDATE exchange_casehead SET audience = '{370115}' WHERE region = '370115'", "head"),
        ("DELETE FROM exchange_casehead WHERE region = '370115'", "head"),
        (
            "UPDATE exchange_event e SET envelope = f.envelope FROM exchange_event f"
            " WHERE e.region = '370115' AND f.region = '370115' AND e.seq = 3 AND f.seq = 2",
            "event 3",
        ),
    ],
)
def test_g1_the_position_is_named(chain, at, statement, where):
    tamper(statement)
    _, fault = verify(chain, at)
    assert fault is not None
    assert (fault.region, fault.case_id, fault.where) == (JIYANG, chain, where)


def test_g1_a_tail_cut_together_with_its_head_is_told_by_the_others_receipts(chain, at):
    """All rows of this database agree with one another; a peer's receipt does not."""
    tamper(
        "WITH gone AS (DELETE FROM exchange_event WHERE region = '370115' AND seq = 4)"
        " UPDATE exchange_casehead SET (seq, head, writer, offered_by, audience) = (SELECT seq, hash, '370115', '',"
        " ARRAY['370115']::varchar[] FROM exchange_event WHERE region = '370115' AND seq = 3) WHERE region = '370115'"
    )
    _, fault = verify(chain, at)
    assert fault is not None
    assert fault.where == "event 4"


@pytest.mark.parametrize("column", ["event = repeat('0', 64)", "issuer = '371621'", "stage = 'ADMITTED'", "seq = 9"])
def test_g1_receipts_are_what_was_signed(chain, at, column):
    tamper(f"UPDATE exchange_receipt SET {column} WHERE region = '370115' AND seq = 2")
    _, fault = verify(chain, at)
    assert fault is not None
    assert fault.where.startswith("receipt ")


def test_g1_a_receipt_of_ours_that_was_withdrawn(chain, at, linyi):
    """The chain of 临邑's own receipts misses one."""
    region = linyi.regions[0]
    with scope([region]):
        assert verifying.verify_receipt_chain(region, suite=linyi.suite) is None
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM exchange_receipt WHERE region = %s AND seq = 2", [region])
            cursor.execute("SET LOCAL session_replication_role = origin")
        fault = verifying.verify_receipt_chain(region, suite=linyi.suite)
    assert fault is not None


def log_fault(node):
    with scope([JIYANG]):
        return verifying.verify_log(JIYANG, suite=node.suite)[1]


def test_g1_an_event_and_its_hash_changed_together(chain, node):
    tamper("UPDATE exchange_event SET hash = repeat('0', 64) WHERE region = '370115' AND seq = 3")
    assert log_fault(node).where == "event 3"


def test_g2_leaves_cut_or_lost(chain, node, at):
    tamper("DELETE FROM exchange_logleaf WHERE n = 1")
    assert log_fault(node).where == "log 1"


def test_g2_a_cut_log_does_not_fit_its_last_checkpoint(chain, node, at):
    with scope([JIYANG]):
        root = leaves.find_root(JIYANG, 4, suite=node.suite)
        Checkpoint.objects.create(region=JIYANG, inc=1, n=1, size=4, root=root, hash="h", envelope=b"", at=at)
    assert log_fault(node) is None
    tamper("DELETE FROM exchange_logleaf WHERE n = 3")
    assert log_fault(node).where == "log 3"
