"""The sending threads of a worker: one for each peer region, so that a dead or slow peer holds up no other."""

import random
import threading
import time
from datetime import UTC, datetime
from queue import SimpleQueue

import psycopg
import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from tongban.exchange import delivery, leases, outbox
from tongban.exchange.adapters.http import PeerClient
from tongban.exchange.log import CHANNEL
from tongban.exchange.outbox import Link
from tongban.exchange.wire import MAX_ITEMS
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

POLL_SECONDS = 1.0
GATHER_SECONDS = 0.003
"""A command often follows another; a batch costs more than its rows."""
MANY = MAX_ITEMS // 2
"""Rows confirmed at once after which more are probably due. After fewer the next NOTIFY says so, or the next look."""
LONGEST_STOP_SECONDS = 35.0
NAMES_OF_A_LINK = 2

log = structlog.get_logger()


def run_senders(node: Node, stop: threading.Event) -> None:
    """Send until `stop` is set. Wakes at NOTIFY and once a second; outlives a database that is away."""
    threads: dict[str, _PeerThread] = {}
    while not stop.is_set():
        try:
            _watch(node, stop, threads)
        except (DatabaseError, psycopg.Error) as error:
            log.warning("senders wait for the database", error=type(error).__name__)
            close_old_connections()
            stop.wait(POLL_SECONDS)
    for thread in threads.values():
        thread.give(None)
    for thread in threads.values():
        thread.join(LONGEST_STOP_SECONDS)
    connection.close()


def _watch(node: Node, stop: threading.Event, threads: "dict[str, _PeerThread]") -> None:
    with _listen() as listening:
        leases.begin(listening, node.regions, alone=not threads)
        looked = 0.0
        links: set[Link] = set()
        while not stop.is_set():
            if time.monotonic() - looked >= POLL_SECONDS:
                links |= _due(node)
                looked = time.monotonic()
            for link in sorted(links, key=lambda link: (link.peer, link.region)):
                if link.peer not in threads:
                    threads[link.peer] = _PeerThread(node, link.peer, stop)
                    threads[link.peer].start()
                threads[link.peer].give(link)
            links = _told(node, listening)


def _listen() -> psycopg.Connection:
    """A plain connection of its own: Django's is returned to the transaction of each batch."""
    settings = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "sslmode")
    listening = psycopg.connect(**{name: settings[name] for name in names if settings.get(name)}, autocommit=True)
    listening.execute(f"LISTEN {CHANNEL}")
    return listening


def _told(node: Node, listening: psycopg.Connection) -> set[Link]:
    """The links named by what came within a moment of the first NOTIFY."""
    told = [notify.payload for notify in listening.notifies(timeout=POLL_SECONDS, stop_after=1)]
    if told:
        time.sleep(GATHER_SECONDS)
        told += [notify.payload for notify in listening.notifies(timeout=0)]
    named = {Link(*words) for payload in told if len(words := payload.split()) == NAMES_OF_A_LINK}
    return named if all(told) else named | _due(node)


def _due(node: Node) -> set[Link]:
    with scope(node.regions):
        return set(outbox.list_links(node.regions, _now()))


def _now() -> datetime:
    return datetime.now(UTC)


class _PeerThread(threading.Thread):
    """Everything for one peer region, from whichever region hosted here."""

    def __init__(self, node: Node, peer: str, stop: threading.Event) -> None:
        super().__init__(name=f"sender-{peer}", daemon=True)
        self.node, self.stop = node, stop
        self.given: SimpleQueue[Link | None] = SimpleQueue()
        self.client = PeerClient(node)

    def give(self, link: Link | None) -> None:
        """None only wakes it, so that it sees that it must stop."""
        self.given.put(link)

    def run(self) -> None:
        while not self.stop.is_set():
            links = {self.given.get()}
            while not self.given.empty():
                links.add(self.given.get())
            for link in links:
                if link:
                    self._send(link)
        self.client.close()
        connection.close()

    def _send(self, link: Link) -> None:
        """Batch after batch while the peer confirms."""
        try:
            while not self.stop.is_set():
                if delivery.deliver(self.node, link, at=_now(), poster=self.client, jitter=random.uniform) < MANY:
                    return
        except (DatabaseError, psycopg.Error) as error:
            log.warning("sender waits for the database", peer=link.peer, error=type(error).__name__)
            close_old_connections()
        except Exception:
            # A bug with one link must not end the thread; the lease of its rows ends and they are tried again.
            log.exception("sending failed", peer=link.peer)
