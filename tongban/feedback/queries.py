"""What others may ask about feedback."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count

from tongban.cases import queries as cases
from tongban.cases.projection import Case
from tongban.cases.writing import current
from tongban.feedback import models
from tongban.feedback.words import ABOUT, GRADES, KINDS, ORDER, STEPS
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions

TEXT = "feedback"
COUNTED_FOR = timedelta(days=90)
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """Grades that a place got for one thing. `counts`: best grade first."""

    about: Text
    counts: tuple[tuple[int, Text, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, _, count in self.counts)

    @property
    def average(self) -> float | None:
        return round(sum(grade * count for grade, _, count in self.counts) / self.total, 2) if self.total else None


@dataclass(frozen=True, slots=True)
class StepView:
    name: Text
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """`next_step`: a code of `STEPS`, empty when it is done."""

    id: UUID
    case_id: UUID
    about: Text
    grade: Text
    state: Text
    next_step: str
    opened_at: datetime
    due_on: date
    late: bool
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """`elsewhere`: it concerns another place than the one that keeps it. `text` and `answer` are opened."""

    id: UUID
    region: str
    number: str
    kind: Text
    place_name: str
    elsewhere: bool
    case_id: UUID | None
    text: str
    filed_at: datetime
    due_on: date
    late: bool
    answer: str
    answered_at: datetime | None


def open_to_rating(case: Case) -> tuple[str, ...]:
    """What of a case may be rated now: the reception after receipt, the result after a decision; each once."""
    rated = {entry["about"] for entry in case.ratings}
    ready = {"window": bool(case.received_at), "result": bool(case.decided_at)}
    return tuple(about for about in ABOUT if ready[about] and about not in rated)


def list_to_rate(*, node: Node, region: str, case_id: UUID, by: Actor) -> tuple[str, ...]:
    """The same for a person; empty for everybody who acts for them. Refuses `Missing` for somebody else's case."""
    cases.require_sight(node=node, region=region, case_id=case_id, by=by)
    return open_to_rating(current(region=region, case_id=case_id)) if by.kind == "citizen" and not by.behalf else ()


def tally(*, region: str, at: datetime) -> list[Tally]:
    """Of the last 90 days, without a word of which case or whom."""
    rows = models.Rating.objects.filter(region=region, at__gt=at - COUNTED_FOR)
    found = {(row["about"], row["grade"]): row["n"] for row in rows.values("about", "grade").annotate(n=Count("id"))}
    return [
        Tally(name, tuple((grade, word, found.get((about, grade), 0)) for grade, word in GRADES.items()))
        for about, name in ABOUT.items()
    ]


def list_follow_ups(*, node: Node, region: str, at: datetime) -> list[FollowUpView]:
    """Open ones, the most urgent first; then what was done lately."""
    rows = models.FollowUp.objects.filter(region=region).order_by("closed_at", "due_on").prefetch_related("steps")
    found = sorted(rows[:SHOWN], key=lambda row: (row.closed_at is not None, row.due_on))
    return [_follow_up(node, row, legal_day(at)) for row in found]


def list_my_complaints(*, node: Node, regions: tuple[str, ...], by: Actor, at: datetime) -> list[ComplaintView]:
    rows = models.Complaint.objects.filter(region__in=regions, owner=by.ref).order_by("-filed_at")[:SHOWN]
    return [_complaint(node, row, legal_day(at)) for row in rows]


def list_complaints(*, node: Node, region: str, at: datetime) -> list[ComplaintView]:
    """For those who answer: open ones, the most urgent first; then what was answered lately. Who complained is not among it."""
    waiting = models.Complaint.objects.filter(region=region, answered_at=None).order_by("due_on")[:SHOWN]
    done = models.Complaint.objects.filter(region=region, answered_at__gt=at - COUNTED_FOR).order_by("-answered_at")[
        :20
    ]
    return [_complaint(node, row, legal_day(at)) for row in (*waiting, *done)]


def _follow_up(node: Node, row: models.FollowUp, today: date) -> FollowUpView:
    steps = tuple(
        StepView(STEPS[s.step], _open(node, row.region, s.note), s.by, s.at)
        for s in sorted(row.steps.all(), key=lambda s: s.at)
    )
    next_step = "" if row.closed_at else ORDER[ORDER.index(row.step) + 1]
    late = not row.closed_at and row.due_on < today
    return FollowUpView(
        row.id,
        row.case_id,
        ABOUT[row.about],
        GRADES[row.grade],
        STEPS[row.step],
        next_step,
        row.opened_at,
        row.due_on,
        late,
        steps,
    )


def _complaint(node: Node, row: models.Complaint, today: date) -> ComplaintView:
    place = regions.get_region(row.concerns).name
    return ComplaintView(
        id=row.id, region=row.region, number=row.number, kind=KINDS[row.kind], place_name=place,
        elsewhere=row.concerns != row.region, case_id=row.case_id, text=_open(node, row.region, row.text), filed_at=row.filed_at,
        due_on=row.due_on, late=row.answered_at is None and row.due_on < today,
        answer=_open(node, row.region, row.answer) if row.answer else "", answered_at=row.answered_at,
    )  # fmt: skip


def _open(node: Node, region: str, sealed: bytes | memoryview) -> str:
    return node.open_locally(bytes(sealed), purpose=TEXT, region=region)
