"""Who looked at what stays on record, and whoever reads too much is seen and stopped."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import JIYANG, LINYI, clerk
from tongban.audit import queries, seals, services
from tongban.audit.models import Reading
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]
BOUNDS = services.Bounds(alarm=3, limit=5)
WEI = Actor("staff", "s-wei", JIYANG, frozenset({"supervisor"}), office="hall")


def look(node: Node, at: datetime, case_id: UUID | None = None, by: Actor | None = None) -> UUID:
    case_id = case_id or new_id()
    services.record_view(node=node, region=JIYANG, case_id=case_id, by=by or clerk(), what="case", at=at)
    return case_id


def test_a_reading_names_office_and_role_and_no_person(node: Node, at: datetime) -> None:
    case_id = look(node, at)
    (reading,) = queries.list_readings(regions=[JIYANG], case_id=case_id)
    assert (reading.office, reading.roles, reading.what.en, reading.seen) == ("hall", ("reception",), "the case", True)


def test_what_one_looked_at_oneself_is_left_out(node: Node, at: datetime) -> None:
    me = Actor("citizen", "c-luo", JIYANG, frozenset({"citizen"}))
    case_id = look(node, at, by=me)
    assert queries.list_readings(regions=[JIYANG], case_id=case_id, leave_out="c-luo") == []
    assert len(queries.list_readings(regions=[JIYANG], case_id=case_id)) == 1


@pytest.mark.parametrize("change", ["UPDATE audit_reading SET reader = ''", "DELETE FROM audit_reading"])
def test_a_reading_is_neither_changed_nor_removed(node: Node, at: datetime, change: str) -> None:
    look(node, at)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_same_case_again_is_no_mass_reading(node: Node, at: datetime) -> None:
    case_id = new_id()
    for _ in range(9):
        look(node, at, case_id)
        services.watch_reader(region=JIYANG, by=clerk(), bounds=BOUNDS, at=at)
    assert queries.list_alarms(region=JIYANG) == []


def test_many_cases_raise_one_alarm_and_then_it_ends(node: Node, at: datetime) -> None:
    with pytest.raises(services.TooMuchRead):
        for _ in range(9):
            services.watch_reader(region=JIYANG, by=clerk(), bounds=BOUNDS, at=at)
            look(node, at)
    (alarm,) = queries.list_alarms(region=JIYANG)
    assert (alarm.reader, alarm.cases) == (clerk().ref, 3)
    assert services.count_read(region=JIYANG, reader=clerk().ref, at=at) == 5
    services.watch_reader(region=JIYANG, by=clerk(), bounds=BOUNDS, at=at + services.WINDOW)


def test_the_alarm_is_looked_into_by_another_supervisor(node: Node, at: datetime) -> None:
    for _ in range(3):
        look(node, at, by=WEI)
    services.watch_reader(region=JIYANG, by=WEI, bounds=BOUNDS, at=at)
    (alarm,) = queries.list_alarms(region=JIYANG)
    for nobody in (clerk(), WEI):
        with pytest.raises(Forbidden):
            services.close_alarm(region=JIYANG, alarm_id=alarm.id, by=nobody, at=at)
    other = Actor("staff", "s-other", JIYANG, frozenset({"supervisor"}))
    services.close_alarm(region=JIYANG, alarm_id=alarm.id, by=other, at=at)
    assert queries.list_alarms(region=JIYANG)[0].looked_by == "s-other"


def test_seals_hold_and_find_what_is_missing(node: Node, at: datetime) -> None:
    for hours in (3, 2, 1):
        look(node, at - timedelta(hours=hours))
        seals.seal_readings(node=node, region=JIYANG, at=at - timedelta(hours=hours - 1))
    look(node, at)
    assert seals.seal_readings(node=node, region=JIYANG, at=at) == 0
    assert seals.find_broken_seal(node=node, region=JIYANG, at=at) is None
    first = Reading.objects.order_by("id")[0]
    # Put in by somebody who goes round the service.
    Reading.objects.create(id=first.id - 1, region=JIYANG, at=first.at, what="case", outcome="seen")
    Reading.objects.create(region=LINYI, at=first.at, what="case", outcome="seen")
    assert seals.find_broken_seal(node=node, region=JIYANG, at=at) == first.id


def test_old_stretches_go_and_their_seals_stay(node: Node, at: datetime) -> None:
    old = at - timedelta(days=400)
    look(node, old)
    seals.seal_readings(node=node, region=JIYANG, at=old + timedelta(days=1))
    look(node, at - timedelta(days=1))
    seals.seal_readings(node=node, region=JIYANG, at=at)
    assert seals.forget_readings(region=JIYANG, older_than=at - timedelta(days=200)) == 1
    assert Reading.objects.count() == 1
    assert seals.find_broken_seal(node=node, region=JIYANG, at=at) is None
