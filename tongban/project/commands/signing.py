"""`tongban node signer`: the only process that loads the keys of licences and seals. It listens to nobody and has no address."""

import signal
import threading
from argparse import Namespace

import structlog
from django.db import DatabaseError, connections

from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.signer_keys import load_signer_keys
from tongban.licences.signer import sign_next
from tongban.project import home
from tongban.seals import signing as seals
from tongban.seals.keyroom import KeyRoom

PAUSE_SECONDS = 0.5
AWAY_SECONDS = 5.0

log = structlog.get_logger()


def signer(args: Namespace) -> int:
    home.require_current_tables()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    node = registries.current_node()
    log.info("signer started", node=node.id, count=len(load_signer_keys(node.home)))
    while not stop.is_set():
        stop.wait(_work(stop))
    connections.close_all()
    return 0


def _work(stop: threading.Event) -> float:
    """Sign the licences that wait, and some of what is to be sealed; how long to wait until the next look, 0 where more may wait.

    A database that is away is waited for.
    """
    node = registries.current_node()
    try:
        keys = load_signer_keys(node.home)
        while not stop.is_set() and sign_next(node=node, keys=keys, at=now()):
            pass
        answered = seals.step(node=node, room=KeyRoom.of(node.home), at=now())
    except DatabaseError:
        log.warning("database away", node=node.id)
        connections.close_all()
        return AWAY_SECONDS
    return 0 if answered else PAUSE_SECONDS
