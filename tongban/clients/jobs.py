"""Background steps of `clients`. Arguments are ids only."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from procrastinate.contrib.django import app

from tongban.clients import services
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.scope import scope


@app.task(name="clients.deliver")
def deliver(*, region: str, delivery: str) -> None:
    """Tries once; what did not arrive is taken up again by `deliver_due`."""
    node = registries.current_node()
    services.deliver(node=node, region=region, delivery=UUID(delivery), poster=poster(), at=now())


def tell(
    *, region: str, event: str, case_id: UUID, seq: int, happened_at: datetime, in_office: Callable[[str], bool]
) -> None:
    """In the transaction that stores the event: what is to be delivered, and a job for each."""
    for delivery in services.queue_delivery(
        region=region, event=event, case_id=case_id, seq=seq, happened_at=happened_at, in_office=in_office, at=now()
    ):
        deliver.defer(region=region, delivery=str(delivery))


def tell_public(
    *, regions: Collection[str], event: str, about: UUID, seq: int, facts: Mapping[str, object], in_office: Callable[[str], bool]
) -> None:  # fmt: skip
    """The same of what is public, to whoever subscribed at one of these regions."""
    for region, delivery in services.queue_public(
        regions=regions, event=event, about=about, seq=seq, facts=facts, in_office=in_office, at=now()
    ):
        deliver.defer(region=region, delivery=str(delivery))


def deliver_due() -> None:
    """Whatever has waited long enough, a job for each."""
    with scope(registries.current_node().regions):
        for region, delivery in services.list_due(at=now()):
            deliver.defer(region=region, delivery=str(delivery))


def poster() -> services.HttpPoster:
    return services.HttpPoster(rules())


def rules() -> services.Rules:
    """As set for this node."""
    return services.Rules(settings.WEBHOOK_HOSTS, settings.PRODUCTION)
