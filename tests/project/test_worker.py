"""The worker outlives its database, and takes up what a dead one has left."""

import asyncio
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from procrastinate import App, PsycopgConnector

from tongban.project import schedule, worker
from tongban.project.postgres import Cluster, ensure_cluster
from tongban.project.postgres_supervisor import postmaster_status

pytestmark = pytest.mark.processes

GONE_SECONDS = 6
"""Longer than the worker lets pass without asking its database."""


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    """Nobody else's: it is stopped in the middle."""
    with tempfile.TemporaryDirectory(prefix="tongban-test-", dir="/tmp") as directory:
        Path(directory).chmod(0o711)
        cluster = ensure_cluster(Path(directory) / "pg")
        with cluster.start():
            asyncio.run(_prepare(cluster))
            yield cluster
        cluster.stop()


@pytest.fixture
def session(own: Cluster) -> Iterator[psycopg.Connection]:
    with closing(psycopg.connect(own.dsn(), autocommit=True)) as session:
        session.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
        yield session


async def _prepare(cluster: Cluster) -> None:
    async with _jobs(cluster) as jobs:
        await jobs.schema_manager.apply_schema_async()


def _app(cluster: Cluster) -> App:
    return App(connector=PsycopgConnector(pool_factory=worker._pool, conninfo=cluster.dsn()))


def _jobs(cluster: Cluster) -> AbstractAsyncContextManager[App]:
    return _app(cluster).open_async()


def _left(session: psycopg.Connection, status: LiteralString = "doing", *, lock: str | None = None) -> int:
    """A job, done by nobody."""
    row = session.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock)"
        " VALUES ('default', 'some.task', %s::procrastinate_job_status, %s) RETURNING id",
        [status, lock],
    ).fetchone()
    assert row
    return int(row[0])


def _states(session: psycopg.Connection) -> dict[int, str]:
    return dict(session.execute("SELECT id, status::text FROM procrastinate_jobs").fetchall())


async def _take_up(cluster: Cluster) -> None:
    async with _jobs(cluster) as jobs:
        await schedule.take_up(jobs.job_manager)


def test_a_job_that_cannot_be_taken_up_keeps_no_other_waiting(own: Cluster, session: psycopg.Connection) -> None:
    """Its like waits already: it is not needed any more."""
    _left(session, lock="once")
    waiting, other = _left(session, "todo", lock="once"), _left(session)
    asyncio.run(_take_up(own))
    assert _states(session) == {waiting: "todo", other: "todo"}


def test_n2_n3_the_worker_outlives_its_database(own: Cluster) -> None:
    """N2, N3: the server is stopped at once, and comes again when all have noticed."""
    done: list[int] = []

    async def live() -> None:
        jobs, stop = _app(own), threading.Event()

        @jobs.task(name="note")
        def note(number: int) -> None:
            done.append(number)

        @jobs.periodic(cron="0 0 1 1 *")
        @jobs.task(name="yearly")
        def yearly(timestamp: int) -> None:
            """While something is periodic, the loss of the listener ends a worker."""

        async with jobs.open_async():
            working = asyncio.create_task(worker._run_queues(jobs, ["default"], 1, stop))
            await note.defer_async(number=1)
            await _until(lambda: 1 in done)
            await asyncio.to_thread(_stop_at_once, own)
            await asyncio.sleep(GONE_SECONDS)
            own.start()
            for number in (2, 3):
                _defer(own, number)
                await _until(lambda: number in done)  # noqa: B023
                await asyncio.sleep(1)
            assert not working.done()
            stop.set()
            working.cancel()
            await asyncio.wait([working])

    asyncio.run(live())
    assert done == [1, 2, 3]


def _defer(cluster: Cluster, number: int) -> None:
    """By somebody else: from a connection of its own."""
    with psycopg.connect(cluster.dsn()) as session:
        session.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'note', 0, NULL, NULL, jsonb_build_object('number', %s::int),"
            " NULL)::procrastinate_job_to_defer_v1])",
            [number],
        )


def _stop_at_once(cluster: Cluster) -> None:
    pid, _ = postmaster_status(cluster.layout.data)
    assert pid
    os.kill(pid, signal.SIGQUIT)
    cluster.stop()


async def _until(happens: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not happens():
            await asyncio.sleep(0.1)
