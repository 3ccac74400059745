"""Webhooks (回调): who is told what, and each delivery until it has arrived or has been tried long enough."""

import json
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db import connection

from tongban.clients import models
from tongban.clients.posting import DELIVERED, SIGNATURE, Poster, sign
from tongban.clients.queries import Access, DeliveryView, WebhookView, delivery_view, webhook_view
from tongban.clients.targets import Rules, check_address
from tongban.kernel.events import format_instant
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

PURPOSE = "webhook-secret"
MOST = 20
WAITS = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 300, 1800, 7200, 21600, 43200, 86400))
"""After each try that failed; after the last one the delivery has failed until somebody asks for it again."""
KEPT_FOR = timedelta(days=30)
AT_ONCE = 100


class TooManyWebhooks(Refused):
    text = Text("回调订阅数量已达上限（{most}）。", "There are {most} webhooks already, the most there may be.")
    advice = Text("请先删除不用的订阅。", "Delete one that is not needed.")


class EventUnknown(Refused):
    status = 422
    text = Text("没有名为 {event} 的事件。", "There is no event called {event}.")
    advice = Text("请使用参考文档中的事件名称。", "Use the names of the reference.")


@dataclass(frozen=True, slots=True)
class Subscribed:
    """`secret` is shown once; it signs every delivery."""

    webhook: WebhookView
    secret: str

    def __repr__(self) -> str:
        return f"Subscribed({self.webhook.id})"


def subscribe(
    *, node: Node, access: Access, region: str, url: str, events: Collection[str], known: Collection[str], rules: Rules,
    at: datetime,
) -> Subscribed:  # fmt: skip
    """Tell `url` what happens to the client's cases at `region`; a client that reads worklists is told of all cases there.

    `known`: the events there are. Refuses `Forbidden`, `EventUnknown`, `AddressRefused`, `TooManyWebhooks`.
    """
    if region not in access.regions:
        raise Forbidden
    for event in sorted(set(events) - set(known)):
        raise EventUnknown(event=event)
    check_address(url, rules)
    if models.Webhook.objects.filter(client_id=access.client).count() >= MOST:
        raise TooManyWebhooks(most=MOST)
    secret = secrets.token_urlsafe(32)
    row = models.Webhook.objects.create(
        id=new_id(), client_id=access.client, region=region, url=url, events=sorted(set(events)),
        whole_region=_reads_all(access.staff, access.scopes), created_at=at,
        secret=node.seal_locally(secret, purpose=PURPOSE, region=region),
    )  # fmt: skip
    _somebody_listens.cache_clear()
    return Subscribed(webhook_view(row), secret)


def unsubscribe(*, access: Access, webhook: UUID) -> None:
    """Refuses `Missing`, also for somebody else's."""
    deleted, _ = models.Webhook.objects.filter(id=webhook, client_id=access.client).delete()
    if not deleted:
        raise Missing


def note_case(*, access: Access, region: str, case_id: UUID, number: str, at: datetime) -> None:
    """The client handed this case in."""
    models.ClientCase.objects.get_or_create(
        client_id=access.client, region=region, case_id=case_id, defaults={"number": number, "created_at": at}
    )


InOffice = Callable[[str], bool]


def queue_delivery(
    *, region: str, event: str, case_id: UUID, seq: int, happened_at: datetime, in_office: InOffice = bool, at: datetime
) -> list[UUID]:  # fmt: skip
    """In the transaction of what happened: one delivery for everybody who is to be told. The ids of those that are new.

    `in_office`: whether a member of staff still works here; what is said in their name ends with their account.
    """
    if not _somebody_listens(region, int(time.monotonic())):
        return []
    told = _told(region, event, case_id, in_office, at)
    rows = [_delivery(hook, region, event, case_id, seq, happened_at, at) for hook in told]
    models.WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    return [row.id for row in rows]


def queue_public(
    *, regions: Collection[str], event: str, about: UUID, seq: int, facts: Mapping[str, object], in_office: InOffice = bool, at: datetime
) -> list[tuple[str, UUID]]:  # fmt: skip
    """Of what is public: a delivery for everybody at these regions who subscribed to it. (region, id) of those that are new.

    `about` and `seq` name it for ever, as a case and a position do; `facts` are told beside event, place and time.
    """
    made: list[models.WebhookDelivery] = []
    for region in regions:
        if not _somebody_listens(region, int(time.monotonic())):
            continue
        hooks = (hook for hook in models.Webhook.objects.filter(region=region) if event in hook.events)
        for hook in hooks:
            if _still_may(hook, in_office, at, whole=False):
                made.append(_row(hook, region, event, about, seq, {"about": dict(facts)}, at, at))
    models.WebhookDelivery.objects.bulk_create(made, ignore_conflicts=True)
    return [(row.region, row.id) for row in made]


def deliver(*, node: Node, region: str, delivery: UUID, poster: Poster, at: datetime) -> str:
    """One try. The network is asked outside any transaction; a try that is cut off counts, and the next one comes by itself.

    Returns what came of it, or "" where there was nothing to do.
    """
    with scope([region]):
        taken = _take(node, delivery, at)
    if taken is None:
        return ""
    outcome = poster.post(url=taken.url, body=taken.body, headers=taken.headers)
    with scope([region]):
        _record(delivery, outcome, at)
    return outcome


