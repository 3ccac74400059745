"""Webhooks (回调): subscribe to what happens, see deliveries, have one sent again."""

from typing import Annotated, Any, get_args
from uuid import UUID

from ninja import Router, Status
from pydantic import Field as Bounded
from pydantic import StringConstraints

from tongban.catalogue.history.standing import Act
from tongban.clients import jobs, queries, services
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.web.access import door
from tongban.web.api import paging
from tongban.web.api.forms import In, Name, Out, Region, instant, listed

router = Router(tags=["webhooks"])
CATALOGUE = "catalogue."


class WebhookIn(In):
    """`events`: kinds without their version, such as cases.accepted."""

    region: Region
    url: Annotated[str, StringConstraints(max_length=300, pattern=r"^https?://[\u0021-\u007e]+$")]
    events: Annotated[list[Name], Bounded(min_length=1, max_length=50)]


class WebhookOut(Out):
    """`whole_region`: told of all cases of the region, not only of the client's own."""

    id: UUID
    region: str
    url: str
    events: list[str]
    whole_region: bool
    created_at: str


class NewWebhook(WebhookOut):
    """`secret` signs every delivery and is shown once."""

    secret: str


class Webhooks(Out):
    items: list[WebhookOut]
    next: None


class DeliveryOut(Out):
    """`state`: waiting, delivered or failed. `outcome`: how the last try ended. `case` is null of a change of the catalogue, whose version
    is `seq`."""

    id: UUID
    case: UUID | None
    event: str
    seq: int
    state: str
    attempts: int
    outcome: str
    created_at: str
    next_try: str | None
    done_at: str | None


class Deliveries(Out):
    items: list[DeliveryOut]
    next: str | None


@router.get("", response=Webhooks, operation_id="listWebhooks")
@door("client", scope="webhooks:manage")
def list_webhooks(request: Any) -> Any:
    return listed([_webhook(hook) for hook in queries.list_webhooks(client=request.access.client)])


@router.post("", response={201: NewWebhook}, operation_id="createWebhook")
@door("client", scope="webhooks:manage")
def create_webhook(request: Any, body: WebhookIn) -> Any:
    made = services.subscribe(
        node=request.node, access=request.access, region=body.region, url=body.url, events=body.events,
        known=known_events(), rules=jobs.rules(), at=now(),
    )  # fmt: skip
    return Status(201, {**_webhook(made.webhook), "secret": made.secret})


@router.delete("/{uuid:webhook_id}", response={204: None}, operation_id="deleteWebhook")
@door("client", scope="webhooks:manage")
def delete_webhook(request: Any, webhook_id: UUID) -> Any:
    services.unsubscribe(access=request.access, webhook=webhook_id)
    return Status(204, None)


@router.get("/{uuid:webhook_id}/deliveries", response=Deliveries, operation_id="listDeliveries")
@door("client", scope="webhooks:manage")
def list_deliveries(request: Any, webhook_id: UUID, cursor: paging.Cursor = "", limit: paging.Limit = 50) -> Any:
    """Newest first."""
    name = f"deliveries {webhook_id}"
    position = paging.read(name, cursor)
    rows = queries.list_deliveries(
        client=request.access.client, webhook=webhook_id, before=UUID(position) if position else None, limit=limit + 1
    )
    page, next = paging.cut(rows, limit, name=name, position=lambda row: str(row.id))
    return listed([_delivery(row) for row in page], next)


@router.post(
    "/{uuid:webhook_id}/deliveries/{uuid:delivery_id}/redeliver", response={202: DeliveryOut}, operation_id="redeliver"
)
@door("client", scope="webhooks:manage")
def redeliver(request: Any, webhook_id: UUID, delivery_id: UUID) -> Any:
    """Again, also what has arrived or was given up."""
    row = services.redeliver(access=request.access, webhook=webhook_id, delivery=delivery_id, at=now())
    return Status(202, _delivery(row))


def known_events() -> set[str]:
    """Of cases, and of the catalogue: what became of an item."""
    of_cases = {kind.name for kind in registries.list_kinds() if kind.name.startswith("cases.")}
    return of_cases | {f"{CATALOGUE}{act}" for act in get_args(Act)}


def _webhook(hook: queries.WebhookView) -> dict[str, Any]:
    return {
        "id": hook.id, "region": hook.region, "url": hook.url, "events": list(hook.events), "whole_region": hook.whole_region,
        "created_at": instant(hook.created_at),
    }  # fmt: skip


def _delivery(row: queries.DeliveryView) -> dict[str, Any]:
    case = None if row.event.startswith(CATALOGUE) else row.case_id
    return {
        "id": row.id, "case": case, "event": row.event, "seq": row.seq, "state": row.state, "attempts": row.attempts,
        "outcome": row.outcome, "created_at": instant(row.created_at), "next_try": instant(row.next_try),
        "done_at": instant(row.done_at),
    }  # fmt: skip
