"""The stored calendar: seeded from the State Council's notices, changed by an editor of the region."""

from datetime import UTC, date, datetime

import pytest

from tests.cast import JIYANG, LINYI
from tongban.kernel.actors import Actor, system
from tongban.kernel.calendar import EVERYWHERE, get_calendar, load_calendar, set_year
from tongban.kernel.refusals import Forbidden

pytestmark = pytest.mark.usefixtures("scoped")

EDITOR = Actor("staff", "s-editor", JIYANG, frozenset({"calendar_editor"}))
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def set_2027(*, region: str = JIYANG, by: Actor = EDITOR, confirmed: bool = True) -> None:
    off, on = [date(2027, 1, 1)], [date(2027, 1, 9)]
    set_year(region=region, year=2027, days_off=off, days_on=on, confirmed=confirmed, by=by, at=AT)


def test_national_day_2026_has_its_days_off_and_its_make_up_days() -> None:
    load_calendar()
    calendar = get_calendar(JIYANG)
    assert [d for d in range(1, 12) if calendar.is_working_day(date(2026, 10, d))] == [8, 9, 10]
    assert calendar.is_working_day(date(2026, 9, 20))
    assert calendar.deadline(date(2026, 9, 30), 2).on == date(2026, 10, 9)
    assert not calendar.deadline(date(2026, 9, 30), 2).provisional


def test_a_term_into_a_year_not_yet_announced_is_provisional() -> None:
    load_calendar()
    assert get_calendar(JIYANG).deadline(date(2026, 12, 30), 5).provisional


def test_loading_again_changes_nothing() -> None:
    load_calendar()
    assert load_calendar() == 0


def test_a_region_sets_its_own_year_and_no_other_region_sees_it() -> None:
    load_calendar()
    set_2027()
    ours, theirs = get_calendar(JIYANG), get_calendar(LINYI)
    assert not ours.is_working_day(date(2027, 1, 1))
    assert ours.is_working_day(date(2027, 1, 9))
    assert not ours.deadline(date(2026, 12, 31), 3).provisional
    assert theirs.deadline(date(2026, 12, 31), 3).provisional


def test_the_regions_own_year_goes_before_the_seed() -> None:
    load_calendar()
    set_year(region=JIYANG, year=2026, days_off=[], days_on=[], confirmed=True, by=EDITOR, at=AT)
    assert get_calendar(JIYANG).is_working_day(date(2026, 10, 1))
    assert not get_calendar(LINYI).is_working_day(date(2026, 10, 1))


def test_a_year_can_be_set_again() -> None:
    set_2027(confirmed=False)
    set_2027()
    assert get_calendar(JIYANG).years[2027].confirmed


@pytest.mark.parametrize("region", [LINYI, EVERYWHERE])
def test_an_editor_does_not_change_the_calendar_of_others(region: str) -> None:
    with pytest.raises(Forbidden):
        set_2027(region=region)


def test_only_an_editor_or_the_node_itself_may_change_it() -> None:
    with pytest.raises(Forbidden):
        set_2027(by=Actor("staff", "s-clerk", JIYANG, frozenset({"reception"})))
    set_2027(by=system(JIYANG))
