"""One detached process per cluster: PostgreSQL lives exactly as long as somebody holds a lease.

    process A ──lease──┐
    process B ──lease──┤ supervisor ──PR_SET_PDEATHSIG──> postgres
    command   ──lease──┘

A lease is an open connection to a unix socket, so the kernel ends it even after `kill -9`. When the last one is gone the
supervisor waits a moment, stops the server and exits; when the supervisor itself dies the kernel stops the server. The
cluster's lock is inherited by every process of the server: who gets the lock knows that nothing of the old one is left.

Started only by `postgres.Cluster.start`, as: python -m tongban.project.postgres_supervisor DIRECTORY LOCK_FD
"""

import ctypes
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from tongban.project.postgres_layout import PORT, Layout, server_environment
from tongban.project.postgres_programs import server_program

GRACE_SECONDS = 2.0
FIRST_LEASE_SECONDS = 10.0
STOP_SECONDS = 60.0
RESTARTS = 20
LARGEST_LOG = 10_000_000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "shared_buffers": "64MB",
    "max_connections": "60",
    # A new node's tables grow from nothing to thousands of rows within a minute: plans made for empty ones must not stay.
    "autovacuum_naptime": "5s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    # Personal data must not reach the log. Level `log` leaves out ERROR, whose first line may quote a rejected value;
    # the client that caused it is told anyway.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


class ServerFailed(Exception):
    """The server did not come up; the message is PostgreSQL's own reason."""