def list_due(*, at: datetime) -> list[tuple[str, UUID]]:
    """(region, delivery) whose next try has come, of the regions in scope."""
    rows = models.WebhookDelivery.objects.filter(state="waiting", next_try__lte=at).order_by("next_try")
    return list(rows.values_list("region", "id")[:AT_ONCE])


def redeliver(*, access: Access, webhook: UUID, delivery: UUID, at: datetime) -> DeliveryView:
    """Try again, also what has arrived or was given up. Refuses `Missing`."""
    rows = models.WebhookDelivery.objects.filter(id=delivery, webhook_id=webhook, webhook__client_id=access.client)
    if not rows.update(state="waiting", attempts=0, next_try=at, done_at=None):
        raise Missing
    return delivery_view(rows.get())


def forget_deliveries(*, at: datetime) -> None:
    models.WebhookDelivery.objects.filter(created_at__lt=at - KEPT_FOR).delete()


@dataclass(frozen=True, slots=True)
class _Taken:
    url: str
    body: bytes
    headers: dict[str, str]


def _take(node: Node, delivery: UUID, at: datetime) -> _Taken | None:
    rows = models.WebhookDelivery.objects.select_related("webhook").select_for_update(of=("self",), skip_locked=True)
    row = rows.filter(id=delivery, state="waiting", next_try__lte=at).first()
    if row is None:
        return None
    row.attempts += 1
    row.next_try = at + WAITS[min(row.attempts, len(WAITS)) - 1]
    row.save(update_fields=["attempts", "next_try"])
    secret = node.open_locally(bytes(row.webhook.secret), purpose=PURPOSE, region=row.region)
    body = row.body.encode()
    signed = sign(secret, body, seconds=int(at.timestamp()))
    names = {"Tongban-Event": row.event, "Tongban-Delivery": str(row.id), "User-Agent": "tongban"}
    return _Taken(row.webhook.url, body, {"Content-Type": "application/json", SIGNATURE: signed, **names})


def _record(delivery: UUID, outcome: str, at: datetime) -> None:
    row = models.WebhookDelivery.objects.select_for_update().filter(id=delivery).first()
    if row is None:
        return
    row.outcome = outcome
    if outcome == DELIVERED:
        row.state, row.next_try, row.done_at = "delivered", None, at
    elif row.attempts >= len(WAITS):
        row.state, row.next_try, row.done_at = "failed", None, at
    row.save(update_fields=["outcome", "state", "next_try", "done_at"])


@lru_cache(maxsize=1000)
def _somebody_listens(region: str, second: int) -> bool:
    """Asked for every event of every case, and mostly nobody does: once a `second`. Other processes heed a new subscription from the next one on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM clients_webhook WHERE region = %s LIMIT 1", [region])
        return cursor.fetchone() is not None


def _told(
    region: str, event: str, case_id: UUID, in_office: InOffice, at: datetime
) -> Iterator[models.Webhook]:  # fmt: skip
    hooks = [hook for hook in models.Webhook.objects.filter(region=region) if event in hook.events]
    if not hooks:
        return
    own = set(models.ClientCase.objects.filter(region=region, case_id=case_id).values_list("client_id", flat=True))
    for hook in hooks:
        if (hook.whole_region or hook.client_id in own) and _still_may(hook, in_office, at):
            yield hook


def _still_may(hook: models.Webhook, in_office: InOffice, at: datetime, *, whole: bool = True) -> bool:
    """A client whose tokens have ended is told nothing more; of the `whole` region only while one of them reads it."""
    tokens = models.ClientToken.objects.filter(client_id=hook.client_id, revoked_at=None, expires_at__gt=at)
    live = [token for token in tokens if hook.region in token.regions and "webhooks:manage" in token.scopes]
    live = [token for token in live if not token.staff or in_office(token.staff)]
    return any(_reads_all(token.staff, token.scopes) for token in live) if hook.whole_region and whole else bool(live)


def _reads_all(staff: str, scopes: Collection[str]) -> bool:
    return bool(staff) and "worklists:read" in scopes


def _delivery(
    hook: models.Webhook, region: str, event: str, case_id: UUID, seq: int, happened_at: datetime, at: datetime
) -> models.WebhookDelivery:
    return _row(hook, region, event, case_id, seq, {"case": str(case_id), "seq": seq}, happened_at, at)


def _row(
    hook: models.Webhook, region: str, event: str, about: UUID, seq: int, facts: Mapping[str, object], happened_at: datetime, at: datetime
) -> models.WebhookDelivery:  # fmt: skip
    id = new_id()
    said = {"id": str(id), "event": event, "region": region, **facts, "at": format_instant(happened_at)}
    return models.WebhookDelivery(
        id=id, webhook=hook, region=region, case_id=about, seq=seq, event=event, body=json.dumps(said), state="waiting",
        created_at=at, next_try=at,
    )  # fmt: skip
