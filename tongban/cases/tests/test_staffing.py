"""Drawn by lot, named by hand, kept away: who is recused does nothing, and is never drawn again."""

import pytest

from tests.cast import examiner
from tongban.cases import services
from tongban.cases.tests.people_there import acceptance, chief
from tongban.cases.tests.zone import Zone
from tongban.kernel.refusals import Forbidden

OFFICERS = ("s-chengang", "s-qian", "s-wu")


def test_a_lot_is_drawn_among_those_who_are_left(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.recuse, case_id, officer="s-wu", by=chief(), note="亲属")
    zone.do(services.assign_officer, case_id, chief(), officers=OFFICERS, choose=lambda left: left[-1])
    case = zone.there(case_id)
    assert (case.officer, case.recused) == ("s-qian", ("s-wu",))
    assert case.timeline[-1].sentence.zh == "已分派审核人员（随机）"


def test_a_name_given_by_hand_is_said_to_be_one(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.assign_officer, case_id, chief(), officers=["s-qian"])
    assert zone.there(case_id).timeline[-1].sentence.zh == "已分派审核人员（指定）"


def test_nobody_is_left(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.recuse, case_id, officer="s-wu", by=chief(), note="亲属")
    with pytest.raises(services.NobodyLeft):
        zone.do(services.assign_officer, case_id, chief(), officers=["s-wu"])


def test_who_is_recused_does_nothing_on_the_case(zone: Zone) -> None:
    case_id = zone.accepted()
    zone.do(services.assign_officer, case_id, chief(), officers=[examiner().ref])
    zone.do(services.recuse, case_id, note="申请人是我的亲属")
    case = zone.there(case_id)
    assert (case.actions, case.officer) == (frozenset(), "")
    for service, more in (
        (services.approve_case, {}),
        (services.examine_case, {"recommends": "approve", "reasons": "好"}),
        (services.recuse, {"note": "再说一次"}),
    ):
        with pytest.raises(services.Recused):
            zone.do(service, case_id, **more)


def test_nobody_keeps_a_colleague_away(zone: Zone) -> None:
    with pytest.raises(Forbidden):
        zone.do(services.recuse, zone.taken_over(), acceptance(), officer="s-chengang", note="不喜欢")


def test_the_applicant_is_not_shown_who_it_is(zone: Zone) -> None:
    case_id = zone.accepted()
    zone.do(services.assign_officer, case_id, chief(), officers=OFFICERS)
    zone.settle()
    here = zone.here(case_id)
    assert (here.officer, here.recused) == ("", ())
    assert not any("分派" in entry.sentence.zh for entry in here.timeline)
