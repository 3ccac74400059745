"""Starts the reader (`engine.py`) on one file, and says whether there is one."""

import json
import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec

from tongban.documents.reading.page import Page

PACKAGES = ("rapidocr", "onnxruntime", "pypdfium2")
"""What the extra `ocr` brings."""
SECONDS = 600
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
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env=env, check=False)
    except subprocess.TimeoutExpired:
        raise Unreadable("too-long") from None
    except OSError:
        raise Unreadable("not-started") from None
    return _answer(done)


def _answer(done: "subprocess.CompletedProcess[bytes]") -> list[Page]:
    if done.returncode != 0 or not done.stdout:
        raise Unreadable("ended")
    said = json.loads(done.stdout)
    if "failed" in said:
        raise Unreadable("not-readable")
    return [Page.from_json(page) for page in said["pages"]]
