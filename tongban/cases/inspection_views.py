"""What pages are shown of the inspection after a decision. Values only; officers are pseudonyms of their own office."""

from dataclasses import dataclass
from datetime import date, datetime

from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order to put something right (责令改正)."""

    due_on: date
    article: str
    notice: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the inspector found; `points`: the labels of the review points from which it differs."""

    finding: str
    name: Text
    points: tuple[Text, ...]
    article: str
    notice: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ConfirmedView:
    """Seen again: put right."""

    notice: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RevokedView:
    """`told`: the outside systems that know of it, each with its acknowledgement."""

    article: str
    notice: str
    at: datetime
    told: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class InspectionView:
    """The inspection after a decision (批后核查). `due_on`: until when somebody must act, None where nobody must or by no day.

    `text` is what the item says to the applicant of the check, `task` to the office;
    `verified` False: these and the `remedy` are not yet checked against the law.
    `officer` is empty for the applicant.
    """

    state: str
    status: Text
    office: Text
    place: str
    place_name: str
    pledged: bool
    due_on: date | None
    overdue: bool
    text: Text | None
    task: Text | None
    verified: bool
    asked_at: datetime
    officer: str
    claimed_at: datetime | None
    answer: AnswerView | None
    orders: tuple[OrderView, ...]
    met: ConfirmedView | None
    told_late: date | None
    revoked: RevokedView | None
    remedy: Text | None
    """Against an order or a revocation."""
