"""What the migrated database promises about every table, so that a new one cannot forget it."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import JIYANG
from tongban.kernel.scope import scope
from tongban.project import postgres

pytestmark = pytest.mark.django_db

PUBLIC = {
    "regions_office": "places are public",
    "regions_hall": "places are public",
    "catalogue_publisheddefinition": "guides are for everyone",
    "kernel_calendaryear": "announced holidays; the seed is of all regions",
}
"""Tables with a region and without a policy, and why."""

NEVER_CHANGED = {
    "exchange_event", "exchange_command", "exchange_receipt", "exchange_forkevidence", "alliance_memberlistversion",
    "alliance_agreementversion", "alliance_rivallist", "catalogue_publisheddefinition", "exchange_fence", "exchange_logleaf", "exchange_logtile",
    "exchange_checkpoint", "exchange_cosignature", "exchange_witnessedcheckpoint", "exchange_logevidence", "exchange_operation",
    "people_mandateevent", "catalogue_itemversion", "audit_readingseal", "feedback_followupstep", "review_unrehearsedpublication",
    "catalogue_publicationact", "alliance_agreementproposal", "alliance_agreementsignature", "alliance_agreementstatement",
    "alliance_agreementconsent",
    "guidance_topicversion",
    "licences_sharereading",
    "licences_signerentry",
    "licences_taking",
    "seals_sealuse",
    "seals_blankuse",
    "seals_sealorderstep",
}  # fmt: skip


def names(sql: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def with_a_region() -> set[str]:
    return names(
        "SELECT table_name FROM information_schema.columns JOIN pg_tables ON tablename = table_name"
        " WHERE column_name IN ('region', 'holder') AND table_schema = 'public' AND schemaname = 'public'"
    )


def test_a_table_with_a_region_shows_rows_of_its_scope_only() -> None:
    guarded = names(
        "SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relrowsecurity AND p.polcmd = '*'"
        " AND pg_get_expr(p.polqual, p.polrelid) LIKE '%tongban_scope%'"
        " AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%tongban_scope%'"
    )
    assert with_a_region() - guarded == set(PUBLIC)


def test_the_role_of_the_node_cannot_go_round_a_policy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        assert cursor.fetchone() == (0,)


def test_what_was_signed_is_guarded_against_every_change() -> None:
    """Row triggers against UPDATE and DELETE, a statement trigger against TRUNCATE; none can be switched off by the node's role."""
    guarded = names(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE p.proname = 'tongban_refuse_change' AND t.tgenabled = 'O' GROUP BY c.relname"
        " HAVING bit_or(t.tgtype::int) & 56 = 56"
    )
    assert guarded == NEVER_CHANGED


@pytest.mark.parametrize("table", sorted(NEVER_CHANGED))
@pytest.mark.parametrize("attempt", ["TRUNCATE {} CASCADE", "ALTER TABLE {} DISABLE TRIGGER ALL"])
def test_the_role_of_the_node_neither_empties_nor_unguards_them(table: str, attempt: str) -> None:
    with scope([JIYANG]), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt.format(table))


@pytest.fixture
def owner(cluster: postgres.Cluster, db: None) -> Iterator[psycopg.Connection]:
    """The role that migrates: row-level security does not bind it."""
    with psycopg.connect(cluster.dsn(database="tongban_test", role="tongban_owner")) as owner:
        yield owner
        owner.rollback()


def test_the_owner_changes_no_event_either(owner: psycopg.Connection) -> None:
    owner.execute(
        "INSERT INTO exchange_event (case_id, region, seq, hash, prev, kind, author, baton, baton_to, envelope, at, received_at,"
        " writer, offered_by) VALUES (gen_random_uuid(), '370115', 1, 'h', '', 'k', '370115', 'open', '', 'e', now(), now(), '', '')"
    )
    for attempt in ("UPDATE exchange_event SET kind = 'x'", "DELETE FROM exchange_event", "TRUNCATE exchange_event"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed"), owner.transaction():
            owner.execute(attempt)
