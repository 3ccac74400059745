"""What the passing of days does to a case, without a person: it counts as accepted, a supervisor is told, the record is archived."""

from datetime import date, datetime
from uuid import UUID

from tongban.cases import life_events as life
from tongban.cases.projection import Case
from tongban.cases.services.deciding import accepted_step
from tongban.cases.states import ENDED, UNDER_A_CLOCK, NotAllowedNow
from tongban.cases.writing import Step, act_as, command_of, current, once, require_role, write
from tongban.catalogue import queries as catalogue
from tongban.kernel.actors import Actor
from tongban.kernel.calendar import get_calendar
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.workdays import Calendar, legal_day

LAMPS = ("yellow", "red", "overdue")
TOLD = "supervisor"


def deem_accepted(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> bool:
    """Nobody has said within the term what is missing: the case counts as accepted since its receipt (行政许可法 Art. 32), and the
    decision limit runs from that day. Harmless when there is nothing to do; returns whether there was."""
    require_role(by, "system", region=region)
    case = current(region=region, case_id=case_id)
    if not counts_as_accepted(case, region, legal_day(at)):
        return False
    since = legal_day(parse_instant(case.acceptance_from or case.received_at))
    steps = [accepted_step(node, case, region, at, since=since)]
    cmd = command_of(case_id, f"deemed {case.acceptance_due_on}", case.seq)
    write(node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, by=by, role="system", at=at)
    return True


def counts_as_accepted(case: Case, region: str, today: date) -> bool:
    """From the day after the last day of the term on; not where the item knows no such term, and only at the place that decides."""
    if not _holds(case, region) or case.deciding != region or case.state != "received":
        return False
    clock = catalogue.get_definition(case.definition).limits.tell_missing.days
    return clock > 0 and bool(case.acceptance_due_on) and case.acceptance_due_on < today.isoformat()


def escalate(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> str:
    """Tell a supervisor how late it is: yellow one working day before the last day, red on it, overdue after. Each lamp once per term.

    Returns the lamp, or "" when there was nothing to say.
    """
    require_role(by, "system", region=region)
    case = current(region=region, case_id=case_id)
    lamp = lamp_of(case, get_calendar(region), legal_day(at)) if _holds(case, region) else ""
    told = case.escalated["lamp"] if case.escalated.get("due_on") == case.due_on else ""
    if not lamp or (told and LAMPS.index(told) >= LAMPS.index(lamp)):
        return ""
    step = Step(life.CaseEscalated(lamp=lamp, to=TOLD, due_on=case.due_on))
    cmd = command_of(case_id, f"escalate {case.due_on} {lamp}", 0)
    write(node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, by=by, role="system", at=at)
    return lamp


def lamp_of(case: Case, calendar: Calendar, today: date) -> str:
    if not case.due_on or case.state not in UNDER_A_CLOCK:
        return ""
    due = date.fromisoformat(case.due_on)
    if due <= today:
        return "overdue" if due < today else "red"
    return "yellow" if calendar.working_days_between(today, due) <= 1 else ""


@once(life.CaseArchived)
def archive_case(
    *, node: Node, region: str, case_id: UUID, expected_seq: int | None = None, cmd: UUID | None = None, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Close the record (归档), by the place that holds it; kept as long as the item says, counted from the end of the matter."""
    case = current(region=region, case_id=case_id)
    role = act_as(case, by, "system", "exit", "chief", "examiner", region=region)
    if case.state not in ENDED:
        raise NotAllowedNow(case.state)
    years = catalogue.get_definition(case.definition).policy.retention_years
    ended = legal_day(parse_instant(case.closed_at or case.decided_at or case.submitted_at))
    step = Step(life.CaseArchived(retention_years=years, until=years_after(ended, years).isoformat()))
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd or command_of(case_id, "archive", case.seq),
        expected_seq=expected_seq, by=by, role=role, at=at,
    )  # fmt: skip


def years_after(day: date, years: int) -> date:
    """The same day; 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _holds(case: Case, region: str) -> bool:
    return case.writer == region and not case.offered_to
