"""`tongban node worker`: the jobs of one node and the senders to its peers. Imported after `home.prepare`."""

import asyncio
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import structlog
from django.db import connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from tongban.exchange.services import run_senders
from tongban.kernel.node import Node
from tongban.project import collector, schedule

log = structlog.get_logger()

JOBS_AT_ONCE = 4
GRACE_SECONDS = 3.0
LAST_SECONDS = 4.5


def work(node: Node, *, concurrency: int = JOBS_AT_ONCE) -> int:
    """Runs until SIGTERM or SIGINT; 0, or 1 when the senders failed. Jobs cut off by the end are taken up by `schedule.resume_jobs`."""
    stop = threading.Event()
    collector.settle()
    senders = Senders(node, stop)
    senders.start()
    schedule.begin()
    log.info("working", node=node.id, regions=node.regions)
    try:
        asyncio.run(_run_jobs(concurrency, stop))
    finally:
        stop.set()
    senders.join(GRACE_SECONDS)
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


async def _run_jobs(concurrency: int, stop: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(concurrency, thread_name_prefix="jobs"))
    async with _jobs_app().open_async() as jobs:
        worker = asyncio.create_task(
            jobs.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=5.0,
                stalled_worker_timeout=schedule.STALLED_SECONDS,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, _end, worker, stop)
        with suppress(asyncio.CancelledError):
            await worker


def _end(worker: asyncio.Task[None], stop: threading.Event) -> None:
    """A thread cannot be cut off: one that hangs in the network is left behind when the time is up."""
    stop.set()
    worker.cancel()
    last = threading.Timer(LAST_SECONDS, os._exit, [0])
    last.daemon = True
    last.start()


def _jobs_app() -> App:
    """The worker fetches through connections of its own; what a job defers goes through Django's, in the job's transaction.

    `replace_connector` would turn the second into the first as well.
    """
    return app.with_connector(PsycopgConnector(kwargs=connector_params("default")))
