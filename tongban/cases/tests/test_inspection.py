"""After the decision: told, taken on, answered, ordered, put right or revoked; at the deciding place, and at the other one."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, citizen, examiner
from tongban.cases import inspections, queries, services
from tongban.cases.defined import NotAsDefined
from tongban.cases.fold import _recent, is_supervised
from tongban.cases.inspection_changes import InspectionElsewhere, inspectors
from tongban.cases.inspection_events import InspectionAsked, InspectionClaimed, OrderedToCorrect
from tongban.cases.models import Case
from tongban.cases.services.deciding import ReasonMissing
from tongban.cases.services.inspecting import (
    AnotherOffice,
    FindingMissing,
    InspectedIt,
    NotHeard,
    OrderIncomplete,
    OrderStillRuns,
    TakeItOnFirst,
)
from tongban.cases.tests.zone import Zone
from tongban.cases.writing import Step, seal_text, write
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor, system
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope

TEXT = {"zh": "核查", "en": "Check"}
SUPERVISION = {
    "office": "health-inspection", "name": {"zh": "卫生监督机构", "en": "Health inspection"}, "at": "deciding",
    "situations": ["long_term_permit"], "remedy": {"zh": "可以申请行政复议。", "en": "You may object."}, "basis": [], "verified": False,
}  # fmt: skip
ARTICLE = "行政许可法第六十九条"


def supervised(at: str = "deciding", days: int = 30) -> Any:
    """The service, looked after by an office at the deciding or the receiving place, within so many days; 0: no pledge."""

    def amend(document: Any) -> None:
        document["supervision"] = SUPERVISION | {"at": at, "basis": [document["basis"][0]["id"]]}
        situation = next(each for each in document["situations"] if each["id"] == "long_term_permit")
        if days:
            basis = [document["basis"][0]["id"]]
            situation["post_check"] = {"days": days, "text": TEXT, "task": TEXT, "basis": basis, "verified": False}

    return amend


@pytest.fixture
def zone(db: None, node: Node, linyi: Node, huimin: Node, at: Any) -> Zone:
    return Zone(node, linyi, huimin, at).found(supervised())


def inspector(region: str = LINYI, ref: str = "s-qian", office: str = "health-inspection") -> Actor:
    return Actor("staff", ref, region, frozenset({"inspector"}), office=office)


def chief(ref: str = "s-lihua") -> Actor:
    return Actor("staff", ref, LINYI, frozenset({"chief"}), office="medical-insurance")


def in_effect(zone: Zone) -> UUID:
    case_id = zone.taken_over()
    zone.assess(case_id)
    with scope([LINYI]):
        services.record_effect(
            node=zone.linyi, region=LINYI, case_id=case_id, acknowledgement="W-1", valid_from=date(2026, 11, 20), by=system(LINYI),
            at=zone.at,
        )  # fmt: skip
    return case_id


def asked(zone: Zone) -> UUID:
    case_id = in_effect(zone)
    assert machine(zone, services.ask_inspection, case_id)
    return case_id


def machine(zone: Zone, service: Any, case_id: UUID, **given: Any) -> Any:
    with scope([LINYI]):
        return service(
            **{"node": zone.linyi, "region": LINYI, "case_id": case_id, "by": system(LINYI), "at": zone.at} | given
        )


def inspect(zone: Zone, service: Any, case_id: UUID, by: Actor | None = None, **given: Any) -> None:
    by = by or inspector()
    node = {LINYI: zone.linyi, JIYANG: zone.jiyang}[by.region]
    with scope([by.region]):
        service(
            **{"node": node, "region": by.region, "case_id": case_id, "cmd": new_id(), "by": by, "at": zone.at} | given
        )


def differing(zone: Zone) -> UUID:
    case_id = asked(zone)
    inspect(zone, services.claim_inspection, case_id)
    given = {"finding": "differs", "points": ["residence"], "article": ARTICLE, "note": "未设消毒间"}
    inspect(zone, services.report_inspection, case_id, **given)
    return case_id


def ordered(zone: Zone) -> UUID:
    case_id = differing(zone)
    inspect(zone, services.order_to_correct, case_id, due_on=date(2026, 12, 1), article=ARTICLE, note="设消毒间")
    return case_id


def revoke(zone: Zone, case_id: UUID, by: Actor | None = None, **given: Any) -> None:
    said = {"reason": "逾期未改正", "article": ARTICLE, "heard": True}
    zone.do(services.revoke_decision, case_id, by=by or chief(), **said | given)


def kinds(case_id: UUID) -> list[str]:
    with scope([LINYI]):
        return [e.payload.kind_name.removeprefix("cases.") for e in exchange.get_chain(region=LINYI, case_id=case_id)]


def test_the_office_is_told_once_with_the_day_of_a_pledge(zone: Zone) -> None:
    case_id = asked(zone)
    assert not machine(zone, services.ask_inspection, case_id)
    found = zone.there(case_id).inspection
    assert found and (found.state, found.pledged, found.due_on) == ("asked", True, date(2026, 12, 20))
    assert (found.office.zh, found.place) == ("卫生监督机构", LINYI)


def test_nobody_is_told_before_it_is_in_effect(zone: Zone) -> None:
    case_id = zone.taken_over()
    zone.assess(case_id)
    assert not machine(zone, services.ask_inspection, case_id)
    assert "inspection_asked" not in kinds(case_id)


def test_found_as_pledged_nothing_follows(zone: Zone) -> None:
    case_id = asked(zone)
    inspect(zone, services.claim_inspection, case_id)
    inspect(zone, services.report_inspection, case_id, finding="in_order", note="与承诺一致")
    zone.settle()
    here = zone.here(case_id).inspection
    assert here and here.answer and (here.state, here.answer.notice, here.officer) == ("in_order", "与承诺一致", "")
    assert zone.here(case_id).state == "closed"


def test_what_differs_is_ordered_and_put_right(zone: Zone) -> None:
    case_id = ordered(zone)
    found = zone.there(case_id).inspection
    assert found and (found.state, found.due_on, found.orders[0].notice) == ("ordered", date(2026, 12, 1), "设消毒间")
    assert found.answer and [label.zh for label in found.answer.points]
    zone.settle()
    assert "轮到您" in zone.here(case_id).whose_turn.zh and "2026年12月1日" in zone.here(case_id).whose_turn.zh
    inspect(zone, services.confirm_corrected, case_id)
    assert kinds(case_id)[-4:] == ["inspection_claimed", "inspected", "ordered_to_correct", "order_met"]


def test_a_day_may_be_set_anew(zone: Zone) -> None:
    case_id = ordered(zone)
    inspect(zone, services.order_to_correct, case_id, due_on=date(2026, 12, 30), article=ARTICLE, note="再给一次期限")
    found = zone.there(case_id).inspection
    assert found and (len(found.orders), found.due_on) == (2, date(2026, 12, 30))


def test_after_the_day_the_chief_revokes_and_the_applicant_reads_why(zone: Zone) -> None:
    case_id = ordered(zone)
    zone.at += timedelta(days=20)
    revoke(zone, case_id)
    zone.settle()
    here = zone.here(case_id)
    assert here.inspection and here.inspection.revoked and here.inspection.remedy
    assert (here.state, here.inspection.revoked.notice) == ("revoked", "逾期未改正")
    assert "救济" in here.whose_turn.zh


@pytest.mark.parametrize(
    ("given", "refusal"),
    [({}, OrderStillRuns), ({"heard": False}, NotHeard), ({"reason": " "}, ReasonMissing), ({"by": chief("s-qian")}, InspectedIt)],
)  # fmt: skip
def test_nothing_is_revoked_too_early_unheard_without_reason_or_by_who_inspected(
    zone: Zone, given: Any, refusal: Any
) -> None:
    case_id = ordered(zone)
    with pytest.raises(refusal):
        revoke(zone, case_id, **given)
    assert zone.there(case_id).state == "closed"


def test_what_is_in_order_cannot_be_revoked(zone: Zone) -> None:
    case_id = asked(zone)
    with pytest.raises(InspectionElsewhere):
        revoke(zone, case_id)


def test_only_who_took_it_on_answers_and_a_colleague_may_take_it_on(zone: Zone) -> None:
    case_id = asked(zone)
    colleague = inspector(ref="s-zhou")
    inspect(zone, services.claim_inspection, case_id)
    with pytest.raises(TakeItOnFirst):
        inspect(zone, services.report_inspection, case_id, by=colleague, finding="in_order")
    inspect(zone, services.claim_inspection, case_id, by=colleague)
    inspect(zone, services.report_inspection, case_id, by=colleague, finding="in_order")


def test_another_office_and_whoever_only_decides_do_not_inspect(zone: Zone) -> None:
    case_id = asked(zone)
    with pytest.raises(Missing):
        inspect(zone, services.claim_inspection, case_id, by=inspector(office="fire"))
    both = Actor("staff", "s-both", LINYI, frozenset({"inspector", "examiner"}), office="medical-insurance")
    with pytest.raises(AnotherOffice):
        inspect(zone, services.claim_inspection, case_id, by=both)


@pytest.mark.parametrize(
    "given", [{"finding": ""}, {"finding": "differs", "note": "有"}, {"finding": "in_order", "points": ["nothing"]}]
)
def test_a_finding_says_what_and_why(zone: Zone, given: Any) -> None:
    case_id = asked(zone)
    inspect(zone, services.claim_inspection, case_id)
    with pytest.raises(FindingMissing):
        inspect(zone, services.report_inspection, case_id, **given)


@pytest.mark.parametrize("day", [None, date(2026, 11, 20), date(2027, 11, 20)])
def test_an_order_has_a_day_within_reason(zone: Zone, day: date | None) -> None:
    case_id = differing(zone)
    with pytest.raises(OrderIncomplete):
        inspect(zone, services.order_to_correct, case_id, due_on=day, article=ARTICLE, note="设消毒间")


def test_an_inspector_sees_the_cases_of_the_own_office_and_no_other(zone: Zone) -> None:
    case_id, other = asked(zone), in_effect(zone)
    with scope([LINYI]):
        rows = inspections.list_inspections(node=zone.linyi, region=LINYI, tray="open", by=inspector(), at=zone.at)
        assert [(row.case_id, row.pledged, row.lamp) for row in rows] == [(case_id, True, "green")]
        with pytest.raises(Missing):
            queries.get_case(node=zone.linyi, region=LINYI, case_id=other, by=inspector(), at=zone.at)
    assert zone.there(case_id, inspector()).applicant["name"] == "罗建国"


def test_what_is_late_is_listed_counted_and_told_once(zone: Zone) -> None:
    case_id = asked(zone)
    late = zone.at + timedelta(days=40)
    assert machine(zone, services.note_overdue, case_id) is False
    assert machine(zone, services.note_overdue, case_id, at=late) is True
    assert machine(zone, services.note_overdue, case_id, at=late) is False
    with scope([LINYI]):
        [row] = inspections.list_inspections(node=zone.linyi, region=LINYI, tray="overdue", by=chief(), at=late)
        counts = inspections.count_inspections(region=LINYI, by=chief(), at=late)
    assert (row.lamp, row.reported, counts) == ("red", True, {"open": 1, "overdue": 1})


def test_the_applicant_sees_neither_who_inspects_nor_what_the_offices_tell_each_other(zone: Zone) -> None:
    case_id = ordered(zone)
    machine(zone, services.note_overdue, case_id, at=zone.at + timedelta(days=40))
    zone.settle()
    said = " ".join(entry.sentence.zh for entry in zone.here(case_id, citizen()).timeline)
    assert "责令于" in said and "认领" not in said and "督办" not in said


def test_without_a_pledge_there_is_no_day(db: None, node: Node, linyi: Node, huimin: Node, at: Any) -> None:
    zone = Zone(node, linyi, huimin, at).found(supervised(days=0))
    found = zone.there(asked(zone)).inspection
    assert found and (found.pledged, found.due_on, found.overdue) == (False, None, False)


def test_the_office_of_the_receiving_place_answers_through_the_holder(
    db: None, node: Node, linyi: Node, huimin: Node, at: Any
) -> None:
    zone = Zone(node, linyi, huimin, at).found(supervised(at="receiving"))
    case_id, there = asked(zone), inspector(JIYANG)
    zone.settle()
    with pytest.raises(Missing):
        inspect(zone, services.claim_inspection, case_id, by=inspector(LINYI))
    for service, given in (
        (services.claim_inspection, {}),
        (services.report_inspection, {"finding": "differs", "article": ARTICLE, "note": "无此人"}),
        (services.order_to_correct, {"due_on": date(2026, 12, 1), "article": ARTICLE, "note": "改正"}),
    ):
        inspect(zone, service, case_id, by=there, **given)
        zone.settle()
    found = zone.there(case_id, examiner()).inspection
    assert found and (found.state, found.place, found.orders[0].notice) == ("ordered", JIYANG, "改正")


def test_an_item_that_names_an_office_wakes_the_machine(zone: Zone) -> None:
    case_id = in_effect(zone)
    with scope([LINYI]):
        assert all(is_supervised(event) for event in exchange.get_chain(region=LINYI, case_id=case_id))


def test_an_item_without_an_office_does_not(db: None, node: Node, linyi: Node, huimin: Node, at: Any) -> None:
    zone = Zone(node, linyi, huimin, at).found()
    case_id = in_effect(zone)
    with scope([LINYI]):
        assert not any(is_supervised(event) for event in exchange.get_chain(region=LINYI, case_id=case_id))
    assert not machine(zone, services.ask_inspection, case_id)


def test_who_inspected_it_does_not_revoke_it_after_a_colleague_took_it_on(zone: Zone) -> None:
    case_id = ordered(zone)
    inspect(zone, services.claim_inspection, case_id, by=inspector(ref="s-zhou"))
    zone.at += timedelta(days=20)
    for ref in ("s-qian", "s-zhou"):
        with pytest.raises(InspectedIt):
            revoke(zone, case_id, by=chief(ref))


def test_a_fold_of_before_knows_the_last_one_and_who_answered() -> None:
    assert inspectors({"officer": "s-zhou", "answer": {"by": "s-qian"}}) == {"s-qian", "s-zhou"}


@pytest.mark.parametrize("asked_of", [("fire", LINYI), ("health-inspection", JIYANG)])
def test_a_peer_tells_no_office_that_the_item_does_not_name(zone: Zone, asked_of: tuple[str, str]) -> None:
    case_id = in_effect(zone)
    step = Step(InspectionAsked(*asked_of, pledged=True, due_on="2026-12-20"))
    with pytest.raises(NotAsDefined):
        machine(zone, write, case_id, steps=[step], cmd=new_id(), role="system")


@pytest.mark.parametrize("day", ["20261201", "2026-W49-2", "soon", ""])
def test_a_day_has_one_form_on_the_chain(zone: Zone, day: str) -> None:
    case_id = differing(zone)
    step = Step(OrderedToCorrect(day, ARTICLE, place=LINYI))
    with pytest.raises(NotAsDefined):
        machine(zone, write, case_id, steps=[step], cmd=new_id(), role="system")


def told_from_there(
    zone: Zone, case_id: UUID, name: str, body: dict[str, Any], *, notice: bool = True
) -> None:  # fmt: skip
    """As the node of 济阳 may ask for it, whatever its own services would allow."""
    sealed = seal_text(node=zone.linyi, region=LINYI, case_id=case_id, name="notice", text="改正")
    refs = (sealed.ref,) if notice else ()
    given = {"author": JIYANG, "body": {"event": name, "body": body}, "sealed": refs, "proposal": "p" * 64}
    machine(zone, services.take_up_addition, case_id, **given)


@pytest.fixture
def there(db: None, node: Node, linyi: Node, huimin: Node, at: Any) -> tuple[Zone, UUID]:
    """The office of 济阳 has taken it on."""
    zone = Zone(node, linyi, huimin, at).found(supervised(at="receiving"))
    case_id = asked(zone)
    zone.settle()
    inspect(zone, services.claim_inspection, case_id, by=inspector(JIYANG))
    zone.settle()
    return zone, case_id


def test_what_differs_there_is_told_to_the_applicant(there: tuple[Zone, UUID]) -> None:
    zone, case_id = there
    with scope([LINYI]), pytest.raises(services.AdditionUnusable):
        told_from_there(zone, case_id, "inspected", {"finding": "differs", "article": ARTICLE}, notice=False)


@pytest.mark.parametrize("day", ["20261201", "2026-11-20", "2027-05-20", "9999-12-31"])
def test_an_order_from_there_leaves_time_and_not_for_ever(there: tuple[Zone, UUID], day: str) -> None:
    zone, case_id = there
    said = {"finding": "differs", "article": ARTICLE, "note": "无此人"}
    inspect(zone, services.report_inspection, case_id, by=inspector(JIYANG), **said)
    zone.settle()
    with scope([LINYI]), pytest.raises(services.AdditionUnusable):
        told_from_there(zone, case_id, "ordered_to_correct", {"due_on": day, "article": ARTICLE})
    with scope([LINYI]), pytest.raises(services.AdditionUnusable):
        told_from_there(zone, case_id, "ordered_to_correct", {"due_on": "2026-12-01", "article": ARTICLE}, notice=False)


def test_what_was_told_or_is_not_held_here_keeps_nothing_late_waiting(zone: Zone) -> None:
    told, untold, late = asked(zone), asked(zone), zone.at + timedelta(days=40)
    machine(zone, services.note_overdue, told, at=late)
    zone.settle()
    with scope([LINYI]):
        assert inspections.list_to_report(region=LINYI, at=late) == [untold]
    with scope([JIYANG]):
        assert inspections.list_to_report(region=JIYANG, at=late) == []
        assert len(inspections.list_late(region=JIYANG, at=late)) == 2


def test_what_an_older_release_passed_over_is_folded_when_something_builds_on_it(zone: Zone) -> None:
    """It did not know the kind: its row stands where the chain stands, and says nothing of the inspection."""
    case_id = asked(zone)
    with scope([LINYI]):
        row = Case.objects.get(case_id=case_id, region=LINYI)
        row.folded, row.inspection = row.folded | {"inspection": {}}, ""
        row.save(update_fields=["folded", "inspection"])
    _recent.cache_clear()
    machine(zone, write, case_id, steps=[Step(InspectionClaimed("s-zhou", place=LINYI))], cmd=new_id(), role="system")
    with scope([LINYI]):
        found = Case.objects.get(case_id=case_id, region=LINYI)
    assert (found.inspection, found.folded["inspection"]["officer"]) == ("claimed", "s-zhou")
