"""What others may ask about notices."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.kernel.text import Text
from tongban.notices import models
from tongban.notices.kinds import COMPLAINT, KINDS

SHOWN = 100
WAYS: dict[str, Text] = {
    "in-app": Text("站内", "in the portal"),
    "sms": Text("短信", "SMS"),
    "mail": Text("邮件", "mail"),
}
STATES: dict[str, Text] = {
    "queued": Text("待发送", "waiting"),
    "sent": Text("已发出", "sent"),
    "delivered": Text("已送达", "delivered"),
    "failed": Text("未送达", "not delivered"),
}
REASONS: dict[str, Text] = {
    "quiet-hours": Text("夜间不发短信，早上发送", "no messages at night; it goes out in the morning"),
    "budget": Text("短信条数已满，稍后发送", "enough messages for now; it goes out later"),
    "no-address": Text("没有联系号码或地址", "no number or address"),
    "gateway": Text("短信平台报告未送达", "the gateway could not deliver it"),
    "sms-not-sent": Text("短信平台没有回应", "the gateway did not answer"),
    "sms-not-configured": Text("未配置短信平台", "no gateway is configured"),
    "mail-not-sent": Text("邮件服务器没有接收", "the mail server did not take it"),
    "mail-not-configured": Text("未配置邮件服务器", "no mail server is configured"),
}


@dataclass(frozen=True, slots=True)
class DeliveryView:
    way_code: str
    way: Text
    state_code: str
    state: Text
    reason: Text | None
    at: datetime


@dataclass(frozen=True, slots=True)
class NoticeView:
    """`item`: whose matter; `case_id` None where it is about none. `unread`: by the person it is for."""

    id: UUID
    kind: str
    text: Text
    item: Text | None
    tail: str
    case_id: UUID | None
    made_at: datetime
    unread: bool
    deliveries: tuple[DeliveryView, ...]


def count_unread(*, regions: tuple[str, ...], owner: str) -> int:
    return models.Notice.objects.filter(region__in=regions, owner=owner, read_at=None)[:SHOWN].count()


def list_notices(*, regions: tuple[str, ...], owner: str) -> list[NoticeView]:
    """Of one account, newest first."""
    rows = models.Notice.objects.filter(region__in=regions, owner=owner)
    return [_view(row) for row in rows.order_by("-made_at", "-id").prefetch_related("deliveries")[:SHOWN]]


def list_of_case(*, region: str, case_id: UUID) -> list[NoticeView]:
    """What the applicant was told of a case and how far it came, for the staff who may see it."""
    rows = models.Notice.objects.filter(region=region, case_id=case_id)
    return [_view(row) for row in rows.order_by("-made_at", "-id").prefetch_related("deliveries")[:SHOWN]]


def _view(row: models.Notice) -> NoticeView:
    item = Text.from_json(row.item) if row.item else None
    case_id = None if row.kind == COMPLAINT.id else row.case_id
    deliveries = sorted(row.deliveries.all(), key=lambda each: list(WAYS).index(each.way))
    return NoticeView(
        row.id, row.kind, KINDS[row.kind].text, item, row.tail, case_id, row.made_at, row.read_at is None,
        tuple(_delivery(each) for each in deliveries),
    )  # fmt: skip


def _delivery(row: models.NoticeDelivery) -> DeliveryView:
    return DeliveryView(
        row.way, WAYS[row.way], row.state, STATES[row.state], REASONS.get(row.reason), row.changed_at
    )  # fmt: skip
