"""What days do by themselves: counts as accepted, lamps, the archive. Each once, whoever calls how often."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import JIYANG, LINYI
from tongban.cases import due, services
from tongban.cases.models import Case as Row
from tongban.cases.tests.zone import Zone
from tongban.kernel.actors import system
from tongban.kernel.scope import scope


def machine(zone: Zone, service: Any, case_id: Any, region: str = LINYI) -> Any:
    node = zone.linyi if region == LINYI else zone.jiyang
    with scope([region]):
        return service(node=node, region=region, case_id=case_id, by=system(region), at=zone.at)


def found(zone: Zone, listing: Any, region: str = LINYI, **more: Any) -> list[Any]:
    with scope([region]):
        return listing(region=region, at=zone.at, **more)


def test_nobody_spoke_within_five_working_days(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.at += timedelta(days=7)
    assert zone.there(case_id).due_on == date(2026, 11, 27)
    assert found(zone, due.list_to_deem_accepted) == []
    assert not machine(zone, services.deem_accepted, case_id)
    zone.at += timedelta(days=1)
    assert found(zone, due.list_to_deem_accepted) == [case_id]
    assert machine(zone, services.deem_accepted, case_id)
    case = zone.there(case_id)
    assert (case.state, case.deemed) == ("accepted", True)
    assert case.due_on == date(2026, 11, 24), "the limit runs from the day of receipt"
    assert "视为受理" in case.timeline[-1].sentence.zh


def test_once_is_enough(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.at += timedelta(days=8)
    assert [machine(zone, services.deem_accepted, case_id) for _ in range(2)] == [True, False]


def test_after_a_correction_the_term_runs_anew(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.request_correction, case_id, fields=["filing.address"], materials=[], note="请补正")
    zone.settle()
    zone.at += timedelta(days=10)
    assert not machine(zone, services.deem_accepted, case_id)
    zone.act_here(services.supplement, case_id, elements={"filing.address": "泰兴东街 12 号"})
    zone.settle()
    assert not machine(zone, services.deem_accepted, case_id)
    zone.at += timedelta(days=8)
    assert machine(zone, services.deem_accepted, case_id)


def test_the_place_that_received_it_accepts_nothing_by_waiting(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    zone.at += timedelta(days=30)
    assert not machine(zone, services.deem_accepted, case_id, JIYANG)


def test_an_item_without_the_term_knows_no_deemed_acceptance(
    db: None, node: Any, linyi: Any, huimin: Any, at: Any
) -> None:
    zone = Zone(node, linyi, huimin, at).found(lambda document: document["limits"]["tell_missing"].update(days=0))
    case_id = zone.taken_over()
    zone.at += timedelta(days=30)
    assert not machine(zone, services.deem_accepted, case_id)


@pytest.mark.parametrize(("days", "lamp"), [(0, ""), (3, "yellow"), (4, "red"), (5, "overdue")])
def test_a_supervisor_is_told_in_time(zone: Zone, days: int, lamp: str) -> None:
    case_id = zone.accepted()  # Friday 20 November; to be decided by Tuesday 24.
    zone.at += timedelta(days=days)
    assert found(zone, due.list_to_escalate) == ([case_id] if lamp else [])
    assert machine(zone, services.escalate, case_id) == lamp
    assert zone.there(case_id).escalated == lamp
    with scope([LINYI]):
        assert Row.objects.get(case_id=case_id, region=LINYI).escalated == lamp


def test_each_lamp_once_and_never_back(zone: Zone) -> None:
    case_id = zone.accepted()
    told = []
    for days in (3, 0, 1, 0, 1, 5):
        zone.at += timedelta(days=days)
        told.append(machine(zone, services.escalate, case_id))
    assert told == ["yellow", "", "red", "", "overdue", ""]
    assert found(zone, due.list_to_escalate) == []


def test_a_lamp_goes_out_when_the_day_is_another(zone: Zone) -> None:
    case_id = zone.accepted()
    zone.at += timedelta(days=4)
    machine(zone, services.escalate, case_id)
    until = date(2026, 12, 20)
    zone.do(services.start_special_procedure, case_id, procedure="hearing", basis="行政许可法第四十五条", until=until)
    assert zone.there(case_id).escalated == ""


def test_the_record_is_archived_when_nothing_more_is_expected(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.act_here(services.withdraw_case, case_id)
    zone.settle()
    assert found(zone, due.list_to_archive, days=30) == []
    zone.at += timedelta(days=31)
    assert found(zone, due.list_to_archive, days=30) == [case_id]
    assert found(zone, due.list_to_archive, JIYANG, days=30) == [], "the place that holds it archives it"
    machine(zone, services.archive_case, case_id)
    case = zone.there(case_id)
    assert case.state == "archived" and case.archived
    assert (case.archived.years, case.archived.until) == (10, date(2036, 11, 20))
    assert found(zone, due.list_to_archive, days=30) == []


def test_what_is_open_is_not_archived(zone: Zone) -> None:
    case_id = zone.accepted()
    with pytest.raises(services.NotAllowedNow):
        machine(zone, services.archive_case, case_id)
