"""Alarms of mass reading (批量查阅预警), for the supervisor."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.audit import queries, services
from tongban.kernel.clock import now
from tongban.web.access import door
from tongban.web.staff import officers
from tongban.web.staff.pages import page


@door("staff", "supervisor")
@require_safe
def readings(request: Any) -> HttpResponse:
    alarms = queries.list_alarms(region=request.staff.region)
    names = officers.names_of(request, {ref for alarm in alarms for ref in (alarm.reader, alarm.looked_by)})
    shown = [(alarm, names.get(alarm.reader, alarm.reader), names.get(alarm.looked_by, "")) for alarm in alarms]
    known = {
        "section": "readings",
        "alarms": shown,
        "minutes": int(services.WINDOW.total_seconds()) // 60,
        "me": request.staff.ref,
    }
    return page(request, "staff/readings.html", known)


@door("staff", "supervisor")
@require_POST
def close(request: Any, alarm_id: UUID) -> HttpResponse:
    services.close_alarm(region=request.staff.region, alarm_id=alarm_id, by=request.actor, at=now())
    return redirect("staff:readings")
