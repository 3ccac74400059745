"""What a clerk does to a case beside its straight road: before receipt, out of the clock, by more than one pair of eyes, by whom."""

from datetime import date
from typing import Any
from uuid import UUID

from tongban.cases import services as cases
from tongban.web.staff.officers import list_examiners, require_examiner
from tongban.web.staff.performing import act, command, day, ticked, without_head, words

LONGEST_DAYS = 4


@act
def receive(request: Any, case_id: UUID) -> None:
    """收件 of what was handed in online and needs a clerk's look"""
    cases.receive_case(**command(request, case_id))


@act
def return_to_applicant(request: Any, case_id: UUID) -> None:
    """退回预审"""
    cases.return_to_applicant(**command(request, case_id), **words(request, "reason", "note"), **ticked(request))


@act
def allow_second_correction(request: Any, case_id: UUID) -> None:
    """准许再次告知"""
    cases.allow_second_correction(**command(request, case_id), **words(request, "note"))


@act
def start_special_procedure(request: Any, case_id: UUID) -> None:
    """进入特别程序"""
    given = words(request, "procedure", "basis", "note")
    cases.start_special_procedure(**command(request, case_id), **given, until=day(request, "until") or date.min)


@act
def end_special_procedure(request: Any, case_id: UUID) -> None:
    """结束特别程序"""
    cases.end_special_procedure(**command(request, case_id), **words(request, "note"))


@act
def extend_limit(request: Any, case_id: UUID) -> None:
    """延期"""
    typed = request.POST.get("days", "")
    days = int(typed) if typed.isdecimal() and len(typed) < LONGEST_DAYS else 0
    cases.extend_limit(**command(request, case_id), **words(request, "note"), days=days)


@act
def examine_case(request: Any, case_id: UUID) -> None:
    """出具审核意见: the first pair of eyes"""
    cases.examine_case(**command(request, case_id), **words(request, "recommends", "reasons", "article"))


@act
def ask_countersign(request: Any, case_id: UUID) -> None:
    """请求会签"""
    cases.ask_countersign(**command(request, case_id), **words(request, "role", "note"))


@act
def countersign(request: Any, case_id: UUID) -> None:
    """会签"""
    cases.countersign(**command(request, case_id), **words(request, "opinion", "note"))


@act
def assign_officer(request: Any, case_id: UUID) -> None:
    """分派: by lot among all examiners, or to the one who is named"""
    named = request.POST.get("officer", "")
    officers = [require_examiner(request, named)] if named else list_examiners(request)
    cases.assign_officer(**command(request, case_id), officers=officers)


@act
def recuse(request: Any, case_id: UUID) -> None:
    """回避: oneself, or by a chief or supervisor somebody else"""
    cases.recuse(**command(request, case_id), **words(request, "officer", "note"))


@act
def urge_case(request: Any, case_id: UUID) -> None:
    """催办"""
    cases.urge_case(**without_head(request, case_id))


@act
def archive_case(request: Any, case_id: UUID) -> None:
    """归档"""
    cases.archive_case(**command(request, case_id))
