"""How patient the background is."""

from datetime import UTC, datetime

import pytest
from procrastinate.jobs import Job

from tongban.kernel.patience import LONGEST_WAIT, growing_wait
from tongban.review import jobs, services
from tongban.review.jobs import AskAgain


def job(attempts: int) -> Job:
    arguments = {"region": "370115", "case_id": "x"}
    return Job(
        id=1, queue="default", lock=None, queueing_lock=None, task_name="review.consider", task_kwargs=arguments, attempts=attempts
    )  # fmt: skip


def waits(exception: Exception, attempts: int) -> float:
    decision = AskAgain().get_retry_decision(exception=exception, job=job(attempts))
    assert decision.retry_at is not None
    return (decision.retry_at - datetime.now(UTC)).total_seconds()


def test_a_silent_register_is_asked_again_soon(settings: object) -> None:
    settings.REGISTER_RETRY_SECONDS = 4  # type: ignore[attr-defined]
    assert [round(waits(services.RegisterSilent("timeout"), attempt)) for attempt in (0, 1, 5)] == [4, 4, 4]


def test_a_silent_platform_is_asked_for_ever_with_growing_waits() -> None:
    assert [growing_wait(attempt) for attempt in (0, 1, 2, 3, 19, 20, 23, 24, 99)] == [
        2,
        4,
        8,
        15,
        15,
        30,
        240,
        300,
        300,
    ]
    assert round(waits(services.SystemSilent("timeout"), 10_000)) == LONGEST_WAIT


@pytest.mark.parametrize(("attempts", "last"), [(0, False), (1, False), (2, True), (7, True)])
def test_the_last_try_is_known(settings: object, attempts: int, last: bool) -> None:
    settings.REGISTER_TRIES = 3  # type: ignore[attr-defined]
    context = jobs.JobContext(app=jobs.app, start_timestamp=0, job=job(attempts), abort_reason=lambda: None)
    assert jobs._last_try(context) is last


def test_jobs_take_ids_and_nothing_else() -> None:
    for task in (jobs.collect_evidence, jobs.consider, jobs.push_effect):
        names = set(task.func.__annotations__) - {"return", "context"}
        assert names == {"region", "case_id"}
