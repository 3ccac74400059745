"""`tongban demo`: three nodes with their own databases and keys, one alliance, made-up people, on one machine.

Start reading at `open_demo`. The papers are in `demo_alliance.py`, what each node holds in `demo_filling.py`, the processes in `children.py`.
"""

import fcntl
import os
import random
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit

import httpx

import tongban
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.project import demo_alliance, demo_definitions
from tongban.project.children import Child, Children, first_line
from tongban.project.demo_alliance import PLACES, Papers
from tongban.project.postgres import Cluster
from tongban.project.postgres_layout import default_state_directory, make_passable
from tongban.project.registers import PROCESSES, addresses
from tongban.project.registers.businesses import further_cast, make_records
from tongban.project.registers.people import DemoPerson, load_people, make_people, save_people
from tongban.project.registers.records import save_records
from tongban.project.walk import LocalNames

READY_SECONDS = 60.0
MINE = "demo.lock"
PREPARING = Text("准备数据库、密钥和联盟文件", "preparing databases, keys and the alliance's papers")
STARTING = Text("启动三个节点", "starting the three nodes")
FETCHING = Text("各节点按哈希互取事项定义", "the nodes fetch each other's service definitions by hash")


class NotInProduction(Refused):
    status = 403
    text = Text("生产模式下不能运行演示。", "The demo does not run in production mode.")
    advice = Text(
        "请在测试环境运行，或取消 TONGBAN_MODE=production。", "Run it elsewhere or unset TONGBAN_MODE=production."
    )


class NotADemo(Refused):
    text = Text("目录 {path} 不是演示目录，未作改动。", "{path} is no demo directory; nothing was changed.")
    advice = Text("请用 --home 指定一个空目录。", "Name an empty directory with --home.")


class AlreadyRunning(Refused):
    text = Text("目录 {path} 中的演示正在运行。", "The demo in {path} is running already.")
    advice = Text("请先停止它，或用 --home 指定另一个目录。", "Stop it first, or name another directory with --home.")


class NotReady(Refused):
    status = 503
    text = Text("节点 {name} 未在 {seconds} 秒内就绪。", "Node {name} was not ready within {seconds} s.")
    advice = Text("请查看 {log}。", "Look into {log}.")


@dataclass(frozen=True)
class Demo:
    """The directory of one demo."""

    directory: Path

    @property
    def papers(self) -> Papers:
        return Papers(self.directory / "alliance")

    @property
    def homes(self) -> dict[str, Path]:
        return {place.name: self.directory / place.name for place in PLACES}

    @property
    def people(self) -> Path:
        return self.directory / "people.json"

    @property
    def records(self) -> Path:
        """What the registers know of them beside insurance and residence."""
        return self.directory / "records.json"

    @property
    def secret(self) -> Path:
        return self.directory / "register.secret"

    @property
    def complete(self) -> Path:
        """Written when the first set-up is done; without it the set-up starts over."""
        return self.directory / "complete"


@contextmanager
def open_demo(
    directory: Path, *, port_base: int | None, ordinary: int = 20, say: Callable[[Text], None] = lambda step: None
) -> Iterator[tuple[Demo, Children]]:
    """Set up what is missing, start everything, wait until all three nodes answer and hold each other's definitions; stop all at the end.

    `port_base` None takes any free ports. `ordinary`: how many made-up people beside the cast. `say` is told what is going on.
    """
    if os.environ.get("TONGBAN_MODE") == "production":
        raise NotInProduction
    demo, children = Demo(directory.resolve()), Children()
    with _alone(demo):
        try:
            say(PREPARING)
            _set_up(demo, children, _choose_ports(demo, port_base), ordinary)
            say(STARTING)
            _start(demo, children)
            say(FETCHING)
            demo_definitions.wait_until_shared(demo.homes, require_alive=children.require_alive)
            yield demo, children
        finally:
            children.stop()
            _stop_databases(demo)


def default_directory() -> Path:
    if given := os.environ.get("TONGBAN_DEMO_HOME"):
        return Path(given)
    checkout = Path(tongban.__file__).parents[1]
    return default_state_directory(checkout if (checkout / "pyproject.toml").exists() else Path.cwd()) / "demo"


@contextmanager
def _alone(demo: Demo) -> Iterator[None]:
    _make_directory(demo)
    with (demo.directory / MINE).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(path=demo.directory) from None
        yield


def _make_directory(demo: Demo) -> None:
    directory = demo.directory
    if directory.exists() and any(directory.iterdir()) and not (directory / MINE).exists():
        raise NotADemo(path=directory)
    make_passable(directory)
    if os.geteuid() == 0:
        directory.chmod(0o711)


# Setting up


