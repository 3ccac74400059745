"""Locks of a cluster. `cluster.lock` is the important one: the supervisor and every process of its server hold it by inheritance, across exec.

So whoever gets it knows that nothing of an earlier server is alive, not even a session of a killed one.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongban.kernel.text import Text
from tongban.project.postgres_layout import ClusterRefused, storage_trouble_is_refused


class StillBusy(ClusterRefused):
    text = Text("等待 {seconds} 秒后，{lock} 仍被占用。", "{lock} was still taken after {seconds} seconds.")
    advice = Text("请结束占用该数据库的进程后重试。", "End the process that works on this database, then try again.")


def open_lock(file: Path) -> int:
    with storage_trouble_is_refused(file):
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_free(file: Path) -> bool:
    lock = open_lock(file)
    try:
        return try_lock(lock, fcntl.LOCK_SH)
    finally:
        os.close(lock)


@contextmanager
def exclusive(file: Path, *, seconds: float) -> Iterator[None]:
    lock = open_lock(file)
    deadline = time.monotonic() + seconds
    try:
        while not try_lock(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise StillBusy(seconds=round(seconds), lock=file)
            time.sleep(0.02)
        yield
    finally:
        os.close(lock)
