"""Working days and legal days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.tests.factories import SUITE
from tongban.kernel.workdays import Calendar, Deadline, Year, legal_day

days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
terms = st.integers(0, 40)
years = st.builds(Year, st.frozensets(days, max_size=30), st.frozensets(days, max_size=8), st.booleans())
calendars = st.builds(Calendar, st.just("370115"), st.dictionaries(st.integers(2026, 2029), years))


@given(calendars, days, terms)
def test_a_term_ends_on_a_working_day_after_so_many_working_days(calendar: Calendar, start: date, term: int) -> None:
    end = calendar.deadline(start, term).on
    assert calendar.is_working_day(end)
    if term:
        assert calendar.working_days_between(start, end) == term


@given(calendars, days, terms, terms)
def test_a_longer_term_never_ends_earlier(calendar: Calendar, start: date, one: int, other: int) -> None:
    short, long = sorted((one, other))
    assert calendar.deadline(start, short).on <= calendar.deadline(start, long).on


@given(calendars, days, st.integers(1, 40))
def test_a_later_start_never_ends_earlier(calendar: Calendar, start: date, term: int) -> None:
    assert calendar.deadline(start, term).on <= calendar.deadline(start + timedelta(days=1), term).on


@given(calendars, days, st.integers(1, 15), st.integers(1, 15))
def test_terms_add_up(calendar: Calendar, start: date, first: int, second: int) -> None:
    middle = calendar.deadline(start, first).on
    assert calendar.deadline(middle, second).on == calendar.deadline(start, first + second).on


@given(calendars, days, days)
def test_working_days_are_counted_forward_only(calendar: Calendar, start: date, end: date) -> None:
    count = calendar.working_days_between(start, end)
    assert count == 0 if end <= start else 0 <= count <= (end - start).days


@given(calendars, days, terms)
def test_only_confirmed_years_give_a_firm_deadline(calendar: Calendar, start: date, term: int) -> None:
    deadline = calendar.deadline(start, term)
    crossed = {start.year, deadline.on.year}
    assert deadline.provisional != all(calendar.years.get(year, Year()).confirmed for year in crossed)


def test_without_a_calendar_weekends_are_off_and_everything_is_provisional() -> None:
    friday = date(2026, 11, 20)
    assert Calendar("370115").deadline(friday, 1) == Deadline(date(2026, 11, 23), provisional=True)


def test_a_term_of_nothing_ends_on_the_next_working_day() -> None:
    calendar = Calendar("370115")
    assert calendar.deadline(date(2026, 11, 20), 0).on == date(2026, 11, 20)
    assert calendar.deadline(date(2026, 11, 21), 0).on == date(2026, 11, 23)


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Calendar("370115").deadline(date(2026, 11, 20), -1)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 19, 15, 59, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 19, 16, 0, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_legal_day_turns_at_midnight_in_shanghai(instant: datetime, day: date) -> None:
    assert legal_day(instant) == day


@given(st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_shanghai_has_no_summer_time(moment: datetime) -> None:
    instant = moment.replace(tzinfo=UTC)
    assert legal_day(instant) == (instant + timedelta(hours=8)).date()


@given(calendars, calendars)
def test_the_hash_tells_calendars_apart(one: Calendar, other: Calendar) -> None:
    assert (one.hash(SUITE) == other.hash(SUITE)) == (one == other)
