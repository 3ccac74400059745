"""A doubled click acts once, and the second one is not told that the first was wrong."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, clerk
from tongban.cases import services
from tongban.cases.services.pausing import LimitOver
from tongban.cases.tests.people_there import chief, supervisor
from tongban.cases.tests.test_pause import extendable, pause
from tongban.cases.tests.zone import Zone
from tongban.exchange.services import CommandReused
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope


@pytest.fixture
def zone(db: None, node: Any, linyi: Any, huimin: Any, at: Any) -> Zone:
    return Zone(node, linyi, huimin, at).found(extendable)


def twice(zone: Zone, service: Any, case_id: UUID, by: Any = None, **given: Any) -> None:
    before = zone.there(case_id).head
    known = {"cmd": new_id(), "expected_seq": before, **given}
    for _ in range(2):
        zone.do(service, case_id, by, **known)
    assert zone.there(case_id).head == before + 1


def test_at_the_deciding_place(zone: Zone) -> None:
    case_id = zone.taken_over()
    twice(zone, services.request_correction, case_id, fields=["filing.address"], materials=[], note="补正")


def test_lists_pauses_and_terms(zone: Zone) -> None:
    case_id = zone.accepted()
    twice(zone, services.extend_limit, case_id, chief(), days=3, note="复杂")
    pause(zone, case_id)
    twice(zone, services.end_special_procedure, case_id)
    zone.do(services.ask_countersign, case_id, role="supervisor", note="请看")
    twice(zone, services.countersign, case_id, supervisor(), opinion="agree")
    twice(zone, services.recuse, case_id, chief(), note="亲属")


@pytest.mark.parametrize(
    ("service", "given"),
    [
        (services.examine_case, {"recommends": "approve", "reasons": "好"}),
        (services.approve_case, {}),
        (services.refuse_case, {"reason": "不", "article": "第三条"}),
    ],
)
def test_what_accepts_first_where_that_was_not_done(zone: Zone, service: Any, given: dict[str, Any]) -> None:
    case_id = zone.taken_over()
    head, cmd = zone.there(case_id).head, new_id()
    for _ in range(2):
        zone.do(service, case_id, cmd=cmd, expected_seq=head, **given)
    assert zone.there(case_id).head == head + 2


def test_at_the_receiving_place(zone: Zone) -> None:
    case_id = zone.submit(zone.draft(), precheck=True).case_id
    cmd = new_id()
    with scope([JIYANG]):
        for _ in range(2):
            services.receive_case(
                node=zone.jiyang, region=JIYANG, case_id=case_id, expected_seq=2, cmd=cmd, by=clerk(), at=zone.at
            )
    for _ in range(2):
        zone.act_here(services.withdraw_case, case_id, cmd=UUID(int=7))
    assert zone.here(case_id).state == "withdrawn"


def test_asked_of_the_other_place(zone: Zone) -> None:
    case_id = zone.taken_over()
    for service, cmd in ((services.urge_case, new_id()), (services.withdraw_case, new_id())):
        for _ in range(2):
            zone.act_here(service, case_id, cmd=cmd)
            zone.settle()
    assert (zone.there(case_id).urged, zone.there(case_id).state) == (1, "withdrawn")


def test_another_act_under_the_same_name_is_still_refused(zone: Zone) -> None:
    case_id, cmd = zone.accepted(), new_id()
    zone.do(services.extend_limit, case_id, chief(), days=3, note="复杂", cmd=cmd)
    with pytest.raises(CommandReused):
        zone.do(services.refuse_case, case_id, reason="不", article="第三条", cmd=cmd)


def test_a_limit_that_is_over_is_not_extended(zone: Zone) -> None:
    case_id = zone.accepted()
    zone.at += timedelta(days=6)
    with pytest.raises(LimitOver):
        zone.do(services.extend_limit, case_id, chief(), days=3, note="复杂")


def test_who_is_kept_away_is_a_reference_and_no_story(zone: Zone) -> None:
    case_id = zone.taken_over()
    with pytest.raises(Missing):
        zone.do(services.recuse, case_id, chief(), officer="申请人的表弟王某", note="亲属")
