"""Free physical seals (免费刻章): a set asked for, sent to a maker, made and numbered, delivered; or withdrawn. One set for each organisation.

Who collects is kept masked only: the portal masks what was typed before it comes here, and what is not masked is refused.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from stdnum.cn import uscc as credit_code

from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text, write_day
from tongban.kernel.workdays import legal_day
from tongban.seals import models
from tongban.seals.physical import DECIDING, HANDLING, STATES, WAYS, count_digits, list_kinds

PARTS = {
    "organisation": Text("单位名称须为 2 至 80 个字", "name of the organisation, 2 to 80 characters"),
    "uscc": Text("统一社会信用代码", "unified social credit code"), "kinds": Text("印章种类", "kinds of seals"),
    "recipient": Text("领取人姓名和手机号", "name and mobile number of who collects"), "maker": Text("刻章单位", "maker"),
    "numbers": Text("每枚印章的备案编号须为 13 位数字，且不重复", "each seal needs its own record number of 13 digits"),
    "way": Text("交付方式", "how it is delivered"), "waybill": Text("运单号（8 至 30 位字母或数字）", "waybill, 8 to 30 letters or digits"),
    "receiver": Text("签收人", "who received it"), "reason": Text("理由", "reason"),
}  # fmt: skip
"""What may be wrong with what was typed."""


class SealOrderUnusable(Refused):
    """What was typed for a set of seals, or for a step on its way."""

    status = 422
    text = Text("刻章信息不完整或有误：{what.zh}。", "Something about these seals is missing or wrong: {what.en}.")
    advice = Text("请补充或改正后重新提交。", "Complete or correct it and send it again.")


class FreeSetTaken(Refused):
    """One set is free for each organisation."""

    text = Text(
        "该单位已于{day.zh}申领过免费刻章，每个单位只能免费一套。",
        "This organisation asked for its free set on {day.en}; one set is free.",
    )
    advice = Text(
        "请查看已有的申领；填错的，请首席代表或督查员撤回后重新申领。",
        "Look at that order; if it was a mistake, a chief or supervisor withdraws it first.",
    )


class SealOrderMovedOn(Refused):
    text = Text(
        "这套印章当前状态为“{state.zh}”，不能这样办理。", "These seals are “{state.en}” now; this cannot be done."
    )
    advice = Text("请刷新页面，查看最新状态。", "Open the page again and look at where they stand.")


class RecordNumberTaken(Refused):
    text = Text("备案编号 {number} 已经登记在另一枚印章上。", "The record number {number} stands on another seal.")
    advice = Text("请对照印章和备案回执核对。", "Compare with the seal and with the receipt of the register.")


def order_seals(
    *, region: str, organisation: str, uscc: str, kinds: Sequence[str], recipient: str, phone: str, by: Actor, at: datetime
) -> UUID:  # fmt: skip
    """Ask for the free set (申领). `recipient`, `phone`: masked. Refuses `SealOrderUnusable`, `FreeSetTaken`, `Forbidden`."""
    _require(by, HANDLING, region)
    name, wanted = " ".join(organisation.split()), [kind for kind in list_kinds() if kind in kinds]
    _check(2 <= len(name) <= 80, "organisation")
    _check(bool(credit_code.is_valid(uscc)) and len(uscc) == 18, "uscc")
    _check(bool(wanted) and len(wanted) == len(kinds), "kinds")
    _check(_masked(recipient) and _masked(phone), "recipient")
    with transaction.atomic():
        _wait_for_others(region)
        first = models.SealOrder.objects.filter(region=region, uscc=uscc).exclude(state="withdrawn").first()
        if first:
            raise FreeSetTaken(day=write_day(legal_day(first.ordered_at)))
        order = models.SealOrder.objects.create(
            id=new_id(), region=region, organisation=name, uscc=uscc, recipient=recipient, phone=phone, state="ordered", ordered_at=at
        )  # fmt: skip
        models.PhysicalSeal.objects.bulk_create(
            models.PhysicalSeal(region=region, order=order, place=place, kind=kind) for place, kind in enumerate(wanted)
        )
        _note(order, by=by, at=at)
    return order.id


def send_to_maker(*, region: str, order_id: UUID, maker: int, by: Actor, at: datetime) -> None:
    """Refuses `SealOrderUnusable`, `SealOrderMovedOn`, `Missing`."""
    _require(by, HANDLING, region)
    with transaction.atomic():
        order = _held(region, order_id, "ordered")
        engraver = models.Engraver.objects.filter(region=region, id=maker, ended_at=None).first()
        if engraver is None:
            raise SealOrderUnusable(what=PARTS["maker"])
        order.state, order.engraver = "at_maker", engraver
        order.save(update_fields=["state", "engraver"])
        _note(order, by=by, at=at, words=engraver.name)


def note_made(*, region: str, order_id: UUID, numbers: Mapping[str, str], by: Actor, at: datetime) -> None:
    """`numbers`: kind → record number (备案编号). Refuses `SealOrderUnusable`, `RecordNumberTaken`, `SealOrderMovedOn`."""
    _require(by, HANDLING, region)
    with transaction.atomic():
        _wait_for_others(region)
        order = _held(region, order_id, "at_maker")
        seals = list(order.seals.order_by("place"))
        given = [numbers.get(seal.kind, "") for seal in seals]
        _check(all(_is_number(number) for number in given) and len({*given}) == len(given), "numbers")
        taken = models.PhysicalSeal.objects.filter(region=region, number__in=given).values_list("number", flat=True)
        if number := taken.first():
            raise RecordNumberTaken(number=number)
        for seal, number in zip(seals, given, strict=True):
            seal.number = number
        models.PhysicalSeal.objects.bulk_update(seals, ["number"])
        _move(order, "made", by=by, at=at)


def deliver_seals(
    *, region: str, order_id: UUID, way: str, receiver: str, waybill: str = "", by: Actor, at: datetime
) -> None:
    """Handed over at the window, or posted. `receiver`: masked. Refuses `SealOrderUnusable`, `SealOrderMovedOn`, `Missing`."""
    _require(by, HANDLING, region)
    _check(way in WAYS, "way")
    _check(_masked(receiver), "receiver")
    _check(way != "posted" or bool(re.fullmatch(r"[A-Za-z0-9]{8,30}", waybill)), "waybill")
    with transaction.atomic():
        order = _held(region, order_id, "made")
        _move(order, "delivered", words=receiver, way=way, waybill=waybill if way == "posted" else "", by=by, at=at)


def withdraw_order(*, region: str, order_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """Before it is delivered; the organisation may then ask anew. Refuses `SealOrderUnusable`, `SealOrderMovedOn`, `Missing`."""
    _require(by, DECIDING, region)
    _check(bool(reason.strip()), "reason")
    with transaction.atomic():
        order = _held(region, order_id, "ordered", "at_maker", "made")
        _move(order, "withdrawn", words=reason.strip()[:200], by=by, at=at)


def add_maker(*, region: str, name: str, by: Actor, at: datetime) -> None:
    """To the place's list; one that is there already stays as it is. Refuses `SealOrderUnusable`."""
    _require(by, DECIDING, region)
    known = " ".join(name.split())
    _check(2 <= len(known) <= 60, "maker")
    models.Engraver.objects.get_or_create(region=region, name=known, ended_at=None, defaults={"added_at": at})


