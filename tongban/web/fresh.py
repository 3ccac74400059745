"""A fresh second factor before what decides or takes away data (SR-10): a code of the last five minutes, asked for on a page of its own.

What was typed travels through that page and back, so that nothing is typed twice; nothing of it is kept here.
"""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tongban.kernel.refusals import Refused
from tongban.people import services as people
from tongban.web.desk_session import PROVED

FRESH = timedelta(minutes=5)
CODE = "fresh_code"
AGAIN = "fresh_again"
"""In the form of a page that was opened, not sent: it is opened again."""
ASKS = 401


def require(request: Any, *, at: datetime) -> HttpResponse | None:
    """None: go on. Otherwise the page that asks for a code, or the way back to what was to be opened."""
    if is_fresh(request, at=at):
        return None
    code = request.POST.get(CODE)
    if code is None:
        return _ask(request, None)
    try:
        people.verify_second_factor(node=request.node, ref=request.staff.ref, code=code.replace(" ", ""), at=at)
    except Refused as refused:
        return _ask(request, refused)
    request.session[PROVED] = at.isoformat()
    return redirect(request.get_full_path()) if AGAIN in request.POST else None


def is_fresh(request: Any, *, at: datetime) -> bool:
    proved = request.session.get(PROVED)
    return bool(proved) and timedelta() <= at - datetime.fromisoformat(proved) <= FRESH


def _ask(request: Any, refused: Refused | None) -> HttpResponse:
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name not in _OURS]
    known = {
        "typed": typed if request.method == "POST" else [],
        "again": request.method != "POST" or AGAIN in request.POST,
        "refusal": _spoken(request, refused),
    }
    return render(request, "staff/fresh.html", known, status=refused.status if refused else ASKS)


def _spoken(request: Any, refused: Refused | None) -> dict[str, str] | None:
    if refused is None:
        return None
    return {"sentence": refused.sentence(request.language), "advice": refused.next_step(request.language)}


_OURS = frozenset({CODE, AGAIN, "csrfmiddlewaretoken"})
