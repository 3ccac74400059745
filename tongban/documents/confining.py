"""What a process that takes a stranger's file in gives up before its first byte: memory, time, files, and where the kernel allows it the network."""

import os
import resource
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

Limits = Iterable[tuple[int, int]]
NOTHING_WRITTEN: tuple[tuple[int, int], ...] = ((resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0))
"""Not the number of processes: the kernel counts those of the whole account, the node's own among them."""


def confine(limits: Limits, *, awaited: bool) -> None:
    """`limits`: pairs of `resource.RLIMIT_…` and the most of it, kept for good. `awaited`: somebody sits before the answer."""
    os.nice(0 if awaited else 10)
    # When memory runs short, this process goes before the node does.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    _leave_network()
    for what, most in limits:
        resource.setrlimit(what, (most, most))


def _leave_network() -> None:
    """Where Python can ask for it, from 3.12 on, and the kernel allows it: into a network of its own that leads nowhere."""
    if sys.version_info >= (3, 12):
        with suppress(OSError):
            os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
