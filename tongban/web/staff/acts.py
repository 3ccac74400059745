"""What a clerk does to a case. Each act is one domain call; afterwards the case page stands as it is now, or, after a refusal, with the
refusal's sentence and everything that was typed."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tongban.cases import services as cases
from tongban.kernel.clock import now
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.text import Text
from tongban.review.jobs import collect_evidence, push_effect
from tongban.web.access import door
from tongban.web.staff.case import find, show
from tongban.web.staff.desks import CASE_ROLES

Perform = Callable[[Any, UUID], object]


class PageOutOfDate(Refused):
    """The page that was sent does not say which state of the case it shows."""

    text = Text("页面已过期，未作任何办理。", "The page is out of date; nothing was done.")
    advice = Text("请核对办件的最新状态后重新办理。", "Look at the case as it is now and do it again.")


class NothingTicked(Refused):
    """A request to correct that names nothing."""

    status = 422
    text = Text("还没有勾选需要补正的内容。", "Nothing to correct has been ticked.")
    advice = Text("请一次勾选全部需要补正的内容。", "Tick everything that needs correcting, in one list.")


class ApplicantNotPresent(Refused):
    """Only the applicant withdraws; the clerk says that they are here and asked for it."""

    status = 422
    text = Text(
        "还没有确认申请人到场要求撤回。", "It has not been confirmed that the applicant is here and asks for it."
    )
    advice = Text("核对身份后勾选，再撤回。", "Check who it is, tick the box, then withdraw.")


def act(perform: Perform) -> Callable[..., HttpResponse]:
    """Roles are checked where the act is: so a refused clerk keeps what they typed."""

    @door("staff", *CASE_ROLES)
    @require_POST
    @wraps(perform)
    def view(request: Any, case_id: UUID) -> HttpResponse:
        try:
            perform(request, case_id)
        except Refused as refused:
            return show(request, case_id, act=perform.__name__, refused=refused)
        return redirect("staff:case", case_id=case_id)

    return view


@act
def hand_over(request: Any, case_id: UUID) -> None:
    """转 … 受理: the job asks the register of this place first, then passes the case on."""
    _require(request, case_id, "hand_over")
    # The job would wait for an agreement for ever, unseen.
    cases.require_passable(region=request.staff.region, case_id=case_id, at=now())
    collect_evidence.defer(region=request.staff.region, case_id=str(case_id))


@act
def accept(request: Any, case_id: UUID) -> None:
    """受理"""
    cases.accept_case(**_command(request, case_id))


@act
def not_accept(request: Any, case_id: UUID) -> None:
    """不予受理"""
    cases.not_accept(**_command(request, case_id), **_grounds(request))


@act
def request_correction(request: Any, case_id: UUID) -> None:
    """一次性告知"""
    fields, materials = request.POST.getlist("field"), request.POST.getlist("material")
    if not fields and not materials:
        raise NothingTicked
    note = request.POST.get("note", "").strip()
    cases.request_correction(**_command(request, case_id), fields=fields, materials=materials, note=note)


@act
def approve(request: Any, case_id: UUID) -> None:
    """准予备案"""
    cases.approve_case(**_command(request, case_id), note=request.POST.get("note", ""))


@act
def refuse(request: Any, case_id: UUID) -> None:
    """不予备案"""
    cases.refuse_case(**_command(request, case_id), **_grounds(request))


@act
def retry_effect(request: Any, case_id: UUID) -> None:
    """重试生效: the business system is asked by the job, never while a page waits."""
    _require(request, case_id, "retry_effect")
    push_effect.defer(region=request.staff.region, case_id=str(case_id))


@act
def withdraw(request: Any, case_id: UUID) -> None:
    """撤回, asked for by the applicant who is present."""
    if "asked" not in request.POST:
        raise ApplicantNotPresent
    cases.withdraw_case(**_without_head(request, case_id))


@act
def recall(request: Any, case_id: UUID) -> None:
    """撤回转办: the other place answers."""
    cases.recall_case(**_without_head(request, case_id))


@act
def hand_back(request: Any, case_id: UUID) -> None:
    """退回收件地, instead of taking over"""
    cases.hand_back(**_command(request, case_id), **_why(request))


@act
def send_back(request: Any, case_id: UUID) -> None:
    """退回补全, after taking over"""
    fields, materials = request.POST.getlist("field"), request.POST.getlist("material")
    cases.send_back(**_command(request, case_id), **_why(request), fields=fields, materials=materials)


@act
def message(request: Any, case_id: UUID) -> None:
    """留言"""
    cases.send_message(**_without_head(request, case_id), text=request.POST.get("text", "").replace("\x00", ""))


def _without_head(request: Any, case_id: UUID) -> dict[str, Any]:
    """For what does not depend on the state that the clerk saw."""
    command = _command(request, case_id)
    del command["expected_seq"]
    return command


def _why(request: Any) -> dict[str, Any]:
    return {name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("reason", "note")}


def _require(request: Any, case_id: UUID, action: str) -> None:
    """For acts that only wake a job: the job acts as the system and asks nobody's role."""
    if action not in find(request, case_id).actions:
        raise Forbidden


def _whose(request: Any, case_id: UUID) -> dict[str, Any]:
    return {
        "node": request.node,
        "region": request.staff.region,
        "case_id": case_id,
        "by": request.actor,
        "at": now(),
    }


def _command(request: Any, case_id: UUID) -> dict[str, Any]:
    """Which state of the case the clerk saw, and a name for this act, so that a doubled click acts once."""
    try:
        seen = {"expected_seq": int(request.POST["head"]), "cmd": UUID(request.POST["cmd"])}
    except (KeyError, ValueError):
        raise PageOutOfDate from None
    return {**_whose(request, case_id), **seen}


def _grounds(request: Any) -> dict[str, Any]:
    return {name: request.POST.get(name, "").strip() for name in ("reason", "article")}
