"""Three nodes behind faulty lines, a platform that keeps a journal, and an operator who starts again what fell.

Processes are started from the main thread only: children end with the thread that started them.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.faults.proxy import Network
from tests.processes import PROCESSES, READY_SECONDS, Alliance, Line, Site, wait_until
from tongban.project.children import Child
from tongban.project.demo_alliance import PLACES
from tongban.project.postgres_supervisor import postmaster_status
from tongban.project.walk import LocalNames

REGIONS = {place.name: place.region for place in PLACES}
JIYANG, LINYI, HUIMIN = REGIONS
START_AGAIN_SECONDS = 0.5
DATABASE_SECONDS = 40.0


class Siege(Alliance):
    """`seed` decides what lines and platform do; `platform_silent`: how probable it is that a filing is made and not answered."""

    later = ()

    def __init__(self, directory: Path, *, seed: object = 1, platform_silent: float = 0.0) -> None:
        super().__init__(directory)
        self.seed, self.platform_silent = seed, platform_silent
        self.network = Network(seed, names={place.node: place.name for place in PLACES})
        self.journal = directory / "calls.jsonl"
        self.fell: Counter[str] = Counter()
        self.environments: dict[tuple[str, str], Mapping[str, str]] = {}
        self._wanted: dict[tuple[str, str], float] = {}
        self._frozen: set[tuple[str, str]] = set()

    def lay_line(self, name: str, port: int, behind: int) -> Line:
        return self.network.listen(name, port, behind)

    def register_program(self, kind: str) -> tuple[str, list[object]]:
        if kind != "platform":
            return super().register_program(kind)
        options = ["--journal", self.journal, "--seed", self.seed, "--silent", self.platform_silent]
        return "tests.faults.platform", [*options]

    def found(self) -> None:
        super().found()
        self._wanted = {(place, process): 0.0 for place in self.sites for process in PROCESSES}

    def end(self) -> None:
        self.network.heal()
        for place, process in tuple(self._frozen):
            self.thaw(place, process)
        super().end()
        self.network.close()

    # Harm, and what heals it

    def kill(self, place: str, process: str, *, seconds: float = 0.0) -> None:
        """SIGKILL; it is started again after `seconds`."""
        if (place, process) in self._wanted and process in self.sites[place].running:
            self._frozen.discard((place, process))
            with suppress(TimeoutError):
                self.stop(place, process, number=signal.SIGKILL)
            self._wanted[place, process] = time.monotonic() + seconds

    def restart(self, place: str, process: str) -> None:
        """In order, with the environment it shall have from now on."""
        self.stop(place, process)
        self.start(place, process, env=self.environments.get((place, process)))

    def freeze(self, place: str, process: str = "worker") -> bool:
        child = self.sites[place].running.get(process)
        if child is None or child.process.poll() is not None or (place, process) in self._frozen:
            return False
        child.process.send_signal(signal.SIGSTOP)
        self._frozen.add((place, process))
        return True

    def thaw(self, place: str, process: str = "worker") -> None:
        if (place, process) in self._frozen:
            self._frozen.discard((place, process))
            self.sites[place].running[process].process.send_signal(signal.SIGCONT)

    def add(self, place: str, process: str) -> None:
        """One more, such as `worker-2`, kept running like the others."""
        self._wanted.setdefault((place, process), 0.0)

    def dismiss(self, place: str, process: str) -> None:
        """An added one ends in order."""
        if self._wanted.pop((place, process), None) is not None and process in self.sites[place].running:
            self.stop(place, process)

    def stop_postgres(self, place: str) -> None:
        """As `pg_ctl stop -m immediate`: no checkpoint, every session cut."""
        pid, status = postmaster_status(self.sites[place].cluster.layout.data)
        if pid and status == "ready":
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)

    # What an operator, or systemd, does

    def keep_running(self) -> list[str]:
        """Start again what is not running and should be; returns what fell by itself, as `place process code`."""
        fallen = [found for place, process in tuple(self._wanted) if (found := self._keep(place, process))]
        self.fell.update(fallen)
        return fallen

    def _keep(self, place: str, process: str) -> str:
        child, fallen = self.sites[place].running.get(process), ""
        if child and child.process.poll() is not None:
            fallen = f"{place} {process} {child.process.returncode}"
            self._forget(place, process, child)
            self._wanted[place, process] = time.monotonic() + START_AGAIN_SECONDS
        elif child is None and time.monotonic() >= self._wanted[place, process]:
            self.start(place, process, env=self.environments.get((place, process)))
        return fallen

    def _forget(self, place: str, process: str, child: Child) -> None:
        self._frozen.discard((place, process))
        del self.sites[place].running[process]
        self.children.forget(child)

    def wait_until_ready(self, place: str) -> None:
        """Whatever falls meanwhile is started again."""
        site = self.sites[place]

        def answers() -> bool:
            self.keep_running()
            with suppress(httpx.TransportError), httpx.Client(transport=LocalNames(), timeout=5) as client:
                return client.get(site.url).status_code == 200
            return False

        wait_until(answers, seconds=READY_SECONDS, what=f"an answer of {place}")

    def wait_while_keeping(self, happens: Callable[[], object], *, seconds: float, what: str) -> Any:
        """`wait_until`, while whatever falls is started again."""
        return wait_until(lambda: (self.keep_running(), happens())[1], seconds=seconds, what=what)

    def heal(self) -> None:
        """No more harm, everything runs; what lines held back is delivered."""
        self.network.heal()
        for place, process in tuple(self._frozen):
            self.thaw(place, process)
        for place, process in tuple(self._wanted):
            if process not in PROCESSES:
                self.dismiss(place, process)
        for place in self.sites:
            self.wait_until_ready(place)
        self.network.deliver_held()

    def helper(self, name: str, module: str, arguments: Sequence[object], *, stdout: int) -> Child:
        """A program of the harness beside the nodes."""
        return self.children.start(
            name,
            module,
            arguments,
            env=self._environment(**self._addresses),
            log=self.directory / f"{name}.out",
            stdout=stdout,
        )


def look(site: Site, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """`site.ask`, patient with a database that is just coming back."""
    deadline = time.monotonic() + DATABASE_SECONDS
    while True:
        try:
            return site.ask(statement, *values)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)
