"""Acting for somebody else (代办): the session names the mandate, every request asks whether it still stands.

Whoever goes to another client, or back to their own matters, begins with an empty session: nothing of the former client stays in it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.middleware.csrf import rotate_token

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people import mandate_records
from tongban.people.mandate_views import Client
from tongban.people.queries import Citizen, Staff

MANDATE = "on_behalf"
OWN = frozenset(
    {
        "citizen", "means", "citizen_since", "citizen_seen", "proved_at",
        "staff", "staff_region", "staff_place", "staff_since", "staff_desk", "staff_proved",
        "_session_expiry",
    }
)  # fmt: skip
"""What a session knows of the person at the browser; everything else is about somebody's matter."""
WAYS_OUT = frozenset({"citizen:sign-out", "staff:sign-out", "language"})


class MandateOver(Refused):
    """Revoked, expired or laid down since the last page."""

    status = 403
    text = Text("委托已经终止，不能再代办。", "The mandate is over; you can no longer act under it.")
    advice = Text(
        "已填写的内容仍在委托人名下，由本人接着办。", "What was filled in belongs to the person, who can go on with it."
    )


class NotForAgents(Refused):
    """A page of a person's own account: nobody opens it in their name."""

    status = 403
    text = Text("这一页只能由本人打开。", "Only the person themselves may open this page.")
    advice = Text("请先点“结束代办”，回到您自己的事项。", "First choose “Stop acting”, and return to your own matters.")


def find(request: Any, person: Citizen | Staff, *, at: datetime) -> Client | None:
    """For whom this request acts. Refuses `MandateOver`, once; from then on the session is the person's own."""
    mandate = request.session.get(MANDATE)
    if not mandate:
        return None
    client = mandate_records.find_client(node=request.node, mandate_id=mandate, agent=person, at=at)
    if client is None:
        change(request, None)
        if request.resolver_match.view_name not in WAYS_OUT:
            raise MandateOver
    return client


def change(request: Any, mandate: UUID | None) -> None:
    """To this client, or to none: a new session of the same person."""
    kept = {name: value for name, value in request.session.items() if name in OWN}
    request.session.flush()
    rotate_token(request)
    request.session.update(kept)
    if mandate:
        request.session[MANDATE] = str(mandate)


def forgetting(response: HttpResponse) -> HttpResponse:
    """The browser, too, keeps no page of the former client: neither on disk nor to go back to."""
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
