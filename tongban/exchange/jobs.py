"""Background entries of the exchange. Arguments name a region and a case, never a person."""

from contextlib import closing, suppress
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongban.exchange import services
from tongban.exchange.adapters.http import PeerClient
from tongban.exchange.agreements import SHARE
from tongban.exchange.blobs import FETCH, QUEUE
from tongban.exchange.lists import FETCH as FETCH_LISTS
from tongban.exchange.operating import release_after_upgrade
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver
from tongban.kernel.refusals import Refused

RECOVER = "exchange.advance_recovery"
SHARE_TRIES = 8
"""Of the agreements, within the next minute; after that `project/schedule.py` compares every few minutes."""
QUICK_TRIES = 30
"""About a minute; after that `project/schedule.py` asks every few minutes."""

log = structlog.get_logger()


@app.task(name=FETCH, queue=QUEUE, retry=ForEver())
def fetch_blobs(region: str, case_id: str) -> None:
    node = registries.current_node()
    with closing(PeerClient(node)) as client:
        services.fetch_blobs(node=node, region=region, case_id=UUID(case_id), client=client, at=now())


@app.task(name=FETCH_LISTS, queue="exchange")
def fetch_lists() -> None:
    """Newer member lists, from whoever has them; then agreements whose keys were not known are taken."""
    node = registries.current_node()
    try:
        with closing(PeerClient(node)) as client:
            fetched = services.fetch_lists(node, now(), client=client)
    except Refused as refused:
        log.warning("member lists not fetched", reason=refused.code)
        return
    if fetched.came:
        log.info("member lists taken in", versions=fetched.came)
        share_agreements_soon()


@app.task(name="exchange.fetch_definitions", queue="exchange")
def fetch_definitions(tries: int = 1) -> None:
    """Again after a second while a peer is away and `tries` are left: the nodes of an alliance are often started together.

    Asks itself again instead of failing, for a job that failed means that somebody must look.
    """
    node = registries.current_node()
    try:
        with closing(PeerClient(node)) as client:
            fetched = services.fetch_definitions(node, now(), client=client)
    except Refused as refused:
        log.warning("definitions not fetched", reason=refused.code)
        return
    if fetched.away and tries > 1:
        fetch_definitions.configure(schedule_in={"seconds": 1}).defer(tries=tries - 1)


@app.task(name=SHARE, queue="exchange", lock=SHARE)
def share_agreements(tries: int = 1) -> None:
    """Proposals, signatures and statements. Again, each time a little later, while a peer is away and `tries` are left."""
    node = registries.current_node()
    try:
        with closing(PeerClient(node)) as client:
            shared = services.share_agreements(node, now(), client=client)
    except Refused as refused:
        log.warning("agreements not shared", reason=refused.code)
        return
    if shared.away and tries > 1:
        share_agreements.configure(schedule_in={"seconds": 2 * (SHARE_TRIES - tries + 1)}).defer(tries=tries - 1)


def share_agreements_soon() -> None:
    """Something was proposed, signed or said here, with the transaction that keeps it; or a new list names more keys."""
    share_agreements.defer(tries=SHARE_TRIES)


@app.task(name="exchange.release_parked", queue="exchange")
def release_parked() -> None:
    """A newer release may understand what was parked (R12)."""
    released = release_after_upgrade(node=registries.current_node(), at=now())
    if released:
        log.info("parked cases released", count=released)


@app.task(name="exchange.make_checkpoints", queue="exchange")
def make_checkpoints() -> None:
    """Failing is no use: the next time comes by itself."""
    node = registries.current_node()
    try:
        with closing(PeerClient(node)) as client:
            services.make_checkpoints(node=node, client=client, at=now())
    except Refused as refused:
        log.warning("no checkpoint", reason=refused.code)


@app.task(name="exchange.compare_logs", queue="exchange")
def compare_logs() -> None:
    """Is our log still what others hold of it, and do they hold of third ones what we hold?"""
    node = registries.current_node()
    try:
        with closing(PeerClient(node)) as client:
            services.compare_checkpoints(node=node, client=client, at=now())
            services.compare_views(node=node, client=client, at=now())
    except Refused as refused:
        log.warning("logs not compared", reason=refused.code)


@app.task(name=RECOVER, queue="exchange", queueing_lock=RECOVER, lock=RECOVER)
def advance_recovery() -> None:
    """One step after a restore, and what peers refused since as older than their promise; goes on by itself while there is something to ask."""
    node = registries.current_node()
    try:
        with closing(PeerClient(node)) as client:
            asking = services.advance_recovery(node=node, client=client, at=now())
            services.declare_past(node=node, client=client, at=now())
    except Refused as refused:
        log.warning("recovery waits", reason=refused.code)
        return
    except (OperationalError, InterfaceError) as error:
        # Not a failure for somebody to look at: it is called again in a few seconds.
        log.warning("recovery waits for the database", reason=type(error).__name__)
        return
    if asking:
        recover_soon(seconds=2)


def recover_soon(*, seconds: int = 0) -> None:
    """Does nothing when it waits already."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        advance_recovery.configure(schedule_in={"seconds": seconds}).defer()
