"""Which job runs when, by itself. Times are cron, UTC; a sixth field is seconds. What follows an event stands in `reactions.py` instead."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from tongban.alliance.comparing import keep_to_do_lists
from tongban.audit import jobs as audit
from tongban.cases import jobs as cases
from tongban.catalogue.importing.reports import forget_files
from tongban.clients import jobs as clients
from tongban.clients import services as clients_services
from tongban.documents import jobs as documents
from tongban.exchange import jobs as exchange
from tongban.exchange import services as exchanging
from tongban.exchange.blobs import QUEUE as FILES
from tongban.exchange.blobs import find_file
from tongban.exchange.lists import fetch_soon
from tongban.exchange.outbox import forget_wrong_times as forget_wrong_waits
from tongban.exchange.services import Ladder, Rung
from tongban.guidance import jobs as guidance
from tongban.kernel import registries
from tongban.kernel.behind import QUEUE as BEHIND
from tongban.kernel.clock import now
from tongban.kernel.patience import LONGEST_WAIT
from tongban.kernel.scope import scope
from tongban.licences import jobs as licences
from tongban.notices import jobs as notices
from tongban.papers import jobs as papers
from tongban.people import services as people
from tongban.project import sealing
from tongban.review import supervision_jobs as supervision

EVERY_FIVE_SECONDS = "* * * * * */5"
EVERY_MINUTE = "* * * * *"
EVERY_TEN_SECONDS = "* * * * * */10"
EVERY_FIVE_MINUTES = "*/5 * * * *"
EVERY_HOUR = "7 * * * *"
AT_NIGHT = "17 18 * * *"
"""Two in the morning in Shandong."""

STALLED_SECONDS = 20.0

log = structlog.get_logger()


def begin() -> None:
    """What a worker wants done as soon as it is up."""
    exchange.fetch_definitions.defer(tries=exchange.QUICK_TRIES)
    fetch_soon()
    exchange.recover_soon()
    exchange.release_parked.defer()


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="project.resume_jobs", queueing_lock="project.resume_jobs")
async def resume_jobs(timestamp: int) -> None:
    """Jobs whose worker was killed are done again; each is idempotent."""
    await take_up(app.job_manager)


async def take_up(jobs: JobManager) -> None:
    """One that cannot be taken up keeps no other waiting."""
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        try:
            await _retry(jobs, job)
        except ConnectorException:
            log.warning("job not taken up", task=job.task_name, job=job.id)


async def _retry(jobs: JobManager, job: Job) -> None:
    try:
        await jobs.retry_job(job)
    except UniqueViolation:
        # Its like waits already, by the queueing lock.
        await jobs.finish_job(job, Status.ABORTED, delete_job=True)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="project.forget_wrong_times", queueing_lock="project.forget_wrong_times")
def forget_wrong_times(timestamp: int) -> None:
    """What a clock that was ahead has put off does not wait until that time has come."""
    regions, at = registries.current_node().regions, now()
    with scope(regions):
        forget_wrong_waits(regions, at=at)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET scheduled_at = %s WHERE status = 'todo' AND scheduled_at > %s",
                [at, at + timedelta(seconds=1.1 * LONGEST_WAIT)],
            )


@app.periodic(cron=EVERY_FIVE_SECONDS)
@app.task(name="project.advance_recovery", queueing_lock="project.advance_recovery", lock=exchange.RECOVER)
def advance_recovery(timestamp: int) -> None:
    """Nothing to do, unless this node was restored from a backup."""
    exchange.advance_recovery()


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="project.renew_seal", queueing_lock="project.renew_seal")
def renew_seal(timestamp: int) -> None:
    """So that a backup is older than the seal outside the database as soon as it is made."""
    exchanging.renew_seal(node=registries.current_node(), at=now())


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.fetch_lists", queueing_lock="project.fetch_lists")
def fetch_lists(timestamp: int) -> None:
    """Newer member lists, whether or not anybody has spoken of one (R19)."""
    exchange.fetch_lists()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.fetch_definitions", queueing_lock="project.fetch_definitions")
def fetch_definitions(timestamp: int) -> None:
    """What other regions have published since."""
    exchange.fetch_definitions()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.share_agreements", queueing_lock="project.share_agreements")
def share_agreements(timestamp: int) -> None:
    """Agreements on the way, and what a peer that was away has missed of them."""
    exchange.share_agreements()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.climb_ladder", queueing_lock="project.climb_ladder")
def climb_ladder(timestamp: int) -> None:
    """Evidence that has not come in its time is shown, and what has come is shown no more."""
    exchanging.climb(registries.current_node(), ladder(), at=now())


def ladder() -> Ladder:
    """As set for this node."""
    return Ladder(
        stored=_rung(settings.LADDER_STORED_HOURS),
        admitted=_rung(settings.LADDER_ADMITTED_HOURS),
        opened=_rung(settings.LADDER_OPENED_HOURS),
        working_days=settings.LADDER_WORKING_DAYS,
    )


def _rung(hours: tuple[int, int]) -> Rung:
    warn, alarm = hours
    return Rung(timedelta(hours=warn), timedelta(hours=alarm))


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.forget_partials", queueing_lock="project.forget_partials")
def forget_partials(timestamp: int) -> None:
    """Pieces of files that nobody fetches any more."""
    exchanging.forget_partials(registries.current_node(), at=now())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="project.rescan_files", queueing_lock="project.rescan_files", queue=FILES)
def rescan_files(timestamp: int) -> None:
    """Files whose malware scan could not be made when they came."""
    documents.rescan_files(find_part=find_file)


@app.periodic(cron=EVERY_HOUR)
@app.task(name="project.keep_time", queueing_lock="project.keep_time")
def keep_time(timestamp: int) -> None:
    """What counts as accepted because nobody spoke in time, and what a supervisor is told of terms that end."""
    cases.keep_time()


@app.periodic(cron=EVERY_HOUR)
@app.task(name="project.watch_inspections", queueing_lock="project.watch_inspections")
def watch_inspections(timestamp: int) -> None:
    """A supervisor is told of inspections that are late; systems outside that do not know of a revocation are told again."""
    supervision.watch_inspections()


@app.periodic(cron=EVERY_HOUR)
@app.task(name="project.compare_items", queueing_lock="project.compare_items", queue=BEHIND)
def compare_items(timestamp: int) -> None:
    """Whether items are the same at all members of an agreement; what liaison officers have to settle."""
    keep_to_do_lists(regions=registries.current_node().regions, at=now())


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.forget_import_files", queueing_lock="project.forget_import_files")
def forget_import_files(timestamp: int) -> None:
    """Files that were checked on the page and never taken."""
    forget_files(at=now())


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.look_after_licences", queueing_lock="project.look_after_licences", queue=BEHIND)
def look_after_licences(timestamp: int) -> None:
    """Licences whose road was cut off, or that wait for a key or a font."""
    licences.look_after()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.look_after_seals", queueing_lock="project.look_after_seals", queue=BEHIND)
def look_after_seals(timestamp: int) -> None:
    """What waits for a seal since its office had none, and what the signer answered and nobody fetched."""
    sealing.look_after(at=now())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="project.exchange_status_lists", queueing_lock="project.exchange_status_lists", queue=BEHIND)
def exchange_status_lists(timestamp: int) -> None:
    """What licences count for today is signed anew, and asked of the other nodes (状态名单)."""
    licences.exchange_status_lists()


@app.periodic(cron=EVERY_HOUR)
@app.task(name="project.check_licences", queueing_lock="project.check_licences", queue=BEHIND)
def check_licences(timestamp: int) -> None:
    """Every licence is one decision's, signed, witnessed and the only one of its number (对账)."""
    licences.check()


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.archive_due", queueing_lock="project.archive_due")
def archive_due(timestamp: int) -> None:
    """Records of what ended long ago are closed and kept for their years."""
    cases.archive_due()


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.keep_copies", queueing_lock="project.keep_copies", queue=BEHIND)
def keep_copies(timestamp: int) -> None:
    """Papers that other places issued are kept, as they can be printed today (文书)."""
    if settings.PAPERS:
        papers.keep_copies(at=now())


