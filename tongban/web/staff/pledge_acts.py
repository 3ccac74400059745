"""What an officer does about a pledge (告知承诺): offer the ordinary way, or take it back for the applicant at the counter."""

from typing import Any
from uuid import UUID

from tongban.cases import services as cases
from tongban.web.staff.acts import ApplicantNotPresent
from tongban.web.staff.performing import act, command, without_head, words


@act
def offer_ordinary_way(request: Any, case_id: UUID) -> None:
    """不适用告知承诺: the application goes on by the ordinary way"""
    cases.offer_ordinary_way(**command(request, case_id), **words(request, "notice"))


@act
def withdraw_pledge(request: Any, case_id: UUID) -> None:
    """撤回承诺, asked for by the applicant who is present"""
    if "asked" not in request.POST:
        raise ApplicantNotPresent
    cases.withdraw_pledge(**without_head(request, case_id))
