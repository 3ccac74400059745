"""A job is tried again for ever, ever more slowly."""

from hypothesis import given
from hypothesis import strategies as st
from procrastinate.jobs import Job

from tongban.kernel.clock import now
from tongban.kernel.events import format_instant, parse_instant
from tongban.kernel.patience import LONGEST_WAIT, ForEver, growing_wait


@given(st.integers(0, 10_000))
def test_waits_grow_up_to_five_minutes(attempts: int) -> None:
    assert 0 < growing_wait(attempts) <= growing_wait(attempts + 1) <= LONGEST_WAIT


def test_in_the_first_minutes_no_wait_is_long() -> None:
    waits = [growing_wait(attempts) for attempts in range(20)]
    assert max(waits) <= 15
    assert 240 < sum(waits) < 300


def test_no_failure_is_the_last() -> None:
    job = Job(id=1, queue="", lock=None, queueing_lock=None, task_name="", task_kwargs={}, attempts=10_000)
    assert ForEver().get_retry_decision(exception=RuntimeError(), job=job) is not None


def test_the_clock_shows_what_an_event_can_say() -> None:
    moment = now()
    assert parse_instant(format_instant(moment)) == moment
