"""The guard of automatic decisions (自动审批抽查与熔断): people look at a sample, and where they would have decided otherwise too often, or do
not look in time, the machine stops deciding that item by itself until a person lets it go on.

A stopped item loses nothing: its points are still evaluated, and an examiner decides.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.actors import Actor
from tongban.kernel.calendar import get_calendar
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.review import models

REVIEWING = frozenset({"examiner", "chief", "supervisor"})
STEERING = frozenset({"chief", "supervisor"})
AGREES, DISAGREES = "agrees", "disagrees"
NOTE = "guard"
MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Limits:
    """One of `one_in` automatic decisions is drawn, to be looked at within `days` working days. Of the last `window` that were looked at, and
    at least `least`, more than `percent` per cent in disagreement stop the item; so do `least` that are late."""

    one_in: int = 20
    window: int = 50
    least: int = 5
    percent: int = 10
    days: int = 10


DEFAULT = Limits()


def limits_of(definition: Definition, default: Limits = DEFAULT) -> Limits:
    """Those of the item, or of the node where the item says nothing."""
    own = definition.policy.sampling
    return Limits(own.one_in, own.window, own.least, own.percent, own.days) if own else default


class LookedAtAlready(Refused):
    text = Text("该抽查件已有复核意见。", "Somebody has looked at this sample already.")
    advice = Text("请刷新页面，查看其他抽查件。", "Reload the page and take another one.")


class ReasonNeeded(Refused):
    status = 422
    text = Text("请写明理由。", "Say why.")
    advice = Text("请写 1 至 {most} 个字。", "Write between 1 and {most} characters.")


class NotStopped(Refused):
    text = Text("该事项的自动审批没有暂停。", "Automatic deciding of this item is not stopped.")
    advice = Text("请刷新页面。", "Reload the page.")


class StoppedAlready(Refused):
    text = Text("该事项的自动审批已经暂停。", "Automatic deciding of this item is stopped already.")
    advice = Text("请刷新页面。", "Reload the page.")


def may_decide(*, region: str, key: str) -> bool:
    """Whether the machine still decides this item by itself."""
    return not models.AutomaticStop.objects.filter(region=region, key=key, restarted_at=None).exists()


def draw_sample(
    *, node: Node, region: str, key: str, case_id: UUID, number: str, definition: str, at: datetime, limits: Limits = DEFAULT
) -> bool:  # fmt: skip
    """Whether this automatic decision is one that a person looks at; the same answer whenever it is asked.

    The lot is drawn with a secret of the node, so that nobody can choose a case id that is never looked at. Where those drawn before wait
    too long, the item is stopped: a guard at which nobody looks guards nothing.
    """
    lot = node.keyed_hash(str(case_id), purpose="sample", region=region)
    if int(lot, 16) % limits.one_in:
        return False
    due_on = get_calendar(region).deadline(legal_day(at), limits.days).on
    drawn = {"id": new_id(), "key": key, "number": number, "definition": definition, "drawn_at": at, "due_on": due_on}
    models.Sample.objects.get_or_create(region=region, case_id=case_id, defaults=drawn)
    late = count_late(region=region, key=key, on=legal_day(at))
    if late >= limits.least:
        _stop(region, key, late=late, by="system", at=at)
    return True


def review_sample(
    *, node: Node, region: str, sample_id: UUID, agrees: bool, note: str = "", by: Actor, at: datetime,
    limits: Limits | None = None,
) -> bool:  # fmt: skip
    """A person says whether they would have decided the same; a disagreement says why (sealed). True: the item is stopped by it.

    The decision itself stands; what follows for that case is done on the case. `limits`: other ones than those of the item.

    Refuses `Forbidden`, `LookedAtAlready`, `ReasonNeeded`.
    """
    _require(by, region, REVIEWING)
    row = models.Sample.objects.select_for_update().filter(region=region, id=sample_id).first()
    if row is None:
        raise Missing
    if row.reviewed_at:
        raise LookedAtAlready
    row.note = _sealed(node, region, note, needed=not agrees)
    row.opinion = AGREES if agrees else DISAGREES
    row.reviewed_by, row.reviewed_at = by.ref, at
    row.save(update_fields=["note", "opinion", "reviewed_by", "reviewed_at"])
    limits = limits or _limits_at(row)
    samples, disagreed = count_opinions(region=region, key=row.key, limits=limits)
    if agrees or samples < limits.least or disagreed * 100 <= samples * limits.percent:
        return False
    return _stop(region, row.key, samples=samples, disagreed=disagreed, by="system", at=at)


def stop_automatic(*, node: Node, region: str, key: str, reason: str, by: Actor, at: datetime) -> None:
    """A chief or supervisor stops it at once. Refuses `Forbidden`, `ReasonNeeded`, `StoppedAlready`."""
    _require(by, region, STEERING)
    sealed = _sealed(node, region, reason, needed=True)
    samples, disagreed = count_opinions(region=region, key=key)
    if not _stop(region, key, samples=samples, disagreed=disagreed, by=by.ref, at=at, reason=sealed):
        raise StoppedAlready


def restart_automatic(*, node: Node, region: str, key: str, reason: str, by: Actor, at: datetime) -> None:
    """A chief or supervisor lets it go on and says why; only samples drawn from then on count. Refuses `Forbidden`, `ReasonNeeded`,
    `NotStopped`."""
    _require(by, region, STEERING)
    sealed = _sealed(node, region, reason, needed=True)
    row = models.AutomaticStop.objects.select_for_update().filter(region=region, key=key, restarted_at=None).first()
    if row is None:
        raise NotStopped
    row.restart_reason, row.restarted_by, row.restarted_at = sealed, by.ref, at
    row.save(update_fields=["restart_reason", "restarted_by", "restarted_at"])


def count_opinions(*, region: str, key: str, limits: Limits = DEFAULT) -> tuple[int, int]:
    """How many of the last samples were looked at since the last restart, and how many of them in disagreement."""
    rows = _since_restart(region, key).filter(reviewed_at__isnull=False)
    opinions = list(rows.order_by("-reviewed_at").values_list("opinion", flat=True)[: limits.window])
    return len(opinions), opinions.count(DISAGREES)


def count_late(*, region: str, key: str, on: date) -> int:
    """How many samples drawn since the last restart should have been looked at before this day."""
    return _since_restart(region, key).filter(reviewed_at=None, due_on__lt=on).count()


def _since_restart(region: str, key: str) -> QuerySet[models.Sample]:
    rows = models.Sample.objects.filter(region=region, key=key)
    begun = models.AutomaticStop.objects.filter(region=region, key=key, restarted_at__isnull=False)
    last = begun.order_by("-restarted_at").values_list("restarted_at", flat=True).first()
    return rows.filter(drawn_at__gt=last) if last else rows


def _limits_at(row: models.Sample) -> Limits:
    """As the definition said under which the case was decided."""
    try:
        return limits_of(catalogue.get_definition(row.definition))
    except catalogue.DefinitionUnknown:
        return DEFAULT


def _stop(
    region: str, key: str, *, samples: int = 0, disagreed: int = 0, late: int = 0, by: str, at: datetime,
    reason: bytes | None = None,
) -> bool:  # fmt: skip
    """False: it is stopped already."""
    row = models.AutomaticStop(
        id=new_id(), region=region, key=key, stopped_at=at, stopped_by=by, samples=samples, disagreed=disagreed, late=late,
        reason=reason,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _sealed(node: Node, region: str, words: str, *, needed: bool) -> bytes:
    if (needed and not words.strip()) or len(words) > MOST_WORDS:
        raise ReasonNeeded(most=MOST_WORDS)
    return node.seal_locally(words.strip(), purpose=NOTE, region=region)


def _require(by: Actor, region: str, roles: frozenset[str]) -> None:
    if by.region != region or not by.roles & roles:
        raise Forbidden
