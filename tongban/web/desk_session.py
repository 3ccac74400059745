"""How long a desk stays open (SR-08): 15 minutes without use, 8 hours in all."""

from datetime import datetime, timedelta
from typing import Any

from django.middleware.csrf import rotate_token

from tongban.people.queries import Staff

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)


def open_desk(request: Any, staff: Staff, *, place: str, at: datetime) -> None:
    """A new session with a new id; nothing of an earlier person at this browser stays. `place`: the name on every page."""
    request.session.flush()
    rotate_token(request)
    request.session["staff"] = staff.ref
    request.session["staff_region"] = staff.region
    request.session["staff_place"] = place
    request.session["staff_since"] = at.isoformat()
    request.session.set_expiry(int(IDLE.total_seconds()))


def keep_open(request: Any, *, at: datetime) -> bool:
    """Start the idle time anew. False, and everything of the session is gone, when the day at the desk is over."""
    since = request.session.get("staff_since")
    if not since or at - datetime.fromisoformat(since) > ABSOLUTE:
        request.session.flush()
        return False
    request.session.set_expiry(int(IDLE.total_seconds()))
    request.place = request.session.get("staff_place", "")
    return True
