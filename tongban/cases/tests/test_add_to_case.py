"""What the place that does not hold the case puts on its chain: papers, service, ratings, urging. One way, checked by the holder."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI, citizen, clerk, examiner
from tongban.cases import life_events as life
from tongban.cases import services
from tongban.cases.tests.zone import Zone
from tongban.kernel.actors import Actor, system
from tongban.kernel.events import SealedRef
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope

RECEIPT = life.PaperIssued("receipt", "济阳收字〔2026〕1 号", "hall", "2026-11-20", "a" * 64)
SERVED = life.PaperServed(RECEIPT.number, "counter", "2026-11-20")
GOOD = life.CaseRated("window", 5, ["quick"])


def add(zone: Zone, case_id: UUID, event: Any, by: Any = None, role: str = "reception", **more: Any) -> None:
    zone.act_here(services.add_to_case, case_id, by or clerk(), event=event, role=role, **more)
    zone.settle()


def take_up(zone: Zone, case_id: UUID, body: Any, *, author: str = JIYANG, sealed: Any = ()) -> None:
    with scope([LINYI]):
        services.take_up_addition(
            node=zone.linyi, region=LINYI, case_id=case_id, author=author, body=body, sealed=sealed, proposal="p" * 64,
            by=system(LINYI), at=zone.at,
        )  # fmt: skip


def test_a_paper_of_the_place_that_does_not_hold_it_is_issued_and_served(zone: Zone) -> None:
    case_id = zone.taken_over()
    add(zone, case_id, RECEIPT)
    add(zone, case_id, SERVED)
    (paper,) = zone.there(case_id).papers
    assert (paper.name.zh, paper.place_name, paper.way) == ("收件凭证", "济阳区", "counter")
    assert zone.here(case_id).papers == zone.there(case_id).papers


def test_at_home_it_lies_on_the_chain_at_once(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    zone.act_here(services.add_to_case, case_id, clerk(), event=RECEIPT, role="reception")
    assert zone.here(case_id).papers[0].number == RECEIPT.number


SUPERVISOR = Actor("staff", "s-wei", LINYI, frozenset({"supervisor"}))


def test_the_same_paper_again_changes_nothing_and_another_takes_no_number_twice(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    for _ in range(2):
        zone.act_here(services.add_to_case, case_id, clerk(), event=RECEIPT, role="reception")
    assert len(zone.here(case_id).papers) == 1
    other = life.PaperIssued("receipt", RECEIPT.number, "hall", "2026-11-20", "b" * 64)
    with pytest.raises(services.PaperNumberTaken):
        zone.act_here(services.add_to_case, case_id, clerk(), event=other, role="reception")


def test_after_the_end_it_is_rated_once(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.act_here(services.withdraw_case, case_id)
    zone.settle()
    add(zone, case_id, GOOD, citizen(), "citizen")
    add(zone, case_id, life.CaseRated("window", 1), citizen(), "citizen")
    assert zone.there(case_id).ratings == ()
    (rating,) = zone.there(case_id, SUPERVISOR).ratings
    assert (rating.about, rating.grade, rating.tags) == ("window", 5, ("quick",))
    with pytest.raises(services.RatedAlready), scope([LINYI]):
        services.add_to_case(
            node=zone.linyi, region=LINYI, case_id=case_id, event=GOOD, cmd=UUID(int=1), by=examiner(), role="examiner",
            at=zone.at,
        )  # fmt: skip


def test_urged_once_a_day(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.act_here(services.urge_case, case_id)
    zone.settle()
    assert (zone.there(case_id).urged, zone.here(case_id).timeline[-1].sentence.zh) == (1, "申请人催办")
    with pytest.raises(services.UrgedToday):
        zone.act_here(services.urge_case, case_id)
    zone.at += timedelta(days=1)
    zone.act_here(services.urge_case, case_id)
    zone.settle()
    assert zone.there(case_id).urged == 2


def test_what_came_too_late_is_answered_on_the_record(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.do(services.not_accept, case_id, reason="不属于备案范围", article="第三条")
    take_up(zone, case_id, {"event": "urged", "body": {"by": "applicant"}})
    assert zone.there(case_id).timeline[-1].sentence.zh.startswith("请求未采纳")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": "approved", "body": {"decided_by": "examiner"}},
        {"event": "rated", "body": {"about": "window"}},
        {"event": "rated", "body": {"about": "window", "grade": 9}},
        {"event": "rated", "body": {"about": "window", "grade": True}},
        {"event": "rated", "body": {"about": "window", "grade": 5, "tags": ["很" * 200]}},
        {"event": "served", "body": {"number": "x", "way": "pigeon"}},
        {"event": "paper_issued", "body": RECEIPT.body() | {"digest": "x"}},
        {"event": "tolerated_supplied", "body": {"materials": ["identity"]}},
        {"event": "urged", "body": ["applicant"]},
    ],
)
def test_a_peer_adds_nothing_else(zone: Zone, body: Any) -> None:
    case_id = zone.taken_over()
    with pytest.raises(services.AdditionUnusable):
        take_up(zone, case_id, body)


def test_a_peer_brings_no_other_parts(zone: Zone) -> None:
    case_id = zone.taken_over()
    false = SealedRef("application", "1", "a" * 64, "b" * 64, 10)
    with pytest.raises(services.AdditionUnusable):
        take_up(zone, case_id, {"event": "rated", "body": GOOD.body()}, sealed=(false,))


def test_nobody_speaks_for_another_place(zone: Zone) -> None:
    case_id = zone.taken_over()
    with pytest.raises(Forbidden):
        take_up(zone, case_id, {"event": "rated", "body": GOOD.body()}, author=HUIMIN)
    take_up(zone, case_id, {"event": "paper_issued", "body": RECEIPT.body() | {"place": LINYI}})
    assert zone.there(case_id).papers[0].place == JIYANG


def test_only_what_was_issued_is_served_once(zone: Zone) -> None:
    case_id = zone.taken_over()
    served = {"event": "served", "body": SERVED.body()}
    with pytest.raises(services.PaperUnknown):
        take_up(zone, case_id, served)
