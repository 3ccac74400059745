"""Crash points: where a test lets the process die as if somebody had pulled the plug. They do nothing unless armed.

`TONGBAN_CRASH_AT=append.stored` dies the first time that this point is reached, `append.stored:3` the third time; several are named with
commas. Each dies once for each home: it leaves a file `crashed/NAME` there, so that whoever starts the process again may leave it armed.
Only a demonstration node can be armed.
"""

import os
from collections import Counter
from pathlib import Path

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

POINTS = (
    "submit.written",
    "append.begun",
    "append.signed",
    "append.stored",
    "append.settled",
    "append.committed",
    "reaction.deferred",
    "propose.stored",
    "propose.committed",
    "send.claimed",
    "send.packed",
    "send.answered",
    "send.receipts-kept",
    "send.settled",
    "receive.verified",
    "receive.stored",
    "receive.settled",
    "receive.committed",
    "receipt.signed",
    "receipt.stored",
    "receive.receipted",
    "proposal.taken",
    "proposal.handled",
    "blob.fetched",
    "blob.stored",
    "evidence.asked",
    "assess.asked",
    "effect.begun",
    "effect.called",
    "effect.recorded",
    "licence.reserved",
    "licence.taken-up",
    "licence.signed",
    "licence.put-down",
    "licence.begun",
    "licence.kept",
    "licence.appended",
    "licence.issued",
    "licence.handed-over",
)
"""In the order in which a case meets them. Each stands once in the code."""
EXIT_CODE = 137
"""What a shell says of a process that got SIGKILL."""
_armed: dict[str, int] = {}
_passed: Counter[str] = Counter()
_marks = Path()


class NoCrashInProduction(Refused):
    status = 403
    text = Text("生产节点不能设置崩溃点 {points}。", "Crash points ({points}) are never set on a production node.")
    advice = Text("请去掉 TONGBAN_CRASH_AT。", "Unset TONGBAN_CRASH_AT.")


class UnknownCrashPoint(Refused):
    text = Text("没有名为 {name} 的崩溃点。", "There is no crash point {name}.")
    advice = Text("可选：{names}", "There are: {names}")


def arm(wanted: str, *, home: Path, demo: bool) -> None:
    """`wanted`: `name[:nth]`, several with commas, or nothing. Refuses `NoCrashInProduction`, `UnknownCrashPoint`."""
    global _marks
    names = dict(_read(part.strip()) for part in wanted.split(",") if part.strip())
    if names and not demo:
        raise NoCrashInProduction(points=", ".join(names))
    _marks = home / "crashed"
    _armed.clear()
    _passed.clear()
    _armed.update({name: nth for name, nth in names.items() if not (_marks / name).exists()})


def point(name: str) -> None:
    """The process ends here when it is armed for it: no `finally`, no flush, no farewell."""
    if name in _armed:
        _pass(name)


def _read(part: str) -> tuple[str, int]:
    name, _, nth = part.partition(":")
    if name not in POINTS or not (nth or "1").isdecimal():
        raise UnknownCrashPoint(name=part, names=", ".join(POINTS))
    return name, int(nth or 1)


def _pass(name: str) -> None:
    _passed[name] += 1
    if _passed[name] >= _armed[name] and _leave_mark(name):
        os._exit(EXIT_CODE)


def _leave_mark(name: str) -> bool:
    """Whether this process is the first: gunicorn starts a dead worker again by itself, as it was armed."""
    _marks.mkdir(exist_ok=True)
    try:
        os.close(os.open(_marks / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True
