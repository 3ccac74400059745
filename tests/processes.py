"""An alliance of real processes: three nodes with pages, workers and databases of their own, three registers, a listener on every line.

One for each test session (fixture `alliance`). What a test stops, it starts again.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx
import psycopg
import pyotp

from tests.listening import Listener
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.project import demo_alliance, demo_definitions, registers, walk_case
from tongban.project.children import Child, Children, first_line
from tongban.project.demo_alliance import PLACES, Papers
from tongban.project.postgres import Cluster
from tongban.project.registers.businesses import further_cast, make_records
from tongban.project.registers.people import DemoPerson, id_number, make_people, save_people
from tongban.project.registers.records import save_records
from tongban.project.walk import LocalNames, Visitor

READY_SECONDS = 90.0
PATIENCE_SECONDS = 60.0
SECRET = "a secret that registers and nodes of this test share"
PROCESSES = ("serve", "worker")
LATER = ("signer",)
"""Nobody waits for it: it comes up while the first stories are told."""
EXCHANGE = """
import sys
from pathlib import Path
from tongban.project import home
home.prepare(Path(sys.argv[1]))
from tongban.licences.jobs import exchange_status_lists
exchange_status_lists()
"""
NEWCOMERS = 40
TOTP_SECONDS = 30
FRESH_SECONDS = 200.0
"""A decision wants a code of the last five minutes; the rest is for what is done at the desk."""


def environment(**more: str) -> dict[str, str]:
    """A child's: nothing of a real node that this shell may point at."""
    foreign = ("TONGBAN_", "DATABASE_", "DJANGO_")
    return {**{name: value for name, value in os.environ.items() if not name.startswith(foreign)}, **more}


def wait_until(happens: Callable[[], object], *, seconds: float = PATIENCE_SECONDS, what: str = "it") -> Any:
    """The first answer that is true."""
    deadline = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.2)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


@contextmanager
def passable_directory() -> Iterator[Path]:
    """Root's database server runs as somebody else, who must get through."""
    directory = Path(tempfile.mkdtemp(prefix="tongban-test-", dir="/tmp"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory)


class Line(Protocol):
    """What stands before a node's port."""

    def close(self) -> None: ...


@dataclass
class Site:
    """One node: home, address, processes. The port people and peers know belongs to its line."""

    name: str
    home: Path
    url: str
    behind: int
    line: Line
    running: dict[str, Child] = field(default_factory=dict)

    @property
    def listener(self) -> Listener:
        if not isinstance(self.line, Listener):
            raise TypeError("nobody listens on this line")
        return self.line

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.home / "pg")

    @property
    def database(self) -> str:
        """As the superuser: no row is hidden."""
        return self.cluster.dsn(database="tongban")

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]

    def chain(self, case_id: str, region: str | None = None) -> list[bytes]:
        """The signed events of this node's copy, in order."""
        rows = self.ask(
            "SELECT envelope FROM exchange_event WHERE case_id = %s AND (region = %s OR %s) ORDER BY region, seq",
            case_id, region or "", region is None,
        )  # fmt: skip
        return [bytes(row[0]) for row in rows]

    def kinds(self, case_id: str) -> list[str]:
        """What happened, as `received`, `offered` …"""
        rows = self.ask("SELECT kind FROM exchange_event WHERE case_id = %s ORDER BY region, seq", case_id)
        return [row[0].partition(".")[2].partition(";")[0] for row in rows]