def end_maker(*, region: str, maker: int, by: Actor, at: datetime) -> None:
    """Gets no new orders; what lies there goes on, and twice is once. Refuses `Missing`."""
    _require(by, DECIDING, region)
    found = models.Engraver.objects.filter(region=region, id=maker)
    if not found.exists():
        raise Missing
    found.filter(ended_at=None).update(ended_at=at)


def _move(order: models.SealOrder, state: str, *, by: Actor, at: datetime, **noted: str) -> None:
    order.state = state
    order.save(update_fields=["state"])
    _note(order, by=by, at=at, **noted)


def _note(order: models.SealOrder, *, by: Actor, at: datetime, **noted: str) -> None:
    models.SealOrderStep.objects.create(region=order.region, order=order, state=order.state, by=by.ref, at=at, **noted)


def _wait_for_others(region: str) -> None:
    """Two clerks who type the same organisation or the same number at once: the second sees what the first has stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tongban.free seals {region}"])


def _held(region: str, order_id: UUID, *states: str) -> models.SealOrder:
    order = models.SealOrder.objects.select_for_update().filter(region=region, id=order_id).first()
    if order is None:
        raise Missing
    if order.state not in states:
        raise SealOrderMovedOn(state=STATES[order.state])
    return order


def _masked(text: str) -> bool:
    return "*" in text and len(text) <= 20 and not re.search(r"\d{5}", text)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(rf"[0-9]{{{count_digits()}}}", text))


def _check(right: bool, part: str) -> None:
    if not right:
        raise SealOrderUnusable(what=PARTS[part])


def _require(by: Actor, roles: frozenset[str], region: str) -> None:
    if by.kind != "staff" or by.region != region or not by.roles & roles:
        raise Forbidden