def _set_up(demo: Demo, children: Children, ports: list[int], ordinary: int) -> None:
    urls = {place.name: place.url(port) for place, port in zip(PLACES, ports, strict=True)}
    if demo.complete.exists():
        demo_alliance.keep_alliance(demo.papers, demo.homes, urls)
        if not demo.records.exists():
            _save_people(demo, load_people(demo.people).values())
    else:
        _clear(demo)
        demo.secret.touch(mode=0o600)
        demo.secret.write_text(token_urlsafe(32))
        _save_people(demo, make_people(ordinary=ordinary, today=_today()))
        demo_alliance.found_alliance(demo.papers, demo.homes, urls)
    _seed(demo, children)
    demo.complete.touch()


def _save_people(demo: Demo, drawn: Iterable[DemoPerson]) -> None:
    """With those who need more than the insurance register, and what the other registers know."""
    people = [*drawn, *further_cast(_today())]
    save_people(demo.people, people)
    save_records(demo.records, make_records(people, today=_today()))


def _today() -> date:
    return legal_day(datetime.now().astimezone())


def _clear(demo: Demo) -> None:
    """What an interrupted set-up left behind."""
    _stop_databases(demo)
    for path in (*demo.homes.values(), demo.papers.directory):
        shutil.rmtree(path, ignore_errors=True)


def _seed(demo: Demo, children: Children) -> None:
    env = _environment(demo)
    seeding = [
        children.start(
            f"seed {name}", "tongban.project.demo_seed", [home, name, demo.papers.directory],
            env=env, log=home / "log" / "seed.out",
        )
        for name, home in demo.homes.items()
    ]  # fmt: skip
    for child in seeding:
        child.require_success()
        children.forget(child)


def _environment(demo: Demo, **more: str) -> dict[str, str]:
    """The children's: nothing of a real node that this shell may point at."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TONGBAN_", "DATABASE_"))}
    return {**kept, "TONGBAN_MODE": "demo", "TONGBAN_REGISTER_SECRET": demo.secret.read_text(), **more}


# Running


def _start(demo: Demo, children: Children) -> None:
    registers = {kind: _start_register(demo, children, kind) for kind in PROCESSES}
    stamper = children.start(
        "stamper", "tongban.project.stamper", [],
        env=_environment(demo), log=demo.directory / "stamper.out", stdout=subprocess.PIPE,
    )  # fmt: skip
    known = addresses({kind: first_line(child) for kind, child in registers.items()})
    env = _environment(demo, **known, TONGBAN_TSA_URL=first_line(stamper))
    for name, home in demo.homes.items():
        for process in ("serve", "worker", "signer"):
            children.start(
                f"{name} {process}", "tongban.project.cli", ["node", process, "--home", home, "--quiet"],
                env=env, log=home / "log" / f"{process}.out",
            )  # fmt: skip
    for name, url in demo_alliance.urls_of(demo.homes).items():
        _wait_until_ready(name, url, children, log=demo.homes[name] / "log" / "serve.log")


def _start_register(demo: Demo, children: Children, kind: str) -> Child:
    files = {"people": demo.people, "records": demo.records, "results": demo.directory / "results.json"}
    files["filings"] = demo.directory / "filings.json"
    named = [word for name, file in files.items() for word in (f"--{name}", file)]
    return children.start(
        f"register {kind}", "tongban.project.registers", [kind, *named],
        env=_environment(demo), log=demo.directory / f"register-{kind}.out", stdout=subprocess.PIPE,
    )  # fmt: skip


def _wait_until_ready(name: str, url: str, children: Children, *, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    with httpx.Client(transport=LocalNames(), timeout=5) as client:
        while time.monotonic() < deadline:
            children.require_alive()
            with suppress(httpx.TransportError):
                client.get(url)
                return
            time.sleep(0.1)
    raise NotReady(name=name, seconds=READY_SECONDS, log=log)


def watch(children: Children, *, on_enter: Callable[[], None]) -> None:
    """Returns never: refuses `ChildFailed` when one ends, and is interrupted otherwise. `on_enter`: the return key was pressed."""
    listening = [sys.stdin] if sys.stdin.isatty() else []
    while True:
        children.require_alive()
        pressed, _, _ = select.select(listening, [], [], 0.3)
        if pressed and sys.stdin.readline():
            on_enter()
        elif pressed:
            listening = []


def _stop_databases(demo: Demo) -> None:
    for home in demo.homes.values():
        if (home / "pg").is_dir():
            Cluster(home / "pg").stop()


# Ports


def _choose_ports(demo: Demo, base: int | None) -> list[int]:
    """Those of the last time if they are free, else the first three free ones in a row."""
    if base is None:
        return _any_ports(len(PLACES))
    if demo.complete.exists():
        last = [urlsplit(url).port or 0 for url in demo_alliance.urls_of(demo.homes).values()]
        if last[0] == base and all(map(_is_free, last)):
            return last
    for first in range(base, base + 500, 10):
        ports = [first + number for number in range(len(PLACES))]
        if all(map(_is_free, ports)):
            return ports
    return _any_ports(len(PLACES))


def _any_ports(count: int) -> list[int]:
    """Below 32768: above it the system lends ports to outgoing connections, and one could be gone before a node binds it."""
    free = (port for port in random.sample(range(10_000, 32_000), 2_000) if _is_free(port))
    return list(islice(free, count))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
