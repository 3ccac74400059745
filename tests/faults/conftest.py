"""One besieged alliance for all tests of this package, and one history of everything that people did to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.flow import Flow, Pace
from tests.faults.history import History
from tests.faults.run import keep_logs
from tests.faults.siege import Siege
from tests.processes import passable_directory

OUT = Path("build/faults/tests")


@dataclass
class Ground:
    siege: Siege
    history: History

    @contextmanager
    def flow(self, cases: int, *, per_second: float = 0.0, people: int = 2) -> Iterator[Flow]:
        with Flow(self.siege, self.history, Pace(cases, per_second=per_second), people=people) as flow:
            yield flow

    def require_sound(self, flow: Flow, *, cases: int) -> None:
        """All were handed in, and after healing everything that may be counted is in order."""
        flow.settle()
        assert flow.progress.told == cases
        verdict = flow.judge()
        assert {name: found[:5] for name, found in verdict.faults.items() if found} == {}


@pytest.fixture(scope="package")
def ground() -> Iterator[Ground]:
    """Calm when a test gets it, and healed by the test that has done harm. Logs stay in build/faults/tests."""
    history = History(OUT / "history.jsonl")
    with passable_directory() as directory:
        siege = Siege(directory, seed=1, platform_silent=0.05)
        try:
            siege.found()
            yield Ground(siege, history)
        finally:
            siege.end()
            history.close()
            keep_logs(siege, OUT)
