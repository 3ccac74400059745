"""One list; a second only with a supervisor's reason, and counted. The applicant's time to correct belongs to the applicant."""

from datetime import timedelta
from uuid import UUID

import pytest

from tongban.cases import services
from tongban.cases.services.deciding import AlreadyCorrectedOnce, CorrectionStillOpen, ListStillFree
from tongban.cases.tests.people_there import supervisor
from tongban.cases.tests.zone import Zone
from tongban.kernel.refusals import Forbidden

ASK = {"fields": ["filing.address"], "materials": [], "note": "请补正"}


@pytest.fixture
def asked(zone: Zone) -> UUID:
    case_id = zone.taken_over()
    zone.do(services.request_correction, case_id, **ASK)
    zone.settle()
    return case_id


@pytest.fixture
def corrected(zone: Zone, asked: UUID) -> UUID:
    zone.act_here(services.supplement, asked, elements={"filing.address": "泰兴东街 12 号"})
    zone.settle()
    return asked


def test_a_second_list_needs_a_supervisor_and_is_counted(zone: Zone, corrected: UUID) -> None:
    with pytest.raises(AlreadyCorrectedOnce):
        zone.do(services.request_correction, corrected, **ASK)
    zone.do(services.allow_second_correction, corrected, supervisor(), note="地址仍无法辨认")
    zone.do(services.request_correction, corrected, **ASK)
    case = zone.there(corrected)
    assert (case.state, case.corrections, case.corrections_allowed) == ("awaiting_correction", 2, 1)


def test_the_reason_is_for_the_offices(zone: Zone, corrected: UUID) -> None:
    zone.do(services.allow_second_correction, corrected, supervisor(), note="地址仍无法辨认")
    zone.settle()
    assert "地址仍无法辨认" not in str(zone.here(corrected))


def test_no_examiner_allows_it_to_herself(zone: Zone, corrected: UUID) -> None:
    with pytest.raises(Forbidden):
        zone.do(services.allow_second_correction, corrected, note="再来一次")


def test_what_is_lawful_anyway_is_not_allowed_again(zone: Zone) -> None:
    case_id = zone.taken_over()
    with pytest.raises(ListStillFree):
        zone.do(services.allow_second_correction, case_id, supervisor(), note="预先")


def test_not_accepted_for_want_of_a_correction_only_after_its_day(zone: Zone, asked: UUID) -> None:
    why = {"reason": "逾期未补正", "article": "行政许可法第三十二条"}
    with pytest.raises(CorrectionStillOpen):
        zone.do(services.not_accept, asked, **why)
    zone.at += timedelta(days=40)
    zone.do(services.not_accept, asked, **why)
    assert zone.there(asked).state == "not_accepted"