@app.periodic(cron=f"*/{settings.CHECKPOINT_MINUTES} * * * *")
@app.task(name="project.make_checkpoints", queueing_lock="project.make_checkpoints")
def make_checkpoints(timestamp: int) -> None:
    """What this node holds by now is signed and shown to others (R20)."""
    exchange.make_checkpoints()


@app.periodic(cron=EVERY_HOUR)
@app.task(name="project.compare_logs", queueing_lock="project.compare_logs")
def compare_logs(timestamp: int) -> None:
    """Whether anybody's log was cut, rewritten or shown in two versions."""
    exchange.compare_logs()


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.forget_sessions", queueing_lock="project.forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """Sessions of people who left long ago, and the codes, failures and visits of signing in that count no more."""
    call_command("clearsessions")
    people.forget_old_flows(at=now())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="project.deliver_due", queueing_lock="project.deliver_due")
def deliver_due(timestamp: int) -> None:
    """What subscribers have not taken yet is tried again."""
    clients.deliver_due()


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.forget_client_answers", queueing_lock="project.forget_client_answers")
def forget_client_answers(timestamp: int) -> None:
    """Answers kept under idempotency keys, and deliveries long done."""
    with scope(registries.current_node().regions):
        clients_services.forget_old(at=now())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="project.deliver_notices", queueing_lock="project.deliver_notices")
def deliver_notices(timestamp: int) -> None:
    """Messages to people that waited for the morning, or for a gateway that was away."""
    notices.deliver_due()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.ask_reports", queueing_lock="project.ask_reports")
def ask_reports(timestamp: int) -> None:
    """Which messages arrived, as the gateway knows."""
    notices.ask_reports()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="project.seal_readings", queueing_lock="project.seal_readings")
def seal_readings(timestamp: int) -> None:
    """Who looked at what is fixed by a digest."""
    audit.seal_readings()


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.forget_conversations", queueing_lock="project.forget_conversations")
def forget_conversations(timestamp: int) -> None:
    """What was asked of a clerk a month ago (人工导办)."""
    guidance.forget_old()


@app.periodic(cron=AT_NIGHT)
@app.task(name="project.check_readings", queueing_lock="project.check_readings")
def check_readings(timestamp: int) -> None:
    """The digests still fit; what was kept long enough goes."""
    audit.check_and_forget()
