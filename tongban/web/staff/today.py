"""What I did today (今日办理): the officer's own acts of one day, from the record of the cases; nobody else's."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tongban.cases import acts as done
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.staff.desks import CASE_ROLES
from tongban.web.staff.pages import page


@door("staff", *CASE_ROLES)
@require_safe
def today(request: Any) -> HttpResponse:
    day = _day(request, legal_day(now()))
    found = done.list_acts(node=request.node, region=request.staff.region, day=day, by=request.actor)
    known = {
        "section": "today",
        "day_shown": day,
        "is_today": day == legal_day(now()),
        "before": (day - timedelta(days=1)).isoformat(),
        "after": (day + timedelta(days=1)).isoformat() if day < legal_day(now()) else "",
        "acts": found,
        "tally": Counter(act.what for act in found).most_common(),
        "cases": len({act.case_id for act in found}),
        "most": done.MOST if len(found) == done.MOST else 0,
    }
    return page(request, "staff/today.html", known)


def _day(request: Any, otherwise: date) -> date:
    try:
        wanted = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return otherwise
    return wanted if date(2020, 1, 1) <= wanted <= otherwise else otherwise
