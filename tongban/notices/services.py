"""What others may do with notices: tell somebody, deliver, mark as read.

The network comes first and the transaction afterwards: `claim` takes a delivery for this try, `send` speaks to the outside, `settle` keeps what
came of it. A try that dies in between is made again; the message's id tells the gateway that it is the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases import queries as cases
from tongban.cases.writing import current
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.workdays import SHANGHAI
from tongban.notices.adapters.mail import MailChannel
from tongban.notices.kinds import COMPLAINT, KINDS, NoticeKind, kinds_of, words
from tongban.notices.models import Notice, NoticeDelivery
from tongban.notices.preferences import read_wishes
from tongban.people import limits
from tongban.people import queries as people
from tongban.people.adapters.sms import SmsNotices

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(8, 0)
"""No phone buzzes in between, Beijing time."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
"""After each try; after the last one it has failed."""
REPORTED_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message on its way out. Holds an address: never stored or logged."""

    id: UUID
    way: str
    address: str
    text: str

    def __repr__(self) -> str:
        return f"Claimed({self.id})"


def tell_of_events(*, node: Node, region: str, case_id: UUID, seq: int, at: datetime) -> list[UUID]:
    """What the events from `seq` on tell the applicant, at the place that received the case; returns deliveries to make. May be called again.

    Who handed it in at a counter without an account asks with the printed code; they are told nothing.
    """
    case = current(region=region, case_id=case_id)
    owner = cases.find_owner(region=region, case_id=case_id)
    if case.receiving != region or people.find_citizen_by_ref(node=node, ref=owner) is None:
        return []
    told = [(e.seq, kind) for e in exchange.list_events(region, case_id, first=seq) for kind in kinds_of(e)]
    return _tell(node, region, owner, told, at, case_id=case_id, tail=case.number[-4:], item=case.title)


def tell_of_answer(*, node: Node, region: str, owner: str, complaint: UUID, at: datetime) -> list[UUID]:
    """A complaint (投诉建议) was answered: told once."""
    return _tell(node, region, owner, [(0, COMPLAINT)], at, case_id=complaint)


def _tell(
    node: Node, region: str, owner: str, told: Sequence[tuple[int, NoticeKind]], at: datetime, *, case_id: UUID, **about: Any
) -> list[UUID]:  # fmt: skip
    """`told`: event and what it says. What was told before is not told again."""
    before = set(Notice.objects.filter(region=region, case_id=case_id).values_list("seq", "kind"))
    new = [
        (Notice(id=new_id(), region=region, case_id=case_id, seq=seq, kind=kind.id, owner=owner, made_at=at, **about), kind)
        for seq, kind in told
        if (seq, kind.id) not in before
    ]  # fmt: skip
    if not new:
        return []
    wishes = read_wishes(node=node, owner=owner)
    common = {"region": region, "owner": owner, "changed_at": at}
    shown = [
        NoticeDelivery(id=new_id(), notice=notice, way="in-app", state="delivered", sent_at=at, **common) for notice, _ in new
    ]  # fmt: skip
    sent = [
        NoticeDelivery(id=new_id(), notice=notice, way=way, state="queued", due_at=at, **common)
        for notice, kind in new
        for way in wishes.ways(kind)
    ]
    Notice.objects.bulk_create(notice for notice, _ in new)
    NoticeDelivery.objects.bulk_create([*shown, *sent])
    return [delivery.id for delivery in sent]


def list_due(*, regions: tuple[str, ...], at: datetime) -> list[tuple[str, UUID]]:
    rows = NoticeDelivery.objects.filter(region__in=regions, state="queued", due_at__lte=at).order_by("due_at")[:500]
    return [(row.region, row.id) for row in rows]


def list_unreported(*, regions: tuple[str, ...], at: datetime) -> list[tuple[str, UUID]]:
    """Messages by SMS of which the gateway may know by now whether they arrived."""
    rows = NoticeDelivery.objects.filter(
        region__in=regions,
        way="sms",
        state="sent",
        sent_at__gt=at - REPORTED_WITHIN,
        sent_at__lte=at - timedelta(minutes=1),
    )
    return [(row.region, row.id) for row in rows.order_by("sent_at")[:200]]


def claim(*, node: Node, region: str, delivery: UUID, at: datetime) -> Claimed | None:
    """Take it for one try; None when there is nothing to do now. What cannot go out now waits, what never can has failed."""
    row = NoticeDelivery.objects.select_for_update().filter(region=region, id=delivery, state="queued").first()
    if row is None or row.due_at is None or row.due_at > at:
        return None
    wishes, person = read_wishes(node=node, owner=row.owner), people.find_citizen_by_ref(node=node, ref=row.owner)
    address = "" if person is None else person.phone if row.way == "sms" else wishes.address
    later = _not_now(row.owner, at) if row.way == "sms" else None
    if not address:
        _keep(row, "failed", "no-address", None, at)
        return None
    if later:
        _keep(row, "queued", later[1], later[0], at)
        return None
    row.tries += 1
    # Whoever dies with it in hand leaves it due again.
    _keep(row, "queued", "trying", at + WAITS[min(row.tries, len(WAITS)) - 1], at)
    notice = row.notice
    return Claimed(row.id, row.way, address, words(KINDS[notice.kind], notice.tail).in_(wishes.language))


def send(claimed: Claimed, *, sms: Callable[[], SmsNotices], mail: Callable[[], MailChannel]) -> str:
    """Outside any transaction. Empty, or the code of why not."""
    try:
        if claimed.way == "sms":
            sms().notify(phone=claimed.address, text=claimed.text, id=claimed.id)
        else:
            mail().send(address=claimed.address, subject="通办 Tongban", text=claimed.text, id=claimed.id)
    except Refused as refused:
        return refused.code[:24]
    return ""


def settle(*, region: str, delivery: UUID, problem: str, at: datetime) -> None:
    """What came of a try."""
    row = NoticeDelivery.objects.select_for_update().filter(region=region, id=delivery, state="queued").first()
    if row is None:
        return
    if not problem:
        row.sent_at = at
        _keep(row, "sent", "", None, at)
    elif row.tries > len(WAITS):
        _keep(row, "failed", problem, None, at)
    else:
        _keep(row, "queued", problem, at + WAITS[max(row.tries, 1) - 1], at)


def note_report(*, region: str, delivery: UUID, state: str, at: datetime) -> None:
    """What the gateway says of a message that it took."""
    row = NoticeDelivery.objects.select_for_update().filter(region=region, id=delivery, state="sent").first()
    if row is not None and state in {"delivered", "failed"}:
        _keep(row, state, "gateway" if state == "failed" else "", None, at)


@transaction.atomic
def mark_read(*, regions: tuple[str, ...], by: Actor, at: datetime) -> int:
    """All that this person has been told so far. An agent reads nothing for them."""
    if by.kind != "citizen" or by.behalf:
        return 0
    return Notice.objects.filter(region__in=regions, owner=by.ref, read_at=None).update(read_at=at)


def _not_now(owner: str, at: datetime) -> tuple[datetime, str] | None:
    local = at.astimezone(SHANGHAI)
    if local.time() >= QUIET_FROM or local.time() < QUIET_UNTIL:
        morning = local.replace(hour=QUIET_UNTIL.hour, minute=0, second=0, microsecond=0)
        return (morning if morning > local else morning + timedelta(days=1)).astimezone(at.tzinfo), "quiet-hours"
    since = at - limits.NOTICE_LIMITS[-1][0]
    rows = NoticeDelivery.objects.filter(owner=owner, way="sms", sent_at__gt=since).order_by("-sent_at")
    wait = limits.wait_for([row.sent_at for row in rows if row.sent_at], limits.NOTICE_LIMITS, at=at)
    return (at + wait, "budget") if wait else None


def _keep(row: NoticeDelivery, state: str, reason: str, due_at: datetime | None, at: datetime) -> None:
    row.state, row.reason, row.due_at, row.changed_at = state, reason, due_at, at
    row.save(update_fields=["state", "reason", "due_at", "changed_at", "tries", "sent_at"])
