"""Starts the reader (`engine.py`) on one file, and says whether there is one."""

import json
import math
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import IO, cast

from tongban.documents.reading.page import Page

PACKAGES = ("rapidocr", "onnxruntime", "pypdfium2")
"""What the extra `ocr` brings."""
SECONDS = 600
MOST_ANSWERED = 16 * 1024 * 1024
"""Bytes; the pictures of four pages need about two million."""
PIECE = 65536
QUEUE = "reading"
"""Of the jobs that read: few run at once, and beside all others."""


class Unreadable(Exception):
    """The reader could make nothing of the file, or took too long; `reason` is a code. Somebody reads it instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def is_installed() -> bool:
    """Whether this node has the extra `ocr`. Without it everything works, and people read the papers."""
    return all(find_spec(package) for package in PACKAGES)


def read_pages(data: bytes) -> list[Page]:
    """Every page of a file that was inspected and scanned before, upright. Takes seconds. Raises `Unreadable`."""
    if not is_installed():
        raise Unreadable("not-installed")
    command = [sys.executable, "-s", "-P", "-m", "tongban.documents.reading.engine"]
    # The packages of this process and nothing else of its environment: the reader has no secret to lose.
    env = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "OMP_NUM_THREADS": "1"}
    return read_answer(run_reader(command, data, env=env))


def run_reader(
    command: Sequence[str], data: bytes, *, env: Mapping[str, str], seconds: float = SECONDS, most: int = MOST_ANSWERED
) -> bytes:
    """What it writes to standard output when it is given `data`, at most `most` bytes within `seconds`. Raises `Unreadable`."""
    begun = time.monotonic()
    try:
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
        )
    except OSError:
        raise Unreadable("not-started") from None
    with child:
        try:
            said = _talk(child, data, most, begun + seconds)
        except subprocess.TimeoutExpired:
            raise Unreadable("too-long") from None
        finally:
            child.kill()
    if child.returncode == 0 and len(said) <= most:
        return said
    raise Unreadable("ended")


def read_answer(said: bytes) -> list[Page]:
    """The pages of what the reader wrote, which took a stranger's file in and so is believed no more than that. Raises `Unreadable`."""
    try:
        answer = json.loads(said, parse_constant=_no_number, parse_float=_number)
        if "failed" not in answer:
            return [Page.from_json(page) for page in answer["pages"]]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise Unreadable("ended") from None
    raise Unreadable("not-readable")


def _talk(child: "subprocess.Popen[bytes]", data: bytes, most: int, until: float) -> bytes:
    """As `communicate`, which has no bound of what it takes. Raises `TimeoutExpired`."""
    to, back = cast(IO[bytes], child.stdin), cast(IO[bytes], child.stdout)
    said, rest = bytearray(), memoryview(data)
    with DefaultSelector() as pipes:
        pipes.register(to, EVENT_WRITE)
        pipes.register(back, EVENT_READ)
        while back in pipes.get_map() and len(said) <= most:
            ready = {key.fileobj for key, _ in pipes.select(max(0.0, until - time.monotonic()))}
            if not ready:
                raise subprocess.TimeoutExpired(child.args, until)
            if back in ready:
                said += (piece := os.read(back.fileno(), PIECE))
                if not piece:
                    pipes.unregister(back)
            if to in ready and not (rest := _write(to, rest)):
                pipes.unregister(to)
                to.close()
    if len(said) <= most:
        child.wait(max(0.0, until - time.monotonic()))
    return bytes(said)


def _write(to: IO[bytes], rest: memoryview) -> memoryview:
    """What is still to be written; nothing where nobody reads it."""
    try:
        return rest[os.write(to.fileno(), rest[: select.PIPE_BUF]) :]
    except BrokenPipeError:
        return rest[:0]


def _no_number(name: str) -> float:
    raise ValueError(name)


def _number(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)
