"""How a page performs an act on a case: one domain call; afterwards the case page stands as it is now, or, after a refusal, with the
refusal's sentence and everything that was typed."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.web.access import door
from tongban.web.staff.case import show
from tongban.web.staff.desks import CASE_ROLES

Perform = Callable[[Any, UUID], object]


class PageOutOfDate(Refused):
    """The page that was sent does not say which state of the case it shows."""

    text = Text("页面已过期，未作任何办理。", "The page is out of date; nothing was done.")
    advice = Text("请核对办件的最新状态后重新办理。", "Look at the case as it is now and do it again.")


def act(perform: Perform) -> Callable[..., HttpResponse]:
    """Roles are checked where the act is: so a refused clerk keeps what they typed."""
    return _act(perform, fresh=False)


def decision(perform: Perform) -> Callable[..., HttpResponse]:
    """An act that asks for a fresh code of the second factor (SR-10)."""
    return _act(perform, fresh=True)


def _act(perform: Perform, *, fresh: bool) -> Callable[..., HttpResponse]:
    @door("staff", *CASE_ROLES, fresh=fresh)
    @require_POST
    @wraps(perform)
    def view(request: Any, case_id: UUID) -> HttpResponse:
        try:
            perform(request, case_id)
        except Refused as refused:
            return show(request, case_id, act=perform.__name__, refused=refused)
        return redirect("staff:case", case_id=case_id)

    return view


def whose(request: Any, case_id: UUID) -> dict[str, Any]:
    return {
        "node": request.node,
        "region": request.staff.region,
        "case_id": case_id,
        "by": request.actor,
        "at": now(),
    }


def command(request: Any, case_id: UUID) -> dict[str, Any]:
    """Which state of the case the clerk saw, and a name for this act, so that a doubled click acts once."""
    try:
        seen = {"expected_seq": int(request.POST["head"]), "cmd": UUID(request.POST["cmd"])}
    except (KeyError, ValueError):
        raise PageOutOfDate from None
    return {**whose(request, case_id), **seen}


def without_head(request: Any, case_id: UUID) -> dict[str, Any]:
    """For what does not depend on the state that the clerk saw."""
    given = command(request, case_id)
    del given["expected_seq"]
    return given


def words(request: Any, *names: str) -> dict[str, Any]:
    """What was typed, by the names of the fields."""
    return {name: request.POST.get(name, "").replace("\x00", "").strip() for name in names}


def day(request: Any, name: str) -> date | None:
    """What is no day counts as none."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        return None


def ticked(request: Any) -> dict[str, Any]:
    return {"fields": request.POST.getlist("field"), "materials": request.POST.getlist("material")}
