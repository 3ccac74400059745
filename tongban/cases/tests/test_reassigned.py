"""The deciding place's node is gone for good: by order of the alliance the receiving place goes on and decides (R17)."""

from datetime import timedelta

import pytest

from tests.cast import JIYANG, LINYI, examiner
from tongban.alliance import documents
from tongban.alliance import queries as alliance
from tongban.alliance.fences import Order
from tongban.alliance.tests.factories import ROOTS, TRUST
from tongban.alliance.tests.rotating import next_list
from tongban.cases import queries, services
from tongban.cases.record import RecordFaulty, read_members, verify_record, write_members
from tongban.cases.states import NotThisPlace, require_author
from tongban.cases.tests.zone import Zone
from tongban.exchange.lists import take_list
from tongban.exchange.services import collect_fences
from tongban.kernel.actors import system
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope


def reassign(zone: Zone, case_id, *, times: int = 1):
    """临邑 is suspended an hour later; its case goes to 济阳."""
    at = zone.at + timedelta(hours=1)
    take_list(node=zone.jiyang, raw=next_list(at, suspended=[zone.linyi.id]), trust=TRUST, at=at)
    # Only 济阳 is left, so nobody is asked.
    found = collect_fences(zone.jiyang, region=JIYANG, case_id=case_id, at=at, client=None)  # type: ignore[arg-type]
    order = Order("demo", 1, 2, case_id, found.seq, found.head, found.taken_from, JIYANG, found.raws)
    signed = documents.sign_order(order.as_json(), keys=ROOTS[:2]).raw
    for _ in range(times):
        with scope([JIYANG]):
            services.go_on_by_order(
                node=zone.jiyang, region=JIYANG, case_id=case_id, order=signed, by=system(JIYANG), at=at
            )
    return at


def as_seen(zone: Zone, case_id):
    with scope([JIYANG]):
        return queries.get_case(node=zone.jiyang, region=JIYANG, case_id=case_id, by=examiner(JIYANG), at=zone.at)


@pytest.fixture
def case_id(zone: Zone):
    case_id = zone.taken_over()
    zone.network.settle(zone.at)
    return case_id


def test_the_new_place_accepts_and_decides(zone: Zone, case_id) -> None:
    """R17: from then on it is the deciding place."""
    at = reassign(zone, case_id)
    for act, more in ((services.accept_case, {}), (services.approve_case, {"note": "由联盟指定接办"})):
        values = {"expected_seq": as_seen(zone, case_id).head, "cmd": new_id(), "by": examiner(JIYANG), "at": at}
        with scope([JIYANG]):
            act(node=zone.jiyang, region=JIYANG, case_id=case_id, **values, **more)
    assert as_seen(zone, case_id).state == "decided_pending_effect"


def test_the_same_order_twice_is_one_event(zone: Zone, case_id) -> None:
    """R17"""
    before = as_seen(zone, case_id).head
    reassign(zone, case_id, times=2)
    case = as_seen(zone, case_id)
    assert (case.head, case.timeline[-1].sentence.zh) == (before + 1, "联盟指定济阳区接办，原由临邑县办理")


def test_a_record_proves_the_order(zone: Zone, case_id) -> None:
    """R17: with both lists; without the one that suspends, it proves nothing."""
    at = reassign(zone, case_id)
    with scope([JIYANG]):
        record = queries.export_record(node=zone.jiyang, region=JIYANG, case_id=case_id, by=examiner(JIYANG), at=at)
    lists = [alliance.get_list_bytes(version) for version in (1, 2)]
    assert verify_record(record, members=read_members(write_members(TRUST, lists))).state == "received"
    with pytest.raises(RecordFaulty):
        verify_record(record, members=read_members(write_members(TRUST, lists[:1])))


def test_the_place_before_may_write_nothing_of_a_decision() -> None:
    """R17: the power to decide is where the order put it."""
    with pytest.raises(NotThisPlace):
        require_author("approved", LINYI, receiving=JIYANG, deciding=JIYANG)
