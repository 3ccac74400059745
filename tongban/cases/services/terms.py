"""Terms (期限) in working days of the deciding place's calendar, as events carry them: the last day and the calendar it was computed with."""

from dataclasses import dataclass
from datetime import date, datetime

from tongban.cases.projection import Case
from tongban.kernel.calendar import get_calendar
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.workdays import Calendar, Deadline, legal_day


@dataclass(frozen=True, slots=True)
class Term:
    on: str
    provisional: bool
    calendar: dict[str, str]


def term(node: Node, region: str, start: date, days: int) -> Term:
    """A term of `days` working days that begins on the day after `start` (行政许可法 Art. 82)."""
    calendar = get_calendar(region)
    return _term(node, calendar, calendar.deadline(start, days))


def rest_of_limit(node: Node, region: str, case: Case, at: datetime) -> Term:
    """The decision limit after a special procedure that ends now."""
    calendar = get_calendar(region)
    return _term(node, calendar, end_of_limit(calendar, case, legal_day(at)))


def end_of_limit(calendar: Calendar, case: Case, ended: date) -> Deadline:
    """The working days that were left after the day on which the procedure began run from the day after it `ended`.

    What was overdue before stays overdue: a pause does not heal it.
    """
    due, began = date.fromisoformat(case.decision_due_on), legal_day(parse_instant(case.special["at"]))
    if due < began:
        return Deadline(due, case.provisional)
    return calendar.deadline(ended, calendar.working_days_between(began, due))


def _term(node: Node, calendar: Calendar, deadline: Deadline) -> Term:
    used = {"region": calendar.region, "hash": calendar.hash(node.suite)}
    return Term(deadline.on.isoformat(), deadline.provisional, used)
