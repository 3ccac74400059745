"""The embedded PostgreSQL: one cluster in a directory, shared by every process that holds a lease on it.

    cluster = ensure_cluster(Path("var/postgres"))
    lease = cluster.start()              # keep it for the life of the process
    ensure_database(cluster, "tongban")
    psycopg.connect(cluster.dsn(database="tongban", role="tongban_app"))

For one machine. With DATABASE_URL set nothing of this runs: the roles below already exist there.
"""

import atexit
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from tongban.kernel.text import Text
from tongban.project.postgres_layout import (
    PORT,
    SUPERUSER,
    ClusterRefused,
    Layout,
    make_private,
    private_file,
    server_environment,
    storage_trouble_is_refused,
)
from tongban.project.postgres_lock import exclusive, is_free, open_lock, try_lock
from tongban.project.postgres_making import make_cluster
from tongban.project.postgres_programs import pg_binary
from tongban.project.postgres_roles import create_missing_database, ensure_roles, grant_rights
from tongban.project.postgres_supervisor import postmaster_status

__all__ = ["Cluster", "ClusterRefused", "Lease", "ensure_cluster", "ensure_database", "pg_binary"]

START_SECONDS = 30.0
STOP_SECONDS = 90.0
SUPERVISOR = "tongban.project.postgres_supervisor"


class ServerNotStarted(ClusterRefused):
    text = Text("数据库没有启动：{reason}", "The database did not start: {reason}")
    advice = Text("请查看 {log}，排除原因后重试。", "Look into {log}, mend the cause and try again.")


class NoSuchRole(ClusterRefused):
    text = Text("数据库中还没有角色 {role}。", "The cluster has no role {role} yet.")
    advice = Text("请先建立数据库。", "Make the database first.")


class Lease:
    """Keeps the server alive until closed or until this process ends, however it ends.

    It belongs to the process that took it: a child made by fork gives up its copy at once (and exec closes it), so that
    it cannot outlive the parent by accident. A forked worker that needs the server takes its own lease.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        _held.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Idempotent. Shuts down rather than only closing, so that no copy of the descriptor counts."""
        if self in _held:
            _held.discard(self)
            with self._connection as connection, suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        _held.discard(self)
        self._connection.close()


_held: set[Lease] = set()


def _forget_inherited() -> None:
    for lease in tuple(_held):
        lease._forget()


@atexit.register
def _close_held() -> None:
    for lease in tuple(_held):
        lease.close()


os.register_at_fork(after_in_child=_forget_inherited)


@dataclass(frozen=True)
class Cluster:
    """An initialised cluster directory; take it from `ensure_cluster`."""

    directory: Path

    @property
    def layout(self) -> Layout:
        return Layout(self.directory.resolve())

    def start(self) -> Lease:
        """Starts the server or joins the running one; returns when it accepts connections (at most 30 s).

        Raises ServerNotStarted with the server's own reason.
        """
        deadline = time.monotonic() + START_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            if connection := _knock(self.layout):
                if _is_welcome(connection, self.layout, left):
                    return Lease(connection)
                connection.close()
            else:
                _launch(self.layout)
            time.sleep(0.01)
        raise ServerNotStarted(reason=f"no answer within {START_SECONDS:.0f} s", log=self.layout.log)

    def stop(self) -> None:
        """Stops the server now, whoever holds a lease; returns when all its processes are gone."""
        if connection := _knock(self.layout):
            with connection, suppress(OSError):
                connection.sendall(b"stop\n")
        with exclusive(self.layout.lock, seconds=STOP_SECONDS):
            return

    def is_running(self) -> bool:
        return postmaster_status(self.layout.data)[1] == "ready" and not is_free(self.layout.lock)

    def dsn(self, *, database: str = "postgres", role: str | None = None) -> str:
        """A libpq URI with the password of `role` (None: the superuser). Never log it."""
        role = role or SUPERUSER
        try:
            password = self.layout.password(role).read_text()
        except FileNotFoundError:
            raise NoSuchRole(role=role) from None
        host = quote(str(self.layout.sockets), safe="")
        return f"postgresql://{role}:{password}@/{quote(database, safe='')}?host={host}&port={PORT}"


# Talking to the supervisor


def _knock(layout: Layout) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(layout.lease))
    except (FileNotFoundError, ConnectionError):
        connection.close()
        return None
    except OSError as error:
        connection.close()
        raise ServerNotStarted(reason=error.strerror, log=layout.supervisor_log) from error
    return connection


def _is_welcome(connection: socket.socket, layout: Layout, seconds: float) -> bool:
    """False when the supervisor left before it answered: then the next start needs a new one."""
    connection.settimeout(seconds)
    try:
        with connection.makefile("rb") as answers:
            answer = answers.readline()
    except (ConnectionError, TimeoutError):
        return False
    if not answer.endswith(b"\n"):
        return False
    connection.settimeout(None)
    if reason := json.loads(answer).get("refused"):
        connection.close()
        raise ServerNotStarted(reason=reason, log=layout.log)
    return True


def _launch(layout: Layout) -> None:
    """Becomes a no-op while the lock is taken: by another starter, or by a server that is still leaving."""
    lock = open_lock(layout.lock)
    try:
        if try_lock(lock, fcntl.LOCK_EX):
            _spawn_supervisor(layout, lock)
    finally:
        os.close(lock)


def _spawn_supervisor(layout: Layout, lock: int) -> None:
    packages = str(Path(__file__).parents[2])
    with storage_trouble_is_refused(layout.directory):
        make_private(layout.sockets, layout.account)
    with private_file(layout.supervisor_log) as log:
        done = subprocess.run(
            [sys.executable, "-P", "-m", SUPERVISOR, layout.directory, str(lock)],
            env=server_environment() | {"PYTHONPATH": os.pathsep.join([packages, *filter(None, sys.path)])},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            pass_fds=(lock,),
            start_new_session=True,
            check=False,
        )
    if done.returncode:
        reason = (layout.supervisor_log.read_text().splitlines() or ["no reason given"])[-1]
        raise ServerNotStarted(reason=reason, log=layout.supervisor_log)


# Making


def ensure_cluster(directory: Path) -> Cluster:
    """Makes the cluster if there is none, else checks that it is ours and usable. Starts nothing.

    Raises a ClusterRefused that says what is wrong; what was there stays as it was.
    """
    layout = Layout(directory.resolve())
    with storage_trouble_is_refused(layout.directory):
        make_cluster(layout)
    return Cluster(layout.directory)


def ensure_database(cluster: Cluster, name: str) -> None:
    """Idempotent: the roles `tongban_owner` and `tongban_app`, and the database `name` with the rights of both.

    The server must be running. tongban_app reads and writes rows, and nothing else: no DDL, no temporary tables, no way
    round row-level security. The roles are the cluster's: databases that must not see each other need two clusters.
    """
    with psycopg.connect(cluster.dsn(), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended('tongban.ensure_database', 0))")
        ensure_roles(cluster.layout, connection)
        create_missing_database(connection, name)
        with psycopg.connect(cluster.dsn(database=name)) as inside:
            grant_rights(inside, name)
