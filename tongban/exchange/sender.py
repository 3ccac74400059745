"""The sending threads of a worker: one for each peer region, so that a dead or slow peer holds up no other."""

import random
import threading
from datetime import UTC, datetime

import psycopg
import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from tongban.exchange import delivery, outbox
from tongban.exchange.adapters.http import PeerClient
from tongban.exchange.log import CHANNEL
from tongban.exchange.outbox import Link
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

POLL_SECONDS = 1.0
LONGEST_STOP_SECONDS = 35.0

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
        thread.wake.set()
    for thread in threads.values():
        thread.join(LONGEST_STOP_SECONDS)
    connection.close()


def _watch(node: Node, stop: threading.Event, threads: "dict[str, _PeerThread]") -> None:
    with _listen() as listening:
        while not stop.is_set():
            for peer, links in _due(node).items():
                if peer not in threads:
                    threads[peer] = _PeerThread(node, peer, stop)
                    threads[peer].start()
                threads[peer].give(links)
            for _ in listening.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass


def _listen() -> psycopg.Connection:
    """A plain connection of its own: Django's is returned to the transaction of each batch."""
    settings = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "sslmode")
    listening = psycopg.connect(**{name: settings[name] for name in names if settings.get(name)}, autocommit=True)
    listening.execute(f"LISTEN {CHANNEL}")
    return listening


def _due(node: Node) -> dict[str, list[Link]]:
    with scope(node.regions):
        links = outbox.list_links(node.regions, _now())
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.peer, []).append(link)
    return found


def _now() -> datetime:
    return datetime.now(UTC)


class _PeerThread(threading.Thread):
    """Everything for one peer region, from whichever region hosted here."""

    def __init__(self, node: Node, peer: str, stop: threading.Event) -> None:
        super().__init__(name=f"sender-{peer}", daemon=True)
        self.node, self.stop, self.wake = node, stop, threading.Event()
        self.links: list[Link] = []
        self.client = PeerClient(node)

    def give(self, links: list[Link]) -> None:
        self.links = links
        self.wake.set()

    def run(self) -> None:
        while not self.stop.is_set():
            self.wake.wait()
            self.wake.clear()
            for link in self.links:
                self._send(link)
        self.client.close()
        connection.close()

    def _send(self, link: Link) -> None:
        """Batch after batch while the peer confirms."""
        try:
            while not self.stop.is_set():
                if not delivery.deliver(self.node, link, at=_now(), poster=self.client, jitter=random.uniform):
                    return
        except (DatabaseError, psycopg.Error) as error:
            log.warning("sender waits for the database", peer=link.peer, error=type(error).__name__)
            close_old_connections()
        except Exception:
            # A bug with one link must not end the thread; the lease of its rows ends and they are tried again.
            log.exception("sending failed", peer=link.peer)