def die_with(parent: int) -> None:
    """Between fork and exec, after setuid (which would clear it): SIGINT is PostgreSQL's fast shutdown."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        os._exit(1)


def last_words(log: Path, offset: int) -> str:
    """Why the server stopped, from what it wrote after `offset`. Start-up messages name files and settings only."""
    with log.open("rb") as file:
        file.seek(offset)
        lines = file.read().decode(errors="replace").splitlines()
    said = [line.split("] ", 1)[-1] for line in lines if line]
    grave = [line for line in said if re.match("FATAL|PANIC", line)]
    return " ".join(grave[-2:] or said[-3:]) or "no reason given"


class Supervisor:
    def __init__(self, layout: Layout, lock: int, listener: socket.socket) -> None:
        self.layout, self.lock, self.listener = layout, lock, listener
        self.leases: set[socket.socket] = set()
        self.server: subprocess.Popen[bytes] | None = None
        self.stopping = False
        self.deadline = 0.0
        self.selector = selectors.DefaultSelector()

    def run(self) -> None:
        try:
            self._listen_to_signals()
            self._start_server()
            self._serve()
        except (ServerFailed, OSError) as failure:
            self._answer_failure(str(failure))
        finally:
            self._close_door()
            self._stop_server()
            self._leave_no_sockets()

    def _listen_to_signals(self) -> None:
        wake, self._waker = socket.socketpair()
        for end in (wake, self._waker):
            end.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop_soon)
        self.selector.register(wake, selectors.EVENT_READ, partial(self._drain, wake))

    def _stop_soon(self, *_: object) -> None:
        self.stopping = True

    @staticmethod
    def _drain(wake: socket.socket) -> None:
        wake.recv(4096)

    # The server

    def _start_server(self) -> None:
        self._clear_stale_files()
        self._rotate_log()
        offset = self.layout.log.stat().st_size
        self.server = self._spawn()
        while not self.stopping and not self._is_ready(self.server):
            if self.server.poll() is not None:
                raise ServerFailed(last_words(self.layout.log, offset))
            time.sleep(0.01)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = {**SETTINGS, "port": str(PORT), "unix_socket_directories": str(self.layout.sockets)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.layout.log.open("ab") as log:
            return subprocess.Popen(
                [server_program("postgres", self.layout.account), "-D", self.layout.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=server_environment(),
                pass_fds=(self.lock,),
                preexec_fn=partial(die_with, os.getpid()),
                **self.layout.account.process(),
            )

    def _is_ready(self, server: subprocess.Popen[bytes]) -> bool:
        return postmaster_status(self.layout.data) == (server.pid, "ready")

    def _clear_stale_files(self) -> None:
        """After a crash PostgreSQL takes whoever has its old process number now for itself. As we hold the lock, only a
        server started by hand can be. Sessions that outlived theirs are no danger: it finds their shared memory.
        """
        if may_serve(postmaster_status(self.layout.data)[0], self.layout.data):
            return
        (self.layout.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (Layout.SOCKET, Layout.SOCKET + ".lock"):
            (self.layout.sockets / name).unlink(missing_ok=True)

    def _rotate_log(self) -> None:
        log = self.layout.log
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.rename(log.with_suffix(".log.1"))
        os.close(os.open(log, os.O_CREAT | os.O_WRONLY, 0o600))

    def _stop_server(self) -> None:
        """Fast first: sessions are cut, the checkpoint is written. Immediate only if that hangs; WAL keeps the rows."""
        if self.server is None:
            return
        for number, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS)):
            if self.server.poll() is None:
                self.server.send_signal(number)
            try:
                self.server.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            return

    def _restart_server(self) -> None:
        """The postmaster died under its users (out of memory, say). Its orphans need a moment to leave."""
        for attempt in range(RESTARTS):
            try:
                self._start_server()
                break
            except ServerFailed:
                if self.stopping or attempt == RESTARTS - 1:
                    raise
                time.sleep(0.25)

    # The leases

    def _serve(self) -> None:
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.deadline = time.monotonic() + FIRST_LEASE_SECONDS
        while not self.stopping and (self.leases or time.monotonic() < self.deadline):
            patience = None if self.leases else max(0.0, self.deadline - time.monotonic())
            for key, _ in self.selector.select(patience):
                key.data()
            if self.server and self.server.poll() is not None:
                self._restart_server()

    def _accept(self) -> None:
        try:
            lease, _ = self.listener.accept()
        except (BlockingIOError, ConnectionError):
            return  # the caller left while knocking
        lease.setblocking(False)
        self.leases.add(lease)
        self.selector.register(lease, selectors.EVENT_READ, partial(self._hear, lease))
        self._tell(lease, {"ready": True})

    def _hear(self, lease: socket.socket) -> None:
        try:
            said = lease.recv(64)
        except ConnectionError:
            said = b""
        if said == b"":
            self._drop(lease)
        elif said.startswith(b"stop"):
            self.stopping = True

    def _drop(self, lease: socket.socket) -> None:
        self.selector.unregister(lease)
        self.leases.discard(lease)
        lease.close()
        self.deadline = time.monotonic() + GRACE_SECONDS

    @staticmethod
    def _tell(lease: socket.socket, answer: dict[str, object]) -> None:
        with suppress(OSError):  # it is gone; the next read says so
            lease.sendall(json.dumps(answer).encode() + b"\n")

    def _answer_failure(self, reason: str) -> None:
        """Whoever asked for this start is told why it failed: wait for the first, then answer all who stand there."""
        self.listener.settimeout(GRACE_SECONDS)
        try:
            while True:
                lease, _ = self.listener.accept()
                self._tell(lease, {"refused": reason})
                lease.close()
                self.listener.settimeout(0.05)
        except OSError:
            return

    def _close_door(self) -> None:
        """New callers must find nobody here rather than a supervisor on its way out."""
        self.layout.lease.unlink(missing_ok=True)
        self.listener.close()

    def _leave_no_sockets(self) -> None:
        for lease in self.leases:
            lease.close()
        with suppress(OSError):
            self.layout.sockets.rmdir()


def postmaster_status(data: Path) -> tuple[int, str]:
    """(process number, status) as the server itself wrote them; (0, "") where there is none."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, ValueError, IndexError):
        return 0, ""


def may_serve(pid: int, data: Path) -> bool:
    """Whether that process can be a server of `data`. Sessions (`postgres: …`) and servers elsewhere cannot."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    if Path(os.fsdecode(arguments[0])).name != "postgres":
        return False
    named = Path(os.fsdecode(arguments[arguments.index(b"-D") + 1])) if b"-D" in arguments else data
    return not named.is_absolute() or named.resolve() == data


def open_door(layout: Layout) -> socket.socket:
    layout.lease.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(layout.lease))
    layout.lease.chmod(0o600)
    listener.listen(64)
    return listener


def main(directory: str, lock: str) -> None:
    layout = Layout(Path(directory))
    listener = open_door(layout)
    # The caller waits for this process only; its child goes on, and whoever knocks now finds the door.
    if os.fork() == 0:
        os.set_inheritable(int(lock), False)
        Supervisor(layout, int(lock), listener).run()


if __name__ == "__main__":
    os.umask(0o077)
    main(*sys.argv[1:3])
