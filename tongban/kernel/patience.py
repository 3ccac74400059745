"""How long a background job is tried again: for ever, with growing waits. No case is lost to a fault that passes."""

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

LONGEST_WAIT = 300
SOON, SOON_TRIES = 15, 20
"""The longest wait of the first tries, together four minutes and a half: a peer or a process that was only restarted is back by then."""


class ForEver(BaseRetryStrategy):
    """Waits 2, 4, 8, 15, 15 …, after some minutes 30, 60 …, then 300 seconds; the case lies on a desk meanwhile."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        return RetryDecision(retry_in={"seconds": growing_wait(job.attempts)})


def growing_wait(attempts: int) -> int:
    """Seconds: 2, 4, 8, 15, 15 …, 30, 60, 120, 240, 300, 300."""
    if attempts < SOON_TRIES:
        return min(1 << min(attempts + 1, 9), SOON)
    return min(SOON << min(attempts - SOON_TRIES + 1, 9), LONGEST_WAIT)
