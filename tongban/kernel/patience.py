"""How long a background job is tried again: for ever, with growing waits. No case is lost to a fault that passes."""

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

LONGEST_WAIT = 300


class ForEver(BaseRetryStrategy):
    """Waits 2, 4, 8 … 256, then 300 seconds; the case lies on a desk meanwhile."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        return RetryDecision(retry_in={"seconds": growing_wait(job.attempts)})


def growing_wait(attempts: int) -> int:
    """Seconds: 2, 4, 8 … 256, 300, 300."""
    return min(1 << min(attempts + 1, 9), LONGEST_WAIT)
