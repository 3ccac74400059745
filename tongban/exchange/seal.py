"""The half of the seal that stands outside the database: a file in the node's home (`incarnation.py` compares them).

It changes in two steps, so that a crash between database and file is not taken for a restore: first the file names the old and the new seal,
then the database takes the new one, then the file forgets the old one.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from tongban.kernel.node import Node

SEAL = "seal.json"
LOCK = "seal.lock"


@contextmanager
def locked(node: Node) -> Iterator[None]:
    """One process of this home at a time."""
    file = os.open(node.home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def read_seals(node: Node) -> list[str]:
    try:
        return [str(seal) for seal in json.loads((node.home / SEAL).read_text())["seals"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def write_seals(node: Node, seals: list[str]) -> None:
    """Whole or not at all, and on the disk when this returns."""
    unfinished = node.home / f"{SEAL}.new"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"seals": seals}, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(node.home / SEAL)
    directory = os.open(node.home, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
