"""The decision limit: stopped outside it, gone on with what was left, extended once."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.cases import services
from tongban.cases.services import terms
from tongban.cases.services.pausing import ExtendedBefore, NoSuchProcedure, NotExtendable
from tongban.cases.states import NotAllowedNow
from tongban.cases.tests.people_there import chief
from tongban.cases.tests.zone import Zone
from tongban.kernel.refusals import Forbidden
from tongban.kernel.workdays import Calendar, Year, legal_day

REVIEW = {"procedure": "expert_review", "basis": "行政许可法第四十五条", "note": "请专家评审"}


def extendable(document: Any) -> None:
    document["limits"]["extend"] = {"days": 10, "verified": False}


@pytest.fixture
def longer(db: None, node: Any, linyi: Any, huimin: Any, at: Any) -> Zone:
    return Zone(node, linyi, huimin, at).found(extendable)


def pause(zone: Zone, case_id: UUID, **changes: Any) -> None:
    zone.do(
        services.start_special_procedure,
        case_id,
        **(REVIEW | {"until": legal_day(zone.at) + timedelta(days=20)} | changes),
    )


def test_while_it_runs_no_clock_runs_and_the_applicant_knows(zone: Zone) -> None:
    case_id = zone.accepted()
    pause(zone, case_id)
    zone.settle()
    here = zone.here(case_id)
    assert (here.state, here.due_on) == ("special_procedure", None)
    assert "专家评审" in here.whose_turn.zh and "不计入办理时限" in here.whose_turn.zh
    assert here.special and here.special.notice == "请专家评审"
    assert "withdraw" in here.actions


def test_the_days_that_were_left_run_on(zone: Zone) -> None:
    case_id = zone.accepted()
    assert zone.there(case_id).due_on == date(2026, 11, 24)
    zone.at += timedelta(days=3)
    pause(zone, case_id)
    zone.at += timedelta(days=7)
    zone.do(services.end_special_procedure, case_id, note="通过")
    case = zone.there(case_id)
    assert (case.state, case.due_on, case.special) == ("examining", date(2026, 12, 1), None)
    assert case.specials[0].ended_at == zone.at


def test_what_was_overdue_stays_overdue(zone: Zone) -> None:
    case_id = zone.accepted()
    zone.at += timedelta(days=6)
    pause(zone, case_id)
    zone.at += timedelta(days=7)
    zone.do(services.end_special_procedure, case_id)
    assert zone.there(case_id).due_on == date(2026, 11, 24)


def test_nobody_decides_while_it_runs(zone: Zone) -> None:
    case_id = zone.accepted()
    pause(zone, case_id)
    with pytest.raises(NotAllowedNow):
        zone.do(services.approve_case, case_id)


def test_it_needs_a_known_procedure_a_basis_and_a_day(zone: Zone) -> None:
    case_id = zone.accepted()
    for wrong in ({"procedure": "lunch"}, {"basis": " "}, {"until": date(2026, 1, 1)}):
        with pytest.raises(NoSuchProcedure):
            pause(zone, case_id, **wrong)


def test_withdrawn_in_the_middle(zone: Zone) -> None:
    case_id = zone.accepted()
    pause(zone, case_id)
    zone.settle()
    zone.act_here(services.withdraw_case, case_id)
    zone.settle()
    assert zone.there(case_id).state == "withdrawn"


def test_the_head_of_the_office_extends_once_with_a_reason(longer: Zone) -> None:
    case_id = longer.accepted()
    longer.do(services.extend_limit, case_id, chief(), days=10, note="需要核实")
    longer.settle()
    here = longer.here(case_id)
    assert here.extended and here.extended.notice == "需要核实"
    assert longer.there(case_id).due_on == date(2026, 12, 8)
    with pytest.raises(ExtendedBefore):
        longer.do(services.extend_limit, case_id, chief(), days=1, note="再延")


def test_no_more_than_ten_days_and_only_where_the_item_says_so(longer: Zone) -> None:
    case_id = longer.accepted()
    with pytest.raises(NotExtendable):
        longer.do(services.extend_limit, case_id, chief(), days=11, note="需要核实")
    with pytest.raises(Forbidden):
        longer.do(services.extend_limit, case_id, days=5, note="需要核实")


def test_an_item_without_extension_is_not_extended(zone: Zone) -> None:
    with pytest.raises(NotExtendable):
        zone.do(services.extend_limit, zone.accepted(), chief(), days=1, note="需要核实")


days = st.dates(date(2026, 1, 1), date(2027, 6, 30))
calendars = st.builds(
    lambda off, on: Calendar("371424", {2026: Year(frozenset(off), frozenset(on), True)}),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
)


@given(calendars, days, st.integers(0, 40), st.integers(0, 60), st.integers(0, 90))
def test_working_days_before_and_after_a_pause_add_up(
    calendar: Calendar, start: date, promised: int, ran: int, paused: int
) -> None:
    due = calendar.deadline(start, promised).on
    began = start + timedelta(days=ran)
    ended = began + timedelta(days=paused)
    again = after_pause(calendar, due, began, ended)
    if due < began:
        assert again == due
        return
    used, left = calendar.working_days_between(start, began), calendar.working_days_between(ended, again)
    total = calendar.working_days_between(start, due)
    assert used + left >= total
    assert used + left == total or (calendar.working_days_between(began, due) == 0 and left <= 1)


def after_pause(calendar: Calendar, due: date, began: date, ended: date) -> date:
    """What the service computes, on a calendar of one's own."""
    noon = "T04:00:00.000Z"
    case: Any = SimpleNamespace(decision_due_on=due.isoformat(), special={"at": f"{began}{noon}"}, provisional=False)
    return terms.end_of_limit(calendar, case, ended).on
