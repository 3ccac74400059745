"""The previous release beside this one: its tree taken from the history, its processes started from there."""

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.processes import Alliance, wait_until
from tongban.project.demo_alliance import ITEM, PLACES
from tongban.project.registers.people import DemoPerson, save_people

ROOT = Path(__file__).parents[2]
JIYANG = "370115"
AT_HOME = 6
OFTEN = {"TONGBAN_CHECKPOINT_MINUTES": "1"}
PREVIOUS = ("v0.1.0", "a401cc0a")
"""Tag and commit: a clone may lack tags."""
HELD = "SELECT count(DISTINCT region) FROM catalogue_publisheddefinition WHERE key = %s"
WHERE = "import tongban; print(tongban.__file__)"
FOUND = """
import json, sys
from pathlib import Path
from tongban.project.demo_alliance import Papers, found_alliance
papers, homes, urls = json.load(sys.stdin)
found_alliance(Papers(Path(papers)), {name: Path(home) for name, home in homes.items()}, urls)
"""
COMPLETE = """
import sys
from pathlib import Path
from uuid import UUID
from tongban.project import home
node, case_id = home.prepare(Path(sys.argv[1])), UUID(sys.argv[2])
from tongban.cases import events
from tongban.cases.writing import Step, write
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
region = node.regions[0]
with scope([region]):
    write(node=node, region=region, case_id=case_id, steps=[Step(events.CaseCompleted())], cmd=new_id(),
          by=system(region), role="system", at=now())
"""
"""An event that this release knows and the previous one does not, on a case that has not been passed on."""


def unpack_previous(directory: Path) -> Path:
    """The tree of the previous release; skips where the history does not reach back so far."""
    for name in PREVIOUS:
        if archive := _archive(name):
            with tarfile.open(fileobj=io.BytesIO(archive)) as tree:
                tree.extractall(directory, filter="data")
            return directory
    pytest.skip(f"the history of this clone does not hold {' or '.join(PREVIOUS)}: fetch it with --unshallow --tags")


def _archive(name: str) -> bytes:
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", str(ROOT), "archive", name, "tongban"], capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else b""


class Mixed(Alliance):
    """Founded whole by the previous release; the places `behind` still run it, the others were upgraded."""

    later = ()

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.tree = unpack_previous(directory / "previous")
        self.behind = {"linyi"}

    def release(self, place: str) -> dict[str, str]:
        return _path(self.tree) if place in self.behind else {}

    def prepare(self) -> None:
        for place in PLACES:
            self.add_site(place.name)
        told = [self.papers.directory, self.homes, {name: site.url for name, site in self.sites.items()}]
        self._run(self.tree, ["-c", FOUND], stdin=json.dumps(told, default=str))
        self._seed()

    def start(self, place: str, *processes: str, env: Mapping[str, str] | None = None) -> None:
        super().start(place, *processes, env={**self.release(place), **OFTEN, **(env or {})})

    def wait_until_shared(self) -> None:
        """The one item of which the previous release understands every place's definition; it refuses some of the newer ones."""
        for site in self.sites.values():
            wait_until(lambda site=site: site.ask(HELD, ITEM) == [(len(PLACES),)], what=f"{ITEM} at {site.name}")  # type: ignore[misc]

    def upgrade(self, place: str) -> None:
        """In place, as an operator does: stop, bring the tables up to this release, start."""
        self.stop(place, *self.sites[place].running)
        self.behind.discard(place)
        self._run(None, ["-m", "tongban.project.cli", "node", "migrate", "--home", str(self.sites[place].home)])
        self.start(place)

    def write_completed(self, place: str, case_id: str) -> None:
        self._run(None, ["-c", COMPLETE, str(self.sites[place].home), case_id])

    def program_of(self, place: str) -> Path:
        """Which tree a process of this node runs from."""
        return Path(self._run(self.tree if place in self.behind else None, ["-c", WHERE]).strip()).parents[1]

    def insured_in_jiyang(self) -> DemoPerson:
        """Nobody of this session has met them."""
        return self._insured.pop()

    def _make_people(self) -> None:
        super()._make_people()
        at_home = {**self._newcomers[0].insured, "insured.region": JIYANG}
        moved = [replace(self._newcomers.pop(), insured=at_home) for _ in range(AT_HOME)]
        self._insured = moved
        save_people(self.people_file, [*self._people.values(), *self._newcomers, *moved])

    def _seed(self) -> None:
        seeding = [
            self.children.start(
                f"seed {name}", "tongban.project.demo_seed", [site.home, name, self.papers.directory],
                env=self._environment(**self.release(name)), log=site.home / "log" / "seed.out",
            )
            for name, site in self.sites.items()
        ]  # fmt: skip
        for child in seeding:
            child.require_success()
            self.children.forget(child)

    def _run(self, tree: Path | None, arguments: Sequence[str], *, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, *arguments], input=stdin, capture_output=True, text=True,
            env=self._environment(**(_path(tree) if tree else {})), check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def _path(tree: Path) -> dict[str, str]:
    """This release is installed; what PYTHONPATH names comes before it, and the working directory does not come at all."""
    return {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}
