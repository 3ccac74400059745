"""What a clerk does to a case on its straight road. What lies beside it is in `life_acts.py`."""

from typing import Any
from uuid import UUID

from tongban.cases import services as cases
from tongban.kernel.clock import now
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.text import Text
from tongban.review.jobs import collect_evidence, push_effect
from tongban.web.staff.case import find
from tongban.web.staff.performing import act, command, day, decision, ticked, without_head, words


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


@act
def hand_over(request: Any, case_id: UUID) -> None:
    """转 … 受理: the job asks the register of this place first, then passes the case on."""
    _require(request, case_id, "hand_over")
    # The job would wait for an agreement for ever, unseen.
    cases.require_passable(region=request.staff.region, case_id=case_id, at=now())
    collect_evidence.defer(region=request.staff.region, case_id=str(case_id))


@act
def accept(request: Any, case_id: UUID) -> None:
    """受理, also with materials that may follow (容缺受理)"""
    late = {"tolerated": request.POST.getlist("tolerated"), "tolerated_until": day(request, "tolerated_until")}
    cases.accept_case(**command(request, case_id), **late)


@decision
def not_accept(request: Any, case_id: UUID) -> None:
    """不予受理"""
    cases.not_accept(**command(request, case_id), **words(request, "reason", "article"))


@act
def request_correction(request: Any, case_id: UUID) -> None:
    """一次性告知"""
    if not any(ticked(request).values()):
        raise NothingTicked
    cases.request_correction(**command(request, case_id), **ticked(request), **words(request, "note"))


@decision
def approve(request: Any, case_id: UUID) -> None:
    """准予备案"""
    cases.approve_case(**command(request, case_id), **words(request, "note"))


@decision
def refuse(request: Any, case_id: UUID) -> None:
    """不予备案"""
    cases.refuse_case(**command(request, case_id), **words(request, "reason", "article"))


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
    cases.withdraw_case(**without_head(request, case_id))


@act
def recall(request: Any, case_id: UUID) -> None:
    """撤回转办: the other place answers."""
    cases.recall_case(**without_head(request, case_id))


@act
def hand_back(request: Any, case_id: UUID) -> None:
    """退回收件地, instead of taking over"""
    cases.hand_back(**command(request, case_id), **words(request, "reason", "note"))


@act
def send_back(request: Any, case_id: UUID) -> None:
    """退回补全, after taking over"""
    cases.send_back(**command(request, case_id), **words(request, "reason", "note"), **ticked(request))


@act
def message(request: Any, case_id: UUID) -> None:
    """留言"""
    cases.send_message(**without_head(request, case_id), **words(request, "text"))


def _require(request: Any, case_id: UUID, action: str) -> None:
    """For acts that only wake a job: the job acts as the system and asks nobody's role."""
    if action not in find(request, case_id).actions:
        raise Forbidden
