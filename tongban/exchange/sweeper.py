"""The threads that look after each peer all day: one for each peer node, beside the senders and never in their way.

Every minute: the copies are compared (`sweep.py`). Every five: receipts that should have come are fetched (`ladder.py`).
"""

import random
import threading
from contextlib import closing
from datetime import timedelta

import psycopg
import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from tongban.exchange import ladder, sweep
from tongban.exchange.adapters.http import PeerClient
from tongban.exchange.ladder import Ladder
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused

ROUND_SECONDS = 60.0
PULL_EVERY = 5
FULL_EVERY = timedelta(days=1)
FIRST_FULL = timedelta(minutes=10)
"""After the start, when whatever waited has gone out."""

log = structlog.get_logger()


def run_sweeps(node: Node, stop: threading.Event, *, rungs: Ladder, round_seconds: float = ROUND_SECONDS) -> None:
    """Until `stop` is set; finds new peers by itself and outlives a database that is away."""
    threads: dict[str, _PeerWatch] = {}
    while not stop.wait(min(5.0, round_seconds)):
        try:
            for peer in sweep.list_peers_to_sweep(node, now()):
                if peer not in threads:
                    threads[peer] = _PeerWatch(node, peer, stop, rungs, round_seconds)
                    threads[peer].start()
        except (DatabaseError, psycopg.Error, Refused) as error:
            log.info("sweeps wait", error=type(error).__name__)
            close_old_connections()
    connection.close()


class _PeerWatch(threading.Thread):
    def __init__(self, node: Node, peer: str, stop: threading.Event, rungs: Ladder, round_seconds: float) -> None:
        super().__init__(name=f"sweep-{peer}", daemon=True)
        self.node, self.peer, self.stop, self.rungs, self.round_seconds = node, peer, stop, rungs, round_seconds
        self.full_due = now() + FIRST_FULL

    def run(self) -> None:
        # Not all nodes of an alliance at the same second.
        if self.stop.wait(random.uniform(0, self.round_seconds / 4)):  # noqa: S311 - no secret
            return
        with closing(PeerClient(self.node)) as client:
            number = 0
            while not self.stop.is_set():
                self._attend(client, number)
                number += 1
                self.stop.wait(self.round_seconds)
        connection.close()

    def _attend(self, client: PeerClient, number: int) -> None:
        at = now()
        try:
            full = at >= self.full_due
            if sweep.sweep_peer(self.node, self.peer, client=client, at=at, full=full) and full:
                self.full_due = at + FULL_EVERY
            if number % PULL_EVERY == 0:
                ladder.pull_missing(self.node, self.peer, self.rungs, client=client, at=now())
        except (DatabaseError, psycopg.Error, Refused) as error:
            log.info("sweep waits", peer=self.peer, error=type(error).__name__)
            close_old_connections()
        except Exception:
            # A bug with one peer must not end its thread: the next round is a minute away.
            log.exception("sweep failed", peer=self.peer)
