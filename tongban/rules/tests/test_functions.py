"""Days, ages, working days and places as rules reckon with them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.workdays import Calendar, Year
from tongban.rules.expression import compile_condition
from tongban.rules.functions import Fault, age_on, days_after, days_between, months_after
from tongban.rules.world import NO_WORLD, PlacesByCode, World

CALENDAR = Calendar("370115", {2026: Year(days_off=frozenset({date(2026, 10, 1)}), confirmed=True)})
WORLD = World(CALENDAR, PlacesByCode(pools=("320000",)))
ELEMENTS = {"r": "text", "d": "date"}


def holds(source, world=WORLD, **values):
    return compile_condition(source, elements=ELEMENTS).examine(values, world=world)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2008-11-20", "2026-11-20", 18),
        ("2008-11-21", "2026-11-20", 17),
        ("2008-02-29", "2026-02-28", 18),
        ("2008-02-29", "2028-02-28", 19),
        ("2026-11-21", "2026-11-20", -1),
    ],
)
def test_a_year_is_full_on_the_birthday(birth, day, age):
    assert age_on(birth, day) == age


days = st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(str)


@given(days, days)
def test_an_age_is_so_many_years_of_months(birth, day):
    age = age_on(birth, day)
    assert months_after(birth, 12 * age) <= day < months_after(birth, 12 * (age + 1))


@given(days, st.integers(-9999, 9999))
def test_days_after_and_between_undo_each_other(day, count):
    assert days_between(day, days_after(day, count)) == count


def test_working_days_come_from_the_given_calendar():
    assert holds("working_days_between(d, '2026-10-02') == 2", d="2026-09-29").value is True
    assert holds("working_days_after(d, 1) == '2026-10-02'", d="2026-09-30").value is True


@pytest.mark.parametrize("source", ["working_days_after(d, 1) > d", "is_in(r, '370000')", "same_pooling_area(r, r)"])
def test_without_calendar_and_register_nothing_is_known(source):
    finding = holds(source, NO_WORLD, d="2026-09-30", r="370115")
    assert (finding.value, finding.missing, finding.fault) == (None, (), "UNAVAILABLE")


def test_a_place_is_in_itself_and_in_what_lies_above_it():
    assert [holds(f"is_in(r, '{area}')", r="370115").value for area in ("370115", "370100", "370000", "370200")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert holds("is_in(r, '370100')", r="somewhere").value is None


def test_a_pool_is_the_prefecture_the_municipality_or_what_the_register_says():
    assert [PlacesByCode(("320000",)).same_pooling_area(a, b) for a, b in (
        ("370115", "370102"), ("370115", "371424"), ("110101", "110229"), ("320102", "320500"),
    )] == [True, False, True, True]  # fmt: skip


@pytest.mark.parametrize(
    "day", ["20261120", "2026-W47-5", "2026-W01-1", "tomorrow", "", "2026-02-30", "９９９９-01-01"]
)
def test_only_a_day_is_reckoned_with(day):
    with pytest.raises(Fault):
        days_between(day, "2026-01-01")


@pytest.mark.parametrize(
    "compute", [lambda: months_after("2026-01-01", 10**6), lambda: days_after("2026-01-01", 10**12)]
)
def test_beyond_the_calendar_nothing_is_reckoned(compute):
    with pytest.raises(Fault):
        compute()


def test_patterns_are_found_anywhere_in_a_text():
    assert holds("r.matches('^[0-9]{6}$')", r="370115").value is True
    assert holds("r.matches('(')", r="370115").fault == "INVALID_ARGUMENT"
