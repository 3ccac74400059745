"""What pages ask about orders of free physical seals."""

from uuid import UUID

from django.db.models import Case, Count, When

from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.seals import models
from tongban.seals.physical import OVER, WAYS, Maker, OrderRow, OrderView, PhysicalSealView, StepView, list_kinds


def count_orders(*, region: str) -> int:
    return models.SealOrder.objects.filter(region=region).count()


def list_orders(*, region: str, skip: int = 0, most: int = 50) -> list[OrderRow]:
    """What is under way first, then the newest."""
    rows = models.SealOrder.objects.filter(region=region).select_related("engraver")
    known = rows.annotate(count=Count("seals"), over=Case(When(state__in=OVER, then=1), default=0))
    return [_row(row, row.count) for row in known.order_by("over", "-ordered_at", "-id")[skip : skip + most]]


def get_order(*, region: str, order_id: UUID) -> OrderView:
    """Refuses `Missing`."""
    found = models.SealOrder.objects.filter(region=region, id=order_id).select_related("engraver").first()
    if found is None:
        raise Missing
    seals = tuple(_seal(row.kind, row.number) for row in found.seals.order_by("place"))
    return OrderView(
        row=_row(found, len(seals)), recipient=found.recipient, phone=found.phone, seals=seals,
        steps=tuple(_step(step) for step in found.steps.order_by("id")),
    )  # fmt: skip


def list_orders_of(*, uscc: str) -> list[OrderRow]:
    """Of one organisation at the places in scope, newest first; for who was proved to represent it."""
    rows = models.SealOrder.objects.filter(uscc=uscc).select_related("engraver").annotate(count=Count("seals"))
    return [_row(row, row.count) for row in rows.order_by("-ordered_at", "-id")]


def list_makers(*, region: str) -> list[Maker]:
    """Who may get a new order."""
    rows = models.Engraver.objects.filter(region=region, ended_at=None).order_by("name")
    return [Maker(row.id, row.name) for row in rows]


def _row(row: models.SealOrder, count: int) -> OrderRow:
    maker = row.engraver.name if row.engraver else ""
    return OrderRow(row.id, row.organisation, row.uscc, row.state, count, maker, row.ordered_at)


def _seal(kind: str, number: str) -> PhysicalSealView:
    """A kind that the file no longer has keeps its id as its name."""
    known = list_kinds().get(kind)
    return PhysicalSealView(kind, known.name if known else Text(kind, kind), number)


def _step(row: models.SealOrderStep) -> StepView:
    return StepView(row.state, row.by, row.at, row.words, WAYS.get(row.way), row.waybill)
