"""Background entries of the exchange. Arguments name a region and a case, never a person."""

from contextlib import closing
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from tongban.exchange import services
from tongban.exchange.adapters.http import PeerClient
from tongban.exchange.blobs import FETCH
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver
from tongban.kernel.refusals import Refused

QUICK_TRIES = 30
"""About a minute; after that `project/schedule.py` asks every few minutes."""

log = structlog.get_logger()


@app.task(name=FETCH, queue="exchange", retry=ForEver())
def fetch_blobs(region: str, case_id: str) -> None:
    node = registries.current_node()
    with closing(PeerClient(node)) as client:
        services.fetch_blobs(node=node, region=region, case_id=UUID(case_id), client=client, at=now())


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