class Alliance:
    """`directory` is this alliance's own. `later`: processes beside `PROCESSES`, for which its founding does not wait."""

    later: tuple[str, ...] = LATER

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.papers = Papers(directory / "alliance")
        self.people_file = directory / "people.json"
        self.filings_file = directory / "filings.json"
        self.records_file = directory / "records.json"
        self.results_file = directory / "results.json"
        self.children = Children()
        self.sites: dict[str, Site] = {}
        self.registers: dict[str, Child] = {}
        self._people: dict[str, DemoPerson] = {}
        self._newcomers: list[DemoPerson] = []
        self._steps: dict[str, int] = {}
        self._desks: dict[tuple[str, str], Visitor] = {}
        self._proved: dict[tuple[str, str], float] = {}

    def found(self) -> None:
        """Everything runs and every node holds the others' definitions when this returns."""
        self._make_people()
        self.prepare()
        self.registers = {kind: self._start_register(kind) for kind in registers.PROCESSES}
        self._addresses = registers.addresses({kind: first_line(child) for kind, child in self.registers.items()})
        for name in self.sites:
            self.start(name, *PROCESSES)
        for name in self.sites:
            self.wait_until_ready(name)
        self.wait_until_shared()
        for name, process in product(self.sites, self.later):
            self.start(name, process)

    def wait_until_shared(self) -> None:
        """Every node holds what all have published."""
        demo_definitions.wait_until_shared(self.homes, require_alive=self.children.require_alive)

    def prepare(self) -> None:
        """Sites, keys, papers and what each node holds before it opens."""
        for place in PLACES:
            self.add_site(place.name)
        demo_alliance.found_alliance(self.papers, self.homes, {name: site.url for name, site in self.sites.items()})
        self._seed()

    def add_site(self, name: str) -> Site:
        port, behind = free_port(), free_port()
        url = f"http://{name}.localhost:{port}"
        self.sites[name] = Site(name, self.directory / name, url, behind, self.lay_line(name, port, behind))
        return self.sites[name]

    def lay_line(self, name: str, port: int, behind: int) -> Line:
        return Listener(port, behind=behind)

    @property
    def homes(self) -> dict[str, Path]:
        return {name: site.home for name, site in self.sites.items()}

    def end(self) -> None:
        for desk in self._desks.values():
            desk.client.close()
        for child in self.registers.values():
            if child.process.stdout:
                child.process.stdout.close()
        self.children.stop()
        for site in self.sites.values():
            site.cluster.stop()
            site.line.close()

    # People

    @property
    def today(self) -> date:
        return legal_day(now())

    def person(self, name: str) -> DemoPerson:
        """Of the demo's cast, by what they make registers do."""
        return self._people[name]

    def newcomer(self) -> DemoPerson:
        """Like Mr Luo, insured in 临邑 and living in 济阳, and nobody of this session has met them: SMS codes are counted per phone."""
        return self._newcomers.pop()

    def _make_people(self) -> None:
        cast = make_people(today=self.today)
        luo = next(person for person in cast if person.name == "罗建国")
        quiet = replace(luo, name="唐静", phone="19900000098", residence_silent=True,
                        id_number=id_number(region="371424", birth=date(1981, 2, 3), serial=499))  # fmt: skip
        cast += [quiet, *further_cast(self.today)]
        self._people = {person.name: person for person in cast}
        self._newcomers = [
            replace(luo, name=f"罗{chr(0x4E00 + 37 * number)}", phone=f"199000020{number:02d}",
                    id_number=id_number(region="371424", birth=date(1970, 1, 1 + number % 28), serial=500 + number))
            for number in range(NEWCOMERS)
        ]  # fmt: skip
        save_people(self.people_file, [*cast, *self._newcomers])
        save_records(self.records_file, make_records(cast, today=self.today))

    # Desks

    def account(self, place: str, role: str) -> dict[str, str]:
        accounts = json.loads((self.sites[place].home / "accounts.json").read_text())
        return next(account for account in accounts if role in account["roles"])

    def code(self, account: dict[str, str]) -> str:
        """A code of the second factor that has not been used: each works once, the next one already."""
        step = max(int(time.time()) // TOTP_SECONDS - 1, self._steps.get(account["totp"], 0) + 1)
        self._steps[account["totp"]] = step
        time.sleep(max(0.0, (step - 1) * TOTP_SECONDS - time.time() + 0.1))
        return pyotp.TOTP(account["totp"]).generate_otp(step)

    def visitor(self, place: str) -> Visitor:
        return Visitor(self.sites[place].url, timeout=60)

    def desk(self, place: str, role: str) -> Visitor:
        """Signed in, and again once the code is too old to decide with or somebody has sat down elsewhere, which ends the desk."""
        visitor = self._desks.get((place, role)) or self.visitor(place)
        self._desks[place, role] = visitor
        old = time.monotonic() - self._proved.get((place, role), 0.0) > FRESH_SECONDS
        page = visitor.open("/staff/sign-in" if old else "/staff/").require()
        if any("password" in form.fields for form in page.forms):
            account = self.account(place, role)
            known = {"username": account["username"], "password": account["password"]}
            page = visitor.send(page.form(field="password"), known).require()
            visitor.send(page.form(field="code"), {"code": self.code(account)}).require(text="办件")
            self._proved[place, role] = time.monotonic()
        return visitor

    # Cases

    def hand_in(self, person: DemoPerson, story: walk_case.Story | None = None) -> tuple[Visitor, str]:
        """On the pages of 济阳 for 临邑; the rules' own story unless another is told. Who still visits, and the case."""
        visitor = self.visitor("jiyang")
        walk_case.sign_in(visitor, person)
        return visitor, self.apply(visitor, story)

    def apply(self, visitor: Visitor, story: walk_case.Story | None = None) -> str:
        return walk_case.apply(visitor, story or walk_case.permit_story(self.today), insured="371424", here="370115")

    def wait_for_equal_copies(self, case_id: str) -> None:
        """Both places hold the same chain. A paper may be printed, and travel, after everything else is over."""
        jiyang, linyi = self.sites["jiyang"], self.sites["linyi"]
        wait_until(lambda: jiyang.chain(case_id) == linyi.chain(case_id), what=f"equal copies of {case_id}")

    def wait_for_kind(self, place: str, case_id: str, kind: str, *, seconds: float = PATIENCE_SECONDS) -> None:
        def happened() -> bool:
            # The database starts with the node.
            with suppress(psycopg.OperationalError):
                return kind in self.sites[place].kinds(case_id)
            return False

        wait_until(happened, seconds=seconds, what=f"{kind} at {place}")

    def filings(self) -> dict[str, Any]:
        """What the insurance platform has on record, by case."""
        return json.loads(self.filings_file.read_text()) if self.filings_file.exists() else {}

    # Licences

    def exchange_status_lists(self, name: str, file: Path) -> Path:
        """What every node does each minute, now; the list as anybody downloads it at a place that has issued nothing on it."""
        for site in self.sites.values():
            done = subprocess.run(
                [sys.executable, "-c", EXCHANGE, str(site.home)],
                capture_output=True,
                text=True,
                check=False,
                env=self._environment(),
            )
            assert done.returncode == 0, done.stderr
        with self.visitor("huimin") as visitor:
            file.write_bytes(visitor.download(f"/licences/status/{name}"))
        return file

    # Processes

    def start(self, place: str, *processes: str, env: Mapping[str, str] | None = None) -> None:
        """`worker-2` is a second worker beside the first."""
        site = self.sites[place]
        for process in processes or (*PROCESSES, *self.later):
            port = ["--port", site.behind] if process == "serve" else []
            command = process.partition("-")[0]
            site.running[process] = self.children.start(
                f"{place} {process}", "tongban.project.cli", ["node", command, "--home", site.home, "--quiet", *port],
                env=self._environment(**self._addresses, **(env or {})), log=site.home / "log" / f"{process}.out",
            )  # fmt: skip

    def stop(self, place: str, *processes: str, number: signal.Signals = signal.SIGTERM) -> None:
        for process in processes or (*PROCESSES, *self.later):
            child = self.sites[place].running.pop(process)
            child.process.send_signal(number)
            child.process.wait(20)
            self.children.forget(child)

    def wait_until_ready(self, place: str) -> None:
        site = self.sites[place]

        def answers() -> bool:
            self.children.require_alive()
            with suppress(httpx.TransportError), httpx.Client(transport=LocalNames(), timeout=5) as client:
                return client.get(site.url).status_code == 200
            return False

        wait_until(answers, seconds=READY_SECONDS, what=f"an answer of {place}")

    def _environment(self, **more: str) -> dict[str, str]:
        """Registers are given up soon, so that their silence does not cost the tests a minute."""
        return environment(
            TONGBAN_MODE="demo", TONGBAN_REGISTER_SECRET=SECRET, TONGBAN_REGISTER_TIMEOUT_SECONDS="3",
            TONGBAN_REGISTER_TRIES="2", TONGBAN_REGISTER_RETRY_SECONDS="1", TONGBAN_FOLLOW_SECONDS="1", **more,
        )  # fmt: skip

    def _seed(self) -> None:
        seeding = [
            self.children.start(
                f"seed {name}", "tongban.project.demo_seed", [site.home, name, self.papers.directory],
                env=self._environment(), log=site.home / "log" / "seed.out",
            )
            for name, site in self.sites.items()
        ]  # fmt: skip
        for child in seeding:
            child.require_success()
            self.children.forget(child)

    def _start_register(self, kind: str) -> Child:
        module, arguments = self.register_program(kind)
        return self.children.start(
            f"register {kind}", module, [*arguments, "--people", self.people_file],
            env=self._environment(), log=self.directory / f"register-{kind}.out", stdout=subprocess.PIPE,
        )  # fmt: skip

    def register_program(self, kind: str) -> tuple[str, list[object]]:
        files = {
            "platform": ["--filings", self.filings_file],
            "others": ["--records", self.records_file, "--results", self.results_file],
        }
        return "tongban.project.registers", [kind, *files.get(kind, [])]


Kind = TypeVar("Kind", bound=Alliance)


@contextmanager
def running(kind: type[Kind]) -> Iterator[Kind]:
    with passable_directory() as directory:
        alliance = kind(directory)
        try:
            alliance.found()
            yield alliance
        finally:
            alliance.end()
