"""A year is printed, changed and written back; what is no calendar changes nothing."""

from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest

from tests.cast import JIYANG
from tongban.kernel.calendar import get_calendar, load_calendar
from tongban.project.commands import calendar

YEAR = """
year: 2027
confirmed: true
days_off: [2027-01-01]
days_on: [2027-01-03]
"""


@pytest.fixture
def seeded(scoped: None) -> None:
    load_calendar()


def write(tmp_path: Path, text: str) -> Namespace:
    file = tmp_path / "year.yaml"
    file.write_text(text)
    return Namespace(file=file, region=JIYANG)


def test_a_year_as_announced_counts_from_now_on(seeded: None, tmp_path: Path) -> None:
    before = get_calendar(JIYANG).deadline(date(2026, 12, 31), 1)
    calendar.set(write(tmp_path, YEAR))
    after = get_calendar(JIYANG).deadline(date(2026, 12, 31), 1)
    assert (before.on, before.provisional) == (date(2027, 1, 1), True)
    assert (after.on, after.provisional) == (date(2027, 1, 3), False)


def test_what_is_shown_can_be_written_back(seeded: None, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    years = get_calendar(JIYANG).years
    calendar.show(Namespace(region=JIYANG, year=2026))
    calendar.set(write(tmp_path, capsys.readouterr().out))
    assert get_calendar(JIYANG).years == years


@pytest.mark.parametrize(
    "text", ["", "year: 2027", YEAR.replace("2027-01-01", "2026-01-01"), YEAR.replace("2027-01-03", "soon"), "["]
)
def test_what_is_no_year_changes_nothing(seeded: None, tmp_path: Path, text: str) -> None:
    years = get_calendar(JIYANG).years
    with pytest.raises(calendar.CalendarUnreadable):
        calendar.set(write(tmp_path, text))
    assert get_calendar(JIYANG).years == years
