"""`tongban node worker`: the jobs of one node and the senders to its peers. Imported after `home.prepare`."""

import asyncio
import os
import select
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from tongban.documents.reading.process import QUEUE as READING
from tongban.exchange import leases
from tongban.exchange.blobs import QUEUE as FILES
from tongban.exchange.services import run_senders, run_sweeps
from tongban.kernel.behind import QUEUE as BEHIND
from tongban.kernel.node import Node
from tongban.project import collector, schedule

log = structlog.get_logger()

JOBS_AT_ONCE = 4
BESIDE = {FILES: 2, BEHIND: 2, READING: 1}
"""A large file from a slow peer takes no other job's place, nor do papers, whose numbers are given one by one, nor pages that are read."""
GRACE_SECONDS = 3.0
LAST_SECONDS = 4.5
AWAY_SECONDS = 1.0
"""Between two attempts to begin again."""


def work(node: Node, *, concurrency: int = JOBS_AT_ONCE) -> int:
    """Runs until SIGTERM or SIGINT; 0, or 1 when the senders failed. Jobs cut off by the end are taken up by `schedule.resume_jobs`."""
    stop = threading.Event()
    collector.settle()
    # Held until the end, so that no second worker takes itself for the only one before our senders hold theirs.
    session = psycopg.connect(**connector_params("default"), autocommit=True)
    leases.begin(session, node.regions, workers=True)
    senders = Senders(node, stop)
    senders.start()
    sweeps = threading.Thread(
        target=run_sweeps, args=(node, stop), kwargs={"rungs": schedule.ladder()}, name="sweeps", daemon=True
    )
    sweeps.start()
    schedule.begin()
    try:
        asyncio.run(_run_jobs(node, concurrency, stop))
    finally:
        stop.set()
    senders.join(GRACE_SECONDS)
    session.close()
    connections.close_all()
    return 1 if senders.failed else 0


class Senders(threading.Thread):
    """When they end before they should, the process ends too, so that whoever watches it sees it."""

    def __init__(self, node: Node, stop: threading.Event) -> None:
        super().__init__(name="senders", daemon=True)
        self.node, self.stop, self.failed = node, stop, False

    def run(self) -> None:
        try:
            run_senders(self.node, self.stop)
        except Exception:
            log.exception("senders failed", node=self.node.id)
        if not self.stop.is_set():
            self.failed = True
            os.kill(os.getpid(), signal.SIGTERM)


async def _run_jobs(node: Node, concurrency: int, stop: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(concurrency + sum(BESIDE.values()), thread_name_prefix="jobs"))
    async with _jobs_app().open_async() as jobs:
        await schedule.take_up(jobs.job_manager)
        others = sorted({task.queue for task in jobs.tasks.values()} - set(BESIDE))
        beside = [_run_queues(jobs, [queue], at_once, stop) for queue, at_once in BESIDE.items()]
        workers = asyncio.gather(_run_queues(jobs, others, concurrency, stop), *beside)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _end, workers, stop)
        log.info("working", node=node.id, regions=node.regions)
        with suppress(asyncio.CancelledError):
            await workers


async def _run_queues(jobs: App, queues: list[str], concurrency: int, stop: threading.Event) -> None:
    """A worker whose database goes away ends, with or without an error; it begins anew until it is asked to stop."""
    while not stop.is_set():
        try:
            await _run_worker(jobs, queues, concurrency)
        except (ConnectorException, psycopg.Error) as error:
            log.warning("jobs wait for the database", error=type(error).__name__)
        if not stop.is_set():
            await asyncio.sleep(AWAY_SECONDS)
            # What runs at its time is deferred through a connection of Django's, which does not notice that it is closed.
            await sync_to_async(connections.close_all)()


async def _run_worker(jobs: App, queues: list[str], concurrency: int) -> None:
    await jobs.run_worker_async(
        queues=queues,
        concurrency=concurrency,
        fetch_job_polling_interval=2.0,
        shutdown_graceful_timeout=GRACE_SECONDS,
        update_heartbeat_interval=5.0,
        stalled_worker_timeout=schedule.STALLED_SECONDS,
        delete_jobs="successful",
        install_signal_handlers=False,
    )


def _end(workers: asyncio.Future[list[None]], stop: threading.Event) -> None:
    """A thread cannot be cut off: one that hangs in the network is left behind when the time is up."""
    stop.set()
    workers.cancel()
    last = threading.Timer(LAST_SECONDS, os._exit, [0])
    last.daemon = True
    last.start()


def _jobs_app() -> App:
    """The worker fetches through connections of its own; what a job defers goes through Django's, in the job's transaction.

    `replace_connector` would turn the second into the first as well.
    """
    return app.with_connector(PsycopgConnector(pool_factory=_pool, kwargs=connector_params("default")))


def _pool(**settings: Any) -> AsyncConnectionPool:
    """Each of the worker's own statements stands alone: no transaction around it, and no question to the server before it."""
    return AsyncConnectionPool(**{**settings, "configure": _configure, "check": _check})


async def _configure(connection: AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)


async def _check(connection: AsyncConnection[Any]) -> None:
    """A server that has gone away has closed its end, and that can be read; only then it is asked."""
    if select.select([connection], [], [], 0)[0]:
        await AsyncConnectionPool.check_connection(connection)
