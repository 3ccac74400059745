"""Worklists: masked, lamps by the calendar, only the own region's rows."""

from datetime import date

import pytest

from tests.cast import JIYANG, LINYI, LUO
from tongban.cases import models, queries
from tongban.cases.queries import lamp
from tongban.cases.tests.zone import Zone
from tongban.kernel.calendar import get_calendar
from tongban.kernel.scope import scope


def test_a_case_lies_on_the_desk_of_the_place_that_must_act(zone: Zone) -> None:
    case_id = zone.taken_over()
    with scope([LINYI]):
        worklist = queries.list_worklist(node=zone.linyi, region=LINYI, desk="acceptance", at=zone.at)
    assert [row.case_id for row in worklist.rows] == [case_id]
    assert (worklist.rows[0].partner_name, worklist.counts["acceptance"]) == ("济阳区", 1)


def test_the_person_is_masked(zone: Zone) -> None:
    zone.taken_over()
    with scope([LINYI]):
        (row,) = queries.list_worklist(node=zone.linyi, region=LINYI, desk="acceptance", at=zone.at).rows
    assert row.label.startswith("罗**")
    assert LUO.id_number not in row.label
    assert LUO.name not in row.label


def test_a_number_finds_its_case(zone: Zone) -> None:
    number = zone.submit(zone.draft()).number
    with scope([JIYANG]):
        worklist = queries.list_worklist(node=zone.jiyang, region=JIYANG, desk="all", at=zone.at, number=f" {number} ")
    assert [row.number for row in worklist.rows] == [number]


def test_the_database_hides_other_regions_even_without_a_filter(zone: Zone) -> None:
    zone.taken_over()
    with scope([JIYANG]):
        assert {row.region for row in models.Case.objects.all()} == {JIYANG}


@pytest.mark.parametrize(
    ("due_on", "colour"),
    [(None, "none"), (date(2026, 11, 19), "red"), (date(2026, 11, 20), "amber"), (date(2026, 11, 23), "amber"), (date(2026, 11, 24), "green")],
)  # fmt: skip
def test_the_lamp_counts_working_days(zone: Zone, due_on: date | None, colour: str) -> None:
    assert lamp(due_on, get_calendar(LINYI), date(2026, 11, 20)) == colour
