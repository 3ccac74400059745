"""Numbered blanks (空白证照): stock, handing out to windows, what became of each. No number is used twice, none disappears without a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Q

from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.seals import models

KEEPING = frozenset({"chief", "supervisor"})
"""Who takes blanks in and hands them out."""
USING = frozenset({"exit", "reception", "chief", "supervisor"})
MOST = 100_000
PARTS = {
    "overlap": Text("与已入库的号码重复", "they overlap with others"), "numbers": Text("起号和止号", "first and last number"),
    "count": Text("张数", "how many"), "window": Text("窗口", "window"), "reason": Text("理由", "reason"), "type": Text("证照", "licence"),
}  # fmt: skip
OUTCOMES: dict[str, Text] = {"used": Text("已使用", "Used"), "void": Text("作废", "Void")}


class BlanksUnusable(Refused):
    status = 422
    text = Text("空白证照的号段有误：{what.zh}。", "These numbers of blanks cannot be right: {what.en}.")
    advice = Text("请对照实物上的号码重新填写。", "Compare with the numbers printed on them and enter them again.")


class NoBlankLeft(Refused):
    text = Text("窗口“{window}”没有这种空白证照了。", "The window {window} has no such blanks left.")
    advice = Text("请先领取空白证照。", "Have blanks handed out to it first.")


class BlankGone(Refused):
    text = Text(
        "号码 {number} 不在该窗口的空白证照之中，或者已经登记过。",
        "Number {number} is not among the window's blanks, or is accounted for.",
    )
    advice = Text("请核对号码。", "Check the number.")


@dataclass(frozen=True, slots=True)
class WindowCount:
    """One window and kind. `handed` is `used`, `void` and `left` together."""

    window: str
    type: str
    handed: int
    used: int
    void: int

    @property
    def left(self) -> int:
        return self.handed - self.used - self.void


@dataclass(frozen=True, slots=True)
class Stock:
    """A batch: `left` of its numbers lie in the store still, from `next`."""

    id: int
    type: str
    first: str
    last: str
    next: str
    size: int
    left: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class BlankView:
    type: str
    number: str
    window: str
    outcome: Text
    ref: str
    reason: str
    at: datetime


def receive_blanks(*, region: str, type: str, first: str, last: str, by: Actor, at: datetime) -> int:
    """Take a batch from the printer in. `first`, `last`: as printed, such as JY000001. Refuses `BlanksUnusable`; returns how many."""
    _require(by, KEEPING, region)
    prefix, start, end = _range(first, last)
    with transaction.atomic():
        # Two who take the same box in at once: the second sees what the first has stored.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tongban.blanks {region} {type}"])
        overlapping = models.BlankBatch.objects.filter(
            region=region, type=type, prefix=prefix, width=len(first), first__lte=end, last__gte=start
        )
        if overlapping.exists():
            raise BlanksUnusable(what=PARTS["overlap"])
        models.BlankBatch.objects.create(
            region=region, type=type, prefix=prefix, width=len(first), first=start, last=end, received_by=by.ref, received_at=at
        )  # fmt: skip
    return end - start + 1


def hand_out(*, region: str, batch: int, window: str, count: int, by: Actor, at: datetime) -> tuple[str, str]:
    """The next `count` of a batch to a window; the first and the last. Refuses `BlanksUnusable`, `Missing`."""
    _require(by, KEEPING, region)
    with transaction.atomic():
        row = models.BlankBatch.objects.select_for_update().filter(region=region, id=batch).first()
        if row is None:
            raise Missing
        start = _next_of(row)
        if not window.strip() or not 1 <= count <= row.last - start + 1:
            raise BlanksUnusable(what=PARTS["count" if window.strip() else "window"])
        models.BlankHandout.objects.create(
            region=region,
            batch=row,
            window=window.strip()[:40],
            first=start,
            last=start + count - 1,
            next=start,
            handed_by=by.ref,
            handed_at=at,
        )
    return _number(row, start), _number(row, start + count - 1)


def use_blank(*, region: str, type: str, window: str, ref: str, by: Actor, at: datetime) -> str:
    """The next blank of a window, for the licence `ref` that is printed on it; its number. Refuses `NoBlankLeft`."""
    _require(by, USING, region)
    with transaction.atomic():
        held = models.BlankHandout.objects.select_for_update(of=("self",)).select_related("batch")
        mine = held.filter(region=region, batch__type=type, window=window).order_by("id")
        for handout in mine:
            while handout.next <= handout.last:
                number = _number(handout.batch, handout.next)
                handout.next += 1
                handout.save(update_fields=["next"])
                if not models.BlankUse.objects.filter(region=region, type=type, number=number).exists():
                    _note(handout, number, "used", ref=ref, by=by, at=at)
                    return number
    raise NoBlankLeft(window=window)


def void_blank(*, region: str, type: str, number: str, reason: str, by: Actor, at: datetime) -> None:
    """A spoiled, lost or misprinted one (作废), before or instead of its use. Refuses `BlankGone`, `BlanksUnusable`."""
    _require(by, USING, region)
    if not reason.strip():
        raise BlanksUnusable(what=PARTS["reason"])
    with transaction.atomic():
        for handout in (
            models.BlankHandout.objects.select_for_update(of=("self",))
            .select_related("batch")
            .filter(region=region, batch__type=type)
            .order_by("id")
        ):
            if number in _numbers(handout):
                if models.BlankUse.objects.filter(region=region, type=type, number=number).exists():
                    break
                _note(handout, number, "void", reason=reason.strip()[:200], by=by, at=at)
                return
    raise BlankGone(number=number[:40])


def list_stock(*, region: str) -> list[Stock]:
    return [_stock(row) for row in models.BlankBatch.objects.filter(region=region).order_by("id")]


def count_windows(*, region: str) -> list[WindowCount]:
    """What each window got and what became of it."""
    found: dict[tuple[str, str], list[int]] = {}
    rows = models.BlankHandout.objects.filter(region=region).select_related("batch").annotate(
        used=Count("uses", filter=Q(uses__outcome="used")), void=Count("uses", filter=Q(uses__outcome="void"))
    )  # fmt: skip
    for row in rows:
        counts = found.setdefault((row.window, row.batch.type), [0, 0, 0])
        for place, more in enumerate((row.last - row.first + 1, row.used, row.void)):
            counts[place] += more
    return [WindowCount(window, type_, *counts) for (window, type_), counts in sorted(found.items())]


def list_outcomes(*, region: str, newest: int = 50) -> list[BlankView]:
    rows = models.BlankUse.objects.filter(region=region).select_related("handout").order_by("-at", "-id")[:newest]
    return [
        BlankView(row.type, row.number, row.handout.window, OUTCOMES[row.outcome], row.ref, row.reason, row.at)
        for row in rows
    ]


def _note(
    handout: models.BlankHandout, number: str, outcome: str, *, ref: str = "", reason: str = "", by: Actor, at: datetime
) -> None:
    models.BlankUse.objects.create(
        region=handout.region, handout=handout, type=handout.batch.type, number=number, outcome=outcome, ref=ref, reason=reason,
        by=by.ref, at=at,
    )  # fmt: skip


def _stock(row: models.BlankBatch) -> Stock:
    upcoming = _next_of(row)
    left = row.last - upcoming + 1
    return Stock(
        row.id, row.type, _number(row, row.first), _number(row, row.last), _number(row, upcoming) if left else "",
        row.last - row.first + 1, left, row.received_at,
    )  # fmt: skip


def _next_of(row: models.BlankBatch) -> int:
    newest = row.handouts.order_by("-last").values_list("last", flat=True).first()
    return row.first if newest is None else newest + 1


def _numbers(handout: models.BlankHandout) -> Sequence[str]:
    return [_number(handout.batch, number) for number in range(handout.first, handout.last + 1)]


def _number(batch: models.BlankBatch, number: int) -> str:
    return f"{batch.prefix}{number:0{batch.width - len(batch.prefix)}d}"


def _range(first: str, last: str) -> tuple[str, int, int]:
    prefix = first.rstrip("0123456789")
    digits = first[len(prefix) :], last.removeprefix(prefix)
    if not all(part.isascii() and part.isdecimal() for part in digits) or len(first) != len(last) or len(first) > 20:
        raise BlanksUnusable(what=PARTS["numbers"])
    start, end = map(int, digits)
    if len(prefix) > 12 or not start <= end < min(start + MOST, 2**63):
        raise BlanksUnusable(what=PARTS["numbers"])
    return prefix, start, end


def _require(by: Actor, roles: frozenset[str], region: str) -> None:
    if by.kind != "staff" or by.region != region or not by.roles & roles:
        raise Forbidden
