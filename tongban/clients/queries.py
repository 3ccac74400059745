"""What others may ask about clients."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.clients import models
from tongban.kernel.refusals import Missing


@dataclass(frozen=True, slots=True)
class Access:
    """What the bearer of a token may do now. `staff` is empty for a system that acts in its own name."""

    client: UUID
    ref: str
    regions: tuple[str, ...]
    scopes: frozenset[str]
    staff: str
    roles: frozenset[str]
    per_minute: int


@dataclass(frozen=True, slots=True)
class TokenView:
    id: UUID
    client: str
    regions: tuple[str, ...]
    scopes: tuple[str, ...]
    staff: str
    roles: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnCase:
    case_id: UUID
    region: str
    number: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class WebhookView:
    id: UUID
    region: str
    url: str
    events: tuple[str, ...]
    whole_region: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """`state`: waiting, delivered or failed. `outcome`: how the last try ended, a short code."""

    id: UUID
    case_id: UUID
    event: str
    seq: int
    state: str
    attempts: int
    outcome: str
    created_at: datetime
    next_try: datetime | None
    done_at: datetime | None


def list_tokens() -> list[TokenView]:
    rows = models.ClientToken.objects.select_related("client").order_by("client__name", "created_at")
    return [
        TokenView(
            row.id, row.client.name, tuple(row.regions), tuple(row.scopes), row.staff, tuple(row.roles), row.created_at,
            row.expires_at, row.revoked_at, row.last_used_at,
        )
        for row in rows
    ]  # fmt: skip


def list_own_cases(*, client: UUID, before: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[OwnCase]:
    """What the client handed in, newest first; `before`: only what comes after this one in that order."""
    rows = models.ClientCase.objects.filter(client_id=client).order_by("-created_at", "-case_id")
    if before:
        at, case_id = before
        rows = rows.filter(created_at__lte=at).exclude(created_at=at, case_id__gte=case_id)
    return [OwnCase(row.case_id, row.region, row.number, row.created_at) for row in rows[:limit]]


def list_webhooks(*, client: UUID) -> list[WebhookView]:
    rows = models.Webhook.objects.filter(client_id=client).order_by("created_at", "id")
    return [webhook_view(row) for row in rows]


def list_deliveries(*, client: UUID, webhook: UUID, before: UUID | None = None, limit: int = 50) -> list[DeliveryView]:
    """Newest first. Refuses `Missing` for a webhook that is not the client's."""
    if not models.Webhook.objects.filter(id=webhook, client_id=client).exists():
        raise Missing
    rows = models.WebhookDelivery.objects.filter(webhook_id=webhook).order_by("-id")
    return [delivery_view(row) for row in (rows.filter(id__lt=before) if before else rows)[:limit]]


def webhook_view(row: models.Webhook) -> WebhookView:
    return WebhookView(row.id, row.region, row.url, tuple(row.events), row.whole_region, row.created_at)


def delivery_view(row: models.WebhookDelivery) -> DeliveryView:
    return DeliveryView(
        row.id, row.case_id, row.event, row.seq, row.state, row.attempts, row.outcome, row.created_at, row.next_try, row.done_at
    )  # fmt: skip
