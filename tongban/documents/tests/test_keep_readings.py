"""What was read is kept sealed under the case's key and goes with the case's files."""

from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection

from tests.cast import JIYANG, LINYI, LUO, examiner
from tongban.documents import services
from tongban.documents.reading import keeping, kinds
from tongban.documents.reading.page import Box, Page
from tongban.kernel import vault
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing

pytestmark = pytest.mark.usefixtures("scoped")

FILE = "c" * 64
NAME = kinds.ReadField("name", LUO.name, 0.7, 0, Box(1, 2, 3, 4))


@pytest.fixture
def case(node: Node) -> UUID:
    case_id = new_id()
    vault.create_key(node=node, region=JIYANG, case_id=case_id)
    return case_id


def keep(node: Node, case: UUID, at: datetime, *fields: kinds.ReadField) -> None:
    keeping.keep_reading(
        node=node, region=JIYANG, case_id=case, cipher=FILE, reading=kinds.Reading("id-card", True, fields),
        pages=[Page(10, 20, 90, (), b"picture")], seconds=4.5, at=at,
    )  # fmt: skip


def find(node: Node, case: UUID) -> keeping.KeptReading:
    found = keeping.find_reading(node=node, region=JIYANG, case_id=case, cipher=FILE)
    assert found
    return found


def test_a_reading_is_kept_as_it_was_and_only_once(node: Node, case: UUID, at: datetime) -> None:
    keep(node, case, at, NAME)
    keep(node, case, at)
    kept = find(node, case)
    assert kept.fields == (keeping.KeptField(NAME),)
    assert (kept.pages[0].picture, kept.pages[0].turned, kept.seconds) == (b"picture", 90, 4.5)
    assert not kept.fields[0].settled


def test_nothing_of_it_stands_in_the_clear(node: Node, case: UUID, at: datetime) -> None:
    keep(node, case, at, NAME)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(r)::text, encode(sealed, 'escape') FROM documents_filereading r")
        (row,) = cursor.fetchall()
    assert LUO.name not in row[0] and "name" not in row[1]


def test_what_a_person_says_stands_beside_what_was_read(node: Node, case: UUID, at: datetime) -> None:
    keep(node, case, at, NAME)
    about = {"node": node, "region": JIYANG, "case_id": case, "cipher": FILE, "at": at}
    keeping.confirm_field(**about, field="name", value="罗建国", by=examiner(JIYANG))  # type: ignore[arg-type]
    (field,) = find(node, case).fields
    assert (field.value, field.read, field.settled) == ("罗建国", NAME, True)
    assert (field.said_by, field.said_at) == ("s-chengang", at)
    with pytest.raises(Missing):
        keeping.confirm_field(**about, field="phone", value="1", by=examiner(JIYANG))  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        keeping.confirm_field(**about, field="name", value="1", by=examiner(LINYI))  # type: ignore[arg-type]


def test_it_is_erased_with_the_files_of_the_case(node: Node, case: UUID, at: datetime) -> None:
    keep(node, case, at, NAME)
    services.erase_files(node=node, region=JIYANG, case_id=case)
    assert not keeping.has_readings(region=JIYANG, case_id=case)
