"""One run: found the alliance, hand in cases while harm is done, heal, drain, count. Start reading at `run`."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import nemesis
from tests.faults.checkers import Verdict
from tests.faults.flow import Flow, Pace
from tests.faults.history import History
from tests.faults.nemesis import Nemesis
from tests.faults.siege import Siege, say
from tests.processes import passable_directory

PLATFORM_SILENT = 0.03
SOUND = ("lost", "forked", "decided twice", "effected twice", "receipts dishonest", "still open after drain")


@dataclass(frozen=True)
class Wishes:
    """`minutes`: no new cases after that. `out`: emptied, then filled with history, logs and result. `pause`: see `nemesis.plan`."""

    pace: Pace
    seed: int
    minutes: float
    out: Path
    pause: tuple[float, float] = nemesis.SELDOM


@dataclass
class Result:
    verdict: Verdict
    seed: int
    handed_in: int
    seconds: float
    settled_in: float
    harm: dict[str, int]
    lines: dict[str, int]
    fell: dict[str, int] = field(default_factory=dict)

    def sentences(self) -> Iterator[str]:
        faults = self.verdict.faults
        counted = ", ".join(f"{name} {len(faults[name])}" for name in SOUND)
        yield f"cases {self.handed_in}, seed {self.seed}, {counted}"
        if others := {name: len(found) for name, found in faults.items() if found and name not in SOUND}:
            yield f"also wrong: {_listed(others)}"
        yield f"{self.seconds:.0f} s under faults, settled in {self.settled_in:.0f} s; {_listed(self.verdict.told)}"
        yield f"nemesis: {_listed(self.harm)}"
        yield f"lines: {_listed(self.lines)}"
        if self.fell:
            yield f"fell by themselves: {_listed(self.fell)}"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


def run(wishes: Wishes) -> Result:
    """Main thread only. What happened lies in `wishes.out` however this ends."""
    shutil.rmtree(wishes.out, ignore_errors=True)
    history = History(wishes.out / "history.jsonl")
    with passable_directory() as directory:
        siege = Siege(directory, seed=wishes.seed, platform_silent=PLATFORM_SILENT)
        try:
            siege.found()
            result = _besiege(siege, wishes, history)
        finally:
            siege.end()
            history.close()
            keep_logs(siege, wishes.out)
    _write(result, wishes.out)
    return result


def _besiege(siege: Siege, wishes: Wishes, history: History) -> Result:
    siege.network.tell = lambda fault, caller, callee: history("lines", "invoke", fault, f"{caller} {callee}")
    harm = Nemesis(siege, history, nemesis.plan(wishes.seed, pause=wishes.pause))
    with Flow(siege, history, wishes.pace) as flow:
        nemesis.calm(siege)
        flow.go_on(wishes.minutes * 60, act=harm.act)
        seconds = flow.seconds
        say(f"{seconds:5.0f} s  handed in {flow.progress.told:5d}  healing, draining, counting")
        settled_in = flow.settle()
        return Result(
            flow.judge(), wishes.seed, flow.progress.told, seconds, settled_in, dict(harm.counts),
            dict(siege.network.counts), dict(siege.fell),
        )  # fmt: skip


def keep_logs(siege: Siege, out: Path) -> None:
    for name, site in siege.sites.items():
        for log in (site.home / "log").glob("*"):
            (out / "log" / name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(log, out / "log" / name / log.name)
    if siege.journal.exists():
        shutil.copyfile(siege.journal, out / "calls.jsonl")


def _write(result: Result, out: Path) -> None:
    lines = [*result.sentences(), ""]
    for name, found in result.verdict.faults.items():
        lines += [f"{name}: {one}" for one in found[:200]]
    (out / "result.txt").write_text("\n".join(lines) + "\n")
