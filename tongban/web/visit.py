"""How long a citizen stays signed in (SR-08): 30 minutes without use, 12 hours in all. What was answered before signing in stays."""

from datetime import datetime, timedelta
from typing import Any

from django.middleware.csrf import rotate_token

from tongban.people.queries import Citizen
from tongban.web import behalf

IDLE = timedelta(minutes=30)
IDLE_AT_A_KIOSK = timedelta(minutes=4)
"""The page ends after three by itself; this is for one that did not."""
ABSOLUTE = timedelta(hours=12)
CONVERSATION = "conversation"
"""Under this name a session keeps the talk with a clerk; it goes on when somebody signs in, and ends with the session."""
CONVERSATIONS = "conversations"
"""And when it began its talks, so that one browser does not fill the queue."""
STEP = timedelta(minutes=1)
"""How exactly the last use is kept: not every page needs to write the session."""


def begin(request: Any, citizen: Citizen, *, means: str, at: datetime) -> None:
    """A new session with a new id; the desk of a clerk at this browser does not stay."""
    kept = _answers(request)
    kept |= {name: value for name, value in request.session.items() if name in (CONVERSATION, CONVERSATIONS)}
    request.session.flush()
    rotate_token(request)
    request.session.update(kept)
    request.session.update(
        {"citizen": str(citizen.id), "means": means, "citizen_since": at.isoformat(), "citizen_seen": at.isoformat()}
    )


def keep_open(request: Any, *, at: datetime) -> bool:
    """Start the idle time anew. False, and nobody is signed in any more, when it or the whole time is over."""
    since, seen = (_instant(request, name) for name in ("citizen_since", "citizen_seen"))
    if since is None or seen is None or at - since > ABSOLUTE or at - seen > _idle(request):
        # What was answered for a client goes with the client.
        kept = {} if behalf.MANDATE in request.session else _answers(request)
        request.session.flush()
        request.session.update(kept)
        request.citizen = request.actor = request.behalf = None
        return False
    if at - seen > STEP:
        request.session["citizen_seen"] = at.isoformat()
    return True


def _idle(request: Any) -> timedelta:
    return IDLE_AT_A_KIOSK if getattr(request, "kiosk", False) else IDLE


def _answers(request: Any) -> dict[str, Any]:
    return {name: value for name, value in request.session.items() if name.startswith("trip ")}


def _instant(request: Any, name: str) -> datetime | None:
    text = request.session.get(name)
    return datetime.fromisoformat(text) if text else None
