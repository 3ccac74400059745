"""Lists of inspections after a decision (批后核查): what an office, or a whole place, still has to do, the most urgent first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from tongban.cases.inspection_changes import OPEN, STATES
from tongban.cases.inspection_reading import office_name
from tongban.cases.models import Case as Row
from tongban.cases.projection import Case
from tongban.cases.views import Lamp
from tongban.cases.worklists import COUNTED, lamp
from tongban.catalogue import queries as catalogue
from tongban.kernel.actors import Actor
from tongban.kernel.calendar import get_calendar
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden
from tongban.kernel.text import Text
from tongban.kernel.workdays import Calendar, legal_day

OVERSEEING = ("chief", "supervisor")
"""They see what all offices of the place do; an inspector what the own office does."""
READING = ("inspector", *OVERSEEING)
LISTED = 200
CREDIT = "credit"
"""The name of the credit record among the business systems; only a broken pledge is told there."""
Tray = Literal["open", "overdue", "done"]
TRAYS: tuple[Tray, ...] = ("open", "overdue", "done")


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """`label`: the masked person. `officer`: the staff ref of who took it on, or empty. `reported`: a supervisor was told that it is late."""

    case_id: UUID
    number: str
    label: str
    item: Text
    situation: Text
    office: Text
    state: str
    status: Text
    pledged: bool
    due_on: date | None
    lamp: Lamp
    officer: str
    asked_at: datetime
    reported: bool


@dataclass(frozen=True, slots=True)
class LateInspection:
    """`office`: its code. `reported`: a supervisor was told."""

    case_id: UUID
    number: str
    office: str
    state: str
    due_on: date
    reported: bool


def list_inspections(*, node: Node, region: str, tray: Tray, by: Actor, at: datetime) -> list[InspectionRow]:
    """At most `LISTED`; what has no day comes after what has one. Refuses `Forbidden`."""
    today, calendar = legal_day(at), get_calendar(region)
    order = ("-case_id",) if tray == "done" else (F("inspect_by").asc(nulls_last=True), "case_id")
    rows = _seen_by(region, by).filter(_in_tray(tray, today)).defer("applicant").order_by(*order)
    return [_row(node, row, calendar, today) for row in rows[:LISTED]]


def count_inspections(*, region: str, by: Actor, at: datetime) -> dict[Tray, int]:
    """Each at most `COUNTED`; what is done is not counted."""
    rows, today = _seen_by(region, by), legal_day(at)
    return {tray: rows.filter(_in_tray(tray, today))[:COUNTED].count() for tray in TRAYS if tray != "done"}


def list_late(*, region: str, at: datetime) -> list[LateInspection]:
    """For the machine and the operator: what should have been done by a day that has passed; names nobody."""
    rows = Row.objects.filter(_in_tray("overdue", legal_day(at)), region=region).only(
        "case_id", "number", "inspect_by", "folded"
    )
    return [_late(row) for row in rows.order_by("inspect_by", "case_id")[:LISTED]]


def list_to_report(*, region: str, at: datetime) -> list[UUID]:
    """What is late here and no supervisor was told of for its day, the oldest day first."""
    told = Coalesce(KT("folded__inspection__told_late"), Value("", output_field=TextField()))
    rows = _held_here(region).filter(_in_tray("overdue", legal_day(at))).annotate(told=told)
    rows = rows.exclude(told=Cast("inspect_by", TextField())).order_by("inspect_by", "case_id")
    return list(rows.values_list("case_id", flat=True)[:LISTED])


def list_untold_revocations(*, region: str, systems: Collection[str]) -> list[UUID]:
    """Revoked here, and one of `systems` (names of definitions' effects, `CREDIT`) has to know and has not acknowledged it."""
    told, rows = "folded__inspection__told__has_key", _held_here(region).filter(inspection="revoked")
    pinned = set(rows.exclude(**{told: "effect"}).values_list("folded__definition", flat=True))
    reached = [hash for hash in pinned if catalogue.get_definition(hash).effect in systems]
    untold = ~Q(**{told: "effect"}) & Q(folded__definition__in=reached)
    if CREDIT in systems:
        untold |= Q(folded__inspection__pledged=True) & ~Q(**{told: CREDIT})
    return list(rows.filter(untold).order_by("case_id").values_list("case_id", flat=True)[:LISTED])


def _held_here(region: str) -> QuerySet[Row]:
    return Row.objects.filter(region=region, folded__writer=region, folded__deciding=region)


def _seen_by(region: str, by: Actor) -> QuerySet[Row]:
    if by.region != region or not by.roles & set(READING):
        raise Forbidden
    rows = Row.objects.filter(~Q(inspection=""), region=region)
    return rows if by.roles & set(OVERSEEING) else rows.filter(inspect_office=by.office)


def _in_tray(tray: Tray, today: date) -> Q:
    if tray == "done":
        return ~Q(inspection__in=("", *OPEN))
    return Q(inspection__in=OPEN) & (Q(inspect_by__lt=today) if tray == "overdue" else Q())


def _row(node: Node, row: Row, calendar: Calendar, today: date) -> InspectionRow:
    case = Case.from_json(row.folded)
    definition, found = catalogue.get_definition(case.definition), case.inspection
    return InspectionRow(
        case_id=row.case_id, number=row.number, label=node.open_locally(bytes(row.label), purpose="label", region=row.region),
        item=Text.from_json(case.title), situation=definition.situations[case.situation].name,
        office=office_name(found["office"], definition), state=found["state"], status=STATES[found["state"]], pledged=found["pledged"],
        due_on=row.inspect_by, lamp=lamp(row.inspect_by, calendar, today), officer=found.get("officer", ""),
        asked_at=parse_instant(found["asked_at"]),
        reported=bool(row.inspect_by) and found.get("told_late") == str(row.inspect_by),
    )  # fmt: skip


def _late(row: Row) -> LateInspection:
    found, day = Case.from_json(row.folded).inspection, row.inspect_by or date.min
    told = found.get("told_late") == str(day)
    return LateInspection(row.case_id, row.number, found["office"], found["state"], day, told)
