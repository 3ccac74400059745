"""How long a desk stays open (SR-08): 15 minutes without use, 8 hours in all, and one desk for each person: signing in ends the former one."""

from datetime import datetime, timedelta
from typing import Any

from django.middleware.csrf import rotate_token

from tongban.people import services as people
from tongban.people.queries import Staff

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
PROVED = "staff_proved"
"""When the person last typed a code of the second factor."""


def open_desk(request: Any, staff: Staff, *, place: str, at: datetime) -> None:
    """A new session with a new id; nothing of an earlier person at this browser stays. `place`: the name on every page."""
    request.session.flush()
    rotate_token(request)
    request.session["staff"] = staff.ref
    request.session["staff_region"] = staff.region
    request.session["staff_place"] = place
    request.session["staff_since"] = request.session[PROVED] = at.isoformat()
    request.session["staff_desk"] = people.begin_desk(ref=staff.ref)
    request.session.set_expiry(int(IDLE.total_seconds()))


def keep_open(request: Any, *, at: datetime) -> bool:
    """Start the idle time anew. False, and everything of the session is gone, when the day at the desk is over or
    this person has signed in somewhere else since. `request.staff`: as the table knows them now."""
    since = request.session.get("staff_since")
    elsewhere = request.session.get("staff_desk") != request.staff.desk
    if not since or elsewhere or at - datetime.fromisoformat(since) > ABSOLUTE:
        request.session.flush()
        return False
    request.session.set_expiry(int(IDLE.total_seconds()))
    request.place = request.session.get("staff_place", "")
    return True
