"""Processes that die, stand still, or lose their database in the middle (N)."""

from itertools import cycle

import pytest

from tests.faults.conftest import Ground
from tests.faults.nemesis import LEASE_SECONDS
from tests.faults.siege import JIYANG, LINYI, look
from tests.faults.weather import Weather

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.xdist_group("faults"), pytest.mark.timeout(300)]

CASES = 45
TAKEN_TWICE = "SELECT count(*) FROM exchange_outbox WHERE claim > 1"
STARTED = "SELECT pg_postmaster_start_time()"


def test_n1_processes_are_killed_in_turn(ground: Ground) -> None:
    """N1: without asking where they are; the named points are in `test_crash_points.py`."""
    victims = cycle([(LINYI, "worker"), (JIYANG, "serve"), (JIYANG, "worker"), (LINYI, "serve")])
    with ground.flow(CASES, per_second=5) as flow:
        for _ in range(4):
            flow.go_on(3)
            ground.siege.kill(*next(victims))
        flow.go_on(60)
        ground.require_sound(flow, cases=CASES)


def test_n2_the_database_stops_at_once_again_and_again(ground: Ground) -> None:
    """N2: each stop cuts every session; whoever was just committing does not know what became of it."""
    started = {place: look(ground.siege.sites[place], STARTED) for place in (JIYANG, LINYI)}
    with ground.flow(CASES, per_second=4) as flow:
        for place in (JIYANG, LINYI, JIYANG, LINYI):
            flow.go_on(3)
            ground.siege.stop_postgres(place)
        flow.go_on(90)
        ground.require_sound(flow, cases=CASES)
    for place, before in started.items():
        assert look(ground.siege.sites[place], STARTED) > before


def test_n4_a_worker_comes_back_after_its_lease_is_over(ground: Ground) -> None:
    """N4: it stands still in the middle of a request; another takes over; what it writes afterwards meets no row any more."""
    site = ground.siege.sites[LINYI]
    before = look(site, TAKEN_TWICE)[0][0]
    ground.siege.network.set_weather(Weather(delay=1.0, delays=(0.8, 1.2)), (LINYI, JIYANG))
    with ground.flow(CASES, per_second=4) as flow:
        flow.until(lambda: flow.closed - flow.before > 3, seconds=40, what="cases on their way back")
        ground.siege.add(LINYI, "worker-2")
        flow.go_on(3)
        assert ground.siege.freeze(LINYI, "worker")
        flow.until(
            lambda: look(site, TAKEN_TWICE)[0][0] > before, seconds=LEASE_SECONDS + 20, what="a row taken by the other"
        )
        ground.siege.thaw(LINYI, "worker")
        flow.go_on(20)
        ground.require_sound(flow, cases=CASES)
