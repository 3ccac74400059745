"""Processes that a parent starts, watches and ends: one that dies takes all with it, and none outlives the parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.parent import end_with_parent

PATIENCE_SECONDS = 6.0


class ChildFailed(Refused):
    status = 503
    text = Text("进程“{name}”已退出（代码 {code}）。", "The process {name} ended with code {code}.")
    advice = Text("请查看 {log}。", "Look into {log}.")


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def require_success(self) -> None:
        """Waits for its end. Refuses `ChildFailed`."""
        if code := self.process.wait():
            raise ChildFailed(name=self.name, code=code, log=self.log)


class Children:
    """Start them from the main thread: they end with the thread that started them."""

    def __init__(self) -> None:
        self.all: list[Child] = []

    def start(
        self,
        name: str,
        module: str,
        arguments: Sequence[object],
        *,
        env: Mapping[str, str],
        log: Path,
        stdout: int = -3,
    ) -> Child:
        """`python -m module arguments`; what it prints goes to `log`, unless `stdout` says otherwise."""
        with log.open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=said if stdout == subprocess.DEVNULL else stdout,
                stderr=said,
                env=dict(env),
                # A Ctrl-C in the terminal reaches only the parent, which ends the children in order.
                start_new_session=True,
                preexec_fn=partial(end_with_parent, os.getpid()),
            )
        child = Child(name, process, log)
        self.all.append(child)
        return child

    def require_alive(self) -> None:
        """Refuses `ChildFailed`."""
        for child in self.all:
            if (code := child.process.poll()) is not None:
                raise ChildFailed(name=child.name, code=code, log=child.log)

    def forget(self, child: Child) -> None:
        self.all.remove(child)

    def stop(self) -> None:
        """SIGTERM for all, a moment of patience together, then SIGKILL."""
        for child in self.all:
            child.process.terminate()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for child in self.all:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self.all.clear()


def first_line(child: Child) -> str:
    """What a child started with stdout=PIPE says first."""
    stream = child.process.stdout
    line = stream.readline().decode().strip() if stream else ""
    if not line:
        raise ChildFailed(name=child.name, code=child.process.wait(), log=child.log)
    return line


def turn_signals_into_interrupts() -> None:
    """SIGTERM unwinds the stack as Ctrl-C does, so that `finally` runs."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
