"""Background entries of the exchange. Arguments name a region and a case, never a person."""

from uuid import UUID

from procrastinate.contrib.django import app

from tongban.exchange import services
from tongban.exchange.adapters.http import PeerClient
from tongban.exchange.blobs import FETCH
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver


@app.task(name=FETCH, queue="exchange", retry=ForEver())
def fetch_blobs(region: str, case_id: str) -> None:
    node = registries.current_node()
    client = PeerClient(node)
    try:
        services.fetch_blobs(node=node, region=region, case_id=UUID(case_id), client=client, at=now())
    finally:
        client.close()


@app.task(name="exchange.fetch_definitions", queue="exchange", queueing_lock="exchange.fetch_definitions")
def fetch_definitions() -> None:
    node = registries.current_node()
    client = PeerClient(node)
    try:
        services.fetch_definitions(node, now(), client=client)
    finally:
        client.close()
