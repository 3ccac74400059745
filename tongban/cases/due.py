"""Which cases of a region the passing of days asks something of. Few at a time, the longest waiting first; the services look again."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from tongban.cases.inspection_changes import OPEN
from tongban.cases.models import Case as Row
from tongban.cases.states import ENDED, UNDER_A_CLOCK
from tongban.kernel.calendar import get_calendar
from tongban.kernel.workdays import legal_day

AT_ONCE = 500


def list_to_deem_accepted(*, region: str, at: datetime) -> list[UUID]:
    rows = Row.objects.filter(region=region, desk="acceptance", state="received", due_on__lt=legal_day(at))
    return _ids(rows.filter(folded__writer=region), "due_on")


def list_to_escalate(*, region: str, at: datetime) -> list[UUID]:
    """Whose lamp has changed since a supervisor was told."""
    today = legal_day(at)
    next_day = get_calendar(region).deadline(today, 1).on
    late = Q(due_on__lt=today) & ~Q(escalated="overdue")
    last = Q(due_on=today) & ~Q(escalated__in=("red", "overdue"))
    near = Q(due_on__gt=today, due_on__lte=next_day, escalated="")
    rows = Row.objects.filter(late | last | near, region=region, state__in=UNDER_A_CLOCK)
    # What another place is to take over is not this one's to hurry, and would stand before all others for as long as that place is away.
    return _ids(rows.filter(folded__writer=region).exclude(folded__has_key="offered_to"), "due_on")


def list_to_archive(*, region: str, at: datetime, days: int) -> list[UUID]:
    """Ended, and nothing was added to the record for so many days; not while somebody still has to inspect it."""
    rows = Row.objects.filter(region=region, state__in=ENDED, updated_at__lt=at - timedelta(days=days)).exclude(
        inspection__in=OPEN
    )
    return _ids(rows.filter(folded__writer=region), "updated_at")


def _ids(rows: "QuerySet[Row]", order: str) -> list[UUID]:
    return list(rows.order_by(order, "case_id").values_list("case_id", flat=True)[:AT_ONCE])
