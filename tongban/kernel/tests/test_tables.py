"""What the database itself promises: rows of other regions are not there, events are never changed."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.kernel.models import CaseKey
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.tables import append_only
from tongban.kernel.tests.factories import CASE

# Row-level security


@pytest.fixture
def rows(db: None) -> None:
    for region in (JIYANG, LINYI):
        with scope([region]):
            CaseKey.objects.create(region=region, case_id=CASE, kid="1", wrapped=b"x")


@pytest.mark.usefixtures("rows")
def test_a_query_without_filter_sees_the_rows_of_the_scope_only() -> None:
    """Fault catalogue, A4."""
    for regions in ([JIYANG], [LINYI], [JIYANG, LINYI], [HUIMIN]):
        with scope(regions):
            assert {key.region for key in CaseKey.objects.all()} == set(regions) - {HUIMIN}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    "attempt",
    ["SELECT count(*) FROM kernel_casekey", "UPDATE kernel_casekey SET kid = '2'", "DELETE FROM kernel_casekey"],
)
def test_without_a_scope_the_database_raises(attempt: str) -> None:
    with pytest.raises(DatabaseError, match="no scope set"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempt)


@pytest.mark.usefixtures("rows")
def test_changing_and_removing_reach_no_further_than_the_scope() -> None:
    with scope([JIYANG]):
        CaseKey.objects.all().update(kid="2")
        CaseKey.objects.all().delete()
    with scope([JIYANG, LINYI]):
        assert [(key.region, key.kid) for key in CaseKey.objects.all()] == [(LINYI, "1")]


@pytest.mark.usefixtures("rows")
def test_a_row_is_neither_written_into_nor_moved_to_another_region() -> None:
    with scope([JIYANG]):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            CaseKey.objects.create(region=LINYI, case_id=CASE, kid="2", wrapped=b"x")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            CaseKey.objects.all().update(region=LINYI)


@pytest.mark.usefixtures("rows")
def test_an_inner_scope_ends_with_its_block() -> None:
    with scope([JIYANG]):
        with scope([LINYI]):
            assert [key.region for key in CaseKey.objects.all()] == [LINYI]
        assert [key.region for key in CaseKey.objects.all()] == [JIYANG]


class NotNow(Refused): ...


class CountedAnyway(Refused):
    keeps = True


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(("refusal", "left"), [(NotNow, 1), (CountedAnyway, 0)])
def test_a_refusal_undoes_the_inner_scope_unless_it_keeps(refusal: type[Refused], left: int) -> None:
    with scope([JIYANG]):
        with suppress(Refused), scope([JIYANG]):
            CaseKey.objects.all().delete()
            raise refusal
        assert CaseKey.objects.count() == left


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("error", [NotNow, CountedAnyway, RuntimeError])
def test_the_outer_scope_is_back_after_an_error(error: type[Exception]) -> None:
    with scope([JIYANG]):
        with suppress(error), scope([LINYI]):
            raise error
        assert [key.region for key in CaseKey.objects.all()] == [JIYANG]


def test_a_scope_names_its_regions_one_by_one(db: None) -> None:
    for regions in ([], [""], [f"{JIYANG},{LINYI}"]):
        with pytest.raises(ValueError, match="scope"), scope(regions):
            pass


def test_the_tests_run_as_the_role_that_servers_use(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, "tongban_app")
        cursor.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'kernel_casekey'")
        assert cursor.fetchone() == ("tongban_owner",)


# Append-only tables


@pytest.fixture
def owner(db: None, cluster: Any) -> Iterator[psycopg.Connection]:
    """The owner of the tables, with an append-only one; everything is rolled back."""
    with psycopg.connect(cluster.dsn(database="tongban_test", role="tongban_owner")) as connection:
        connection.execute("CREATE TABLE diary (line text)")
        connection.execute(append_only("diary").sql)
        connection.execute("INSERT INTO diary VALUES ('first')")
        yield connection
        connection.rollback()


@pytest.mark.parametrize("attempt", ["UPDATE diary SET line = 'x'", "DELETE FROM diary", "TRUNCATE diary"])
def test_even_the_owner_does_not_change_an_append_only_table(owner: psycopg.Connection, attempt: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed or removed"), owner.transaction():
        owner.execute(attempt)
    assert owner.execute("SELECT line FROM diary").fetchall() == [("first",)]


def test_an_append_only_table_takes_more(owner: psycopg.Connection) -> None:
    owner.execute("INSERT INTO diary VALUES ('second')")
    assert owner.execute("SELECT count(*) FROM diary").fetchone() == (2,)


def test_every_table_with_a_region_is_behind_the_second_wall(db: None) -> None:
    """Public tables: what every region may read. A new one is named here on purpose or gets its policy."""
    public = {"kernel_calendaryear"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND a.attname = 'region' AND NOT c.relrowsecurity AND c.relnamespace = 'public'::regnamespace"
        )
        unprotected = {name for (name,) in cursor.fetchall()}
    assert {name for name in unprotected if name.startswith("kernel_")} == public
