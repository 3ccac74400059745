"""dead_peer_ratio, slow_peer_ratio: what a third place that is away, or that never finishes its answers, costs the delivery to a healthy one."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tongban.project.bench.events import CASES, LOOK_SECONDS, PATIENCE_SECONDS, NotDelivered, Watch, at_moderate_rate
from tongban.project.bench.ground import HUIMIN, JIYANG, Ground, open_quiet_case, p95_ms
from tongban.project.bench.running import Sizes

DRIP_SECONDS = 1.0
_WAITING = "SELECT count(*) FROM exchange_outbox WHERE peer_region = %s AND delivered_at IS NULL"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    """Every event goes to both places; what is looked at is when the healthy one has it. The healthy times are those before and after."""
    cases = [open_quiet_case(ground, also=[HUIMIN]) for _ in range(min(CASES, sizes.events))]
    watch = Watch(ground, cases)
    watch.wait_for(len(cases) * 2)

    def delays() -> list[float]:
        return at_moderate_rate(ground, cases, watch, max(2, sizes.events // 10))

    healthy = delays()
    with ground.away(HUIMIN):
        dead = delays()
        with dripping(ground):
            slow = delays()
    _wait_until_drained(ground)
    healthy += delays()
    return {
        "dead_peer_ratio": round(p95_ms(dead) / p95_ms(healthy), 2),
        "slow_peer_ratio": round(p95_ms(slow) / p95_ms(healthy), 2),
    }


def _wait_until_drained(ground: Ground) -> None:
    """What waited for the third place has gone there. Refuses `NotDelivered`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while ground.look[JIYANG].execute(_WAITING, [HUIMIN.region]).fetchone() != (0,):
        if time.monotonic() > deadline:
            raise NotDelivered(seconds=PATIENCE_SECONDS)
        time.sleep(LOOK_SECONDS)


@contextmanager
def dripping(ground: Ground) -> Iterator[None]:
    """Somebody at the third place's address who takes every request and answers it one byte a second."""
    address = ("127.0.0.1", urlsplit(ground.url(HUIMIN)).port)
    ended = threading.Event()
    with socket.create_server(address) as listening:
        listening.settimeout(DRIP_SECONDS)
        accepting = threading.Thread(target=_accept, args=(listening, ended), daemon=True)
        accepting.start()
        yield
        ended.set()
        accepting.join()


def _accept(listening: socket.socket, ended: threading.Event) -> None:
    while not ended.is_set():
        with suppress(TimeoutError):
            threading.Thread(target=_drip, args=(listening.accept()[0], ended), daemon=True).start()


def _drip(connection: socket.socket, ended: threading.Event) -> None:
    with connection, suppress(OSError):
        connection.sendall(ANSWER)
        while not ended.is_set():
            connection.sendall(b" ")
            time.sleep(DRIP_SECONDS)
