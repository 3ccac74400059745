"""Which job runs when, by itself. Times are cron, UTC; a sixth field is seconds. What follows an event stands in `reactions.py` instead."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from tongban.exchange import jobs as exchange
from tongban.kernel.clock import now
from tongban.people import services as people

EVERY_TEN_SECONDS = "* * * * * */10"
EVERY_FIVE_MINUTES = "*/5 * * * *"
AT_NIGHT = "17 18 * * *"
"""Two in the morning in Shandong."""

STALLED_SECONDS = 20.0


def begin() -> None:
    """What a worker wants done as soon as it is up."""
    exchange.fetch_definitions.defer(tries=exchange.QUICK_TRIES)


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="project.resume_jobs", queueing_lock="project.resume_jobs")
async def resume_jobs(timestamp: int) -> None:
    """Jobs whose worker was killed are done again; each is idempotent."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await app.job_manager.retry_job(job)


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.fetch_definitions", queueing_lock="project.fetch_definitions")
def fetch_definitions(timestamp: int) -> None:
    """What other regions have published since."""
    exchange.fetch_definitions()


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.forget_sessions", queueing_lock="project.forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """Sessions of people who left long ago, and the codes, failures and visits of signing in that count no more."""
    call_command("clearsessions")
    people.forget_old_flows(at=now())
