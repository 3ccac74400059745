"""Where one can go: open or not, near or far."""

from datetime import UTC, datetime

import pytest

from tests.cast import JIYANG, LINYI
from tongban.kernel.calendar import load_calendar
from tongban.kernel.refusals import Missing
from tongban.regions import queries, services
from tongban.regions.points import Point, distance_km, find_middle, get_point, is_staffed, list_points

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    services.load_regions()
    load_calendar()


def of_kind(kind: str) -> Point:
    return next(point for point in list_points([JIYANG]) if point.kind == kind)


def test_a_hall_is_open_in_its_hours_on_working_days() -> None:
    friday, evening, saturday = (
        datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((20, 2), (20, 10), (21, 2))
    )
    hall = of_kind("hall")
    assert [hall.is_open(at) for at in (friday, evening, saturday)] == [True, False, False]
    assert is_staffed(JIYANG, friday) and not is_staffed(JIYANG, saturday)


def test_it_is_closed_on_a_public_holiday_and_the_kiosk_is_not() -> None:
    national_day = datetime(2026, 10, 1, 2, tzinfo=UTC)
    assert (of_kind("hall").is_open(national_day), of_kind("kiosk").is_open(national_day)) == (False, True)


def test_what_is_open_all_hours_is_open_in_the_last_minute_of_the_day() -> None:
    assert of_kind("kiosk").is_open(datetime(2026, 11, 20, 15, 59, 30, tzinfo=UTC))


def test_distances_are_those_of_the_globe() -> None:
    assert distance_km((0.0, 0.0), (0.0, 1.0)) == pytest.approx(111.2, abs=0.1)
    assert distance_km((37.0, 117.0), (37.0, 117.0)) == 0
    assert find_middle([]) is None


def test_the_halls_of_the_place_itself_are_still_told_apart() -> None:
    assert [hall.name for hall in queries.list_halls(JIYANG)] == ["济阳区政务服务大厅（演示）"]
    assert {point.region for point in list_points([LINYI, JIYANG])} == {LINYI, JIYANG}
    with pytest.raises(Missing):
        get_point(999_999)


def test_nothing_of_the_demonstration_is_called_a_fact() -> None:
    assert not any(point.verified for point in list_points([JIYANG, LINYI]))
