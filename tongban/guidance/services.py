"""What others may do with conversations (人工导办): begin one, say something, answer, close; and forget what is a month old."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.guidance.models import Conversation, ConversationLine
from tongban.guidance.queries import SEALED_FOR, require_clerk
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text

KEPT = timedelta(days=30)
"""After its last line a conversation is deleted."""
QUIET = timedelta(days=2)
"""Nobody has said anything for so long: it is closed."""
LONGEST = 500
MOST_LINES = 200
MOST_OPEN = 200
"""At a place. Beyond it, whatever nobody has said anything in for `AWAY` gives way to who asks now."""
AWAY = timedelta(hours=1)
NUMBER = re.compile(r"([0-9Xx][ -]?){11}")
"""A phone, an identity number, a card."""


class NothingSaid(Refused):
    status = 422
    text = Text(
        "没有发送：请先写一句话，最多 500 个字。", "Nothing was sent: write a sentence, at most 500 characters."
    )
    advice = Text("写好后再发送。", "Write it, then send it.")


class NumberInConversation(Refused):
    status = 422
    text = Text(
        "没有发送：里面像是有证件号、电话或卡号。",
        "Nothing was sent: there seems to be an identity, phone or card number in it.",
    )
    advice = Text(
        "这里不用号码也能问。请把号码删掉再发送。", "You can ask without it. Take the number out and send again."
    )


class ConversationsFull(Refused):
    status = 503
    text = Text("现在问的人太多，暂时接不进来。", "Too many people are asking right now.")
    advice = Text("请过一会儿再问，或者打大厅电话。", "Try again in a while, or ring the hall.")


class ConversationClosed(Refused):
    text = Text("这次对话已经结束。", "This conversation is over.")
    advice = Text("还有问题，可以重新开始一次。", "If there is more, begin a new one.")


def begin_conversation(*, node: Node, region: str, text: str, about: str, at: datetime) -> UUID:
    """By anybody, who is not asked who they are; whoever has the id goes on with it. `about`: the key of an item, or empty.

    Refuses `NothingSaid`, `NumberInConversation`, `ConversationsFull`.
    """
    said = _require_sayable(text)
    with transaction.atomic():
        _make_room(region, at)
        row = Conversation.objects.create(id=new_id(), region=region, about=about[:60], begun_at=at, last_at=at)
        _write(node, row, said, "", at)
    return row.id


def _make_room(region: str, at: datetime) -> None:
    """Close those that were left: the ones that are answered first, then the longest quiet. Refuses `ConversationsFull`."""
    rows = Conversation.objects.select_for_update().filter(region=region, closed_at=None)
    over = rows.count() - MOST_OPEN + 1
    if over <= 0:
        return
    left = [row.id for row in rows.filter(last_at__lte=at - AWAY).order_by("waits", "last_at")[:over]]
    if len(left) < over:
        raise ConversationsFull
    Conversation.objects.filter(region=region, id__in=left).update(closed_at=at, waits=False)


def say(*, node: Node, region: str, conversation: UUID, text: str, at: datetime) -> None:
    """By who began it. Refuses `Missing`, `ConversationClosed`, `NothingSaid`, `NumberInConversation`."""
    said = _require_sayable(text)
    with transaction.atomic():
        _write(node, _open(region, conversation), said, "", at)


def answer(*, node: Node, region: str, conversation: UUID, text: str, by: Actor, at: datetime) -> None:
    """By a clerk of the place. Refuses `Forbidden`, `Missing`, `ConversationClosed`, `NothingSaid`."""
    require_clerk(by, region=region)
    said = _require_said(text)
    with transaction.atomic():
        _write(node, _open(region, conversation), said, by.ref, at)


def close(*, region: str, conversation: UUID, by: Actor | None, at: datetime) -> None:
    """By a clerk, or (None) by who began it. Closing twice keeps the first time. Refuses `Forbidden`, `Missing`."""
    if by is not None:
        require_clerk(by, region=region)
    if not Conversation.objects.filter(region=region, id=conversation).exists():
        raise Missing
    Conversation.objects.filter(region=region, id=conversation, closed_at=None).update(closed_at=at, waits=False)


def forget_old(*, region: str, at: datetime) -> int:
    """Close what is quiet, delete what is a month old. How many were deleted."""
    Conversation.objects.filter(region=region, closed_at=None, last_at__lt=at - QUIET).update(closed_at=at, waits=False)
    old = Conversation.objects.filter(region=region, last_at__lt=at - KEPT)
    return old.delete()[1].get("guidance.Conversation", 0)


def _open(region: str, conversation: UUID) -> Conversation:
    row = Conversation.objects.select_for_update().filter(region=region, id=conversation).first()
    if row is None:
        raise Missing
    if row.closed_at:
        raise ConversationClosed
    return row


def _write(node: Node, row: Conversation, said: str, by: str, at: datetime) -> None:
    number = row.lines.count() + 1
    if number > MOST_LINES:
        raise ConversationClosed
    sealed = node.seal_locally(said, purpose=SEALED_FOR, region=row.region)
    ConversationLine.objects.create(conversation=row, region=row.region, number=number, by=by, text=sealed, at=at)
    row.last_at, row.waits, row.clerk = at, not by, by or row.clerk
    row.save(update_fields=["last_at", "waits", "clerk"])


def _require_sayable(text: str) -> str:
    if NUMBER.search(text):
        raise NumberInConversation
    return _require_said(text)


def _require_said(text: str) -> str:
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise NothingSaid
    return said
