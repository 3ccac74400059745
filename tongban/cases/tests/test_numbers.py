"""Numbers of cases: dense and in order when people come one after the other, never the same, and nobody waits for another's."""

from datetime import timedelta

import pytest

from tests.cast import JIYANG
from tongban.cases.numbers import LANES, pass_number, take_number
from tongban.cases.tests.zone import Zone
from tongban.kernel.scope import scope


def running(zone: Zone) -> int:
    return int(take_number(region=JIYANG, at=zone.at)[-6:])


def test_one_after_the_other_they_are_dense_and_in_order(zone: Zone) -> None:
    with scope([JIYANG]):
        assert [running(zone) for _ in range(3 * LANES)] == list(range(1, 3 * LANES + 1))


def test_the_next_day_begins_again(zone: Zone) -> None:
    with scope([JIYANG]):
        running(zone)
        assert take_number(region=JIYANG, at=zone.at + timedelta(days=1)).endswith("-000001")


@pytest.mark.parametrize("given", [1, 7, 8, 9, 41, 64])
def test_r16_after_a_number_that_was_given_all_are_new(zone: Zone, given: int) -> None:
    with scope([JIYANG]):
        pass_number(f"{JIYANG}-20261120-{given:06d}", region=JIYANG)
        assert [running(zone) for _ in range(LANES)] == list(range(given + 1, given + 1 + LANES))
