"""Worklists: masked, lamps by the calendar, only the own region's rows."""

from datetime import date

import pytest

from tests.cast import JIYANG, LINYI, LUO, examiner
from tongban.cases import models, services, worklists
from tongban.cases.tests.zone import Zone
from tongban.cases.worklists import Filters, lamp
from tongban.kernel.calendar import get_calendar
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope


def test_a_case_lies_on_the_desk_of_the_place_that_must_act(zone: Zone) -> None:
    case_id = zone.taken_over()
    with scope([LINYI]):
        worklist = worklists.list_worklist(
            node=zone.linyi, region=LINYI, desk="acceptance", at=zone.at, counted=["acceptance"]
        )
    assert [row.case_id for row in worklist.rows] == [case_id]
    assert (worklist.rows[0].partner_name, worklist.counts["acceptance"]) == ("济阳区", 1)


def test_the_person_is_masked(zone: Zone) -> None:
    zone.taken_over()
    with scope([LINYI]):
        (row,) = worklists.list_worklist(node=zone.linyi, region=LINYI, desk="acceptance", at=zone.at).rows
    assert row.label.startswith("罗**")
    assert LUO.id_number not in row.label
    assert LUO.name not in row.label


def test_a_page_begins_behind_the_last_row_of_the_one_before(zone: Zone) -> None:
    cases = {zone.taken_over() for _ in range(3)}
    seen, after = [], ""
    with scope([LINYI]):
        for _ in range(3):
            found = worklists.list_worklist(node=zone.linyi, region=LINYI, desk="all", at=zone.at, after=after, size=1)
            after = found.after
            seen += [row.case_id for row in found.rows]
    assert set(seen) == cases and after == ""


def test_pages_by_day_end_with_those_for_which_no_clock_runs(zone: Zone) -> None:
    days = {zone.taken_over(): day for day in (None, date(2026, 12, 1), date(2026, 11, 30), None)}
    seen, after = [], ""
    with scope([LINYI]):
        for case_id, day in days.items():
            models.Case.objects.filter(case_id=case_id).update(due_on=day)
        for _ in days:
            found = worklists.list_worklist(
                node=zone.linyi, region=LINYI, desk="acceptance", at=zone.at, after=after, size=1
            )
            after = found.after
            seen += [row.due_on for row in found.rows]
    assert seen == [date(2026, 11, 30), date(2026, 12, 1), None, None] and after == ""


@pytest.mark.parametrize("cursor", ["x", "none.x", "2026-13-01.0", "9" * 40 + "." + "0" * 32, "\x00"])
@pytest.mark.parametrize("desk", ["all", "acceptance"])
def test_what_is_no_cursor_begins_at_the_first_page(zone: Zone, desk: str, cursor: str) -> None:
    zone.taken_over()
    with scope([LINYI]):
        assert (
            len(worklists.list_worklist(node=zone.linyi, region=LINYI, desk=desk, at=zone.at, after=cursor).rows) == 1
        )


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), 1), (Filters(partner=JIYANG), 1), (Filters(partner="371621"), 0), (Filters(item="other"), 0),
        (Filters(state="received", lamp="green"), 1), (Filters(lamp="red"), 0), (Filters(officer="s-chengang"), 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("desk", ["all", "acceptance"])
def test_filters_are_exact(zone: Zone, desk: str, filters: Filters, found: int) -> None:
    zone.taken_over()
    with scope([LINYI]):
        rows = worklists.list_worklist(node=zone.linyi, region=LINYI, desk=desk, at=zone.at, filters=filters).rows
    assert len(rows) == found


def test_the_other_place_s_last_word_waits_for_an_answer(zone: Zone) -> None:
    case_id = zone.taken_over()
    said = {"case_id": case_id, "text": "请补传居住证反面。", "cmd": new_id(), "by": examiner(), "at": zone.at}
    with scope([LINYI]):
        services.send_message(node=zone.linyi, region=LINYI, **said)
    zone.network.settle(zone.at)
    for region, node, expected in ((JIYANG, zone.jiyang, [case_id]), (LINYI, zone.linyi, [])):
        with scope([region]):
            rows = worklists.list_worklist(node=node, region=region, desk="unanswered", at=zone.at).rows
        assert [row.case_id for row in rows] == expected


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
