"""Where one person alone may not decide: an examiner's opinion first, and somebody else decides; countersignatures are waited for."""

from typing import Any
from uuid import UUID

import pytest

from tests.cast import LINYI, examiner
from tongban.cases import services
from tongban.cases.services.examining import NobodyAsked, OpinionMissing
from tongban.cases.tests.people_there import chief, supervisor
from tongban.cases.tests.zone import Zone
from tongban.kernel.actors import Actor

GOOD = {"recommends": "approve", "reasons": "材料齐全，居住属实"}
EVERYTHING = Actor("staff", "s-all", LINYI, frozenset({"acceptance", "examiner", "chief"}))


def four_eyes(document: Any) -> None:
    document["policy"]["single_examiner"] = False


@pytest.fixture
def strict(db: None, node: Any, linyi: Any, huimin: Any, at: Any) -> Zone:
    return Zone(node, linyi, huimin, at).found(four_eyes)


@pytest.fixture
def examined(strict: Zone) -> UUID:
    case_id = strict.accepted()
    strict.do(services.examine_case, case_id, **GOOD)
    return case_id


def test_the_chief_decides_on_the_examiners_opinion(strict: Zone, examined: UUID) -> None:
    case = strict.there(examined, chief())
    assert case.examined and case.examined.opinion == "材料齐全，居住属实"
    assert {"approve", "refuse"} <= case.actions
    strict.do(services.approve_case, examined, chief())
    assert strict.there(examined).state == "decided_pending_effect"


def test_the_examiner_does_not_decide(strict: Zone, examined: UUID) -> None:
    assert not strict.there(examined).actions & {"approve", "refuse"}
    with pytest.raises(services.SamePerson):
        strict.do(services.approve_case, examined)


def test_without_an_opinion_nobody_decides(strict: Zone) -> None:
    case_id = strict.accepted()
    with pytest.raises(services.ExaminationMissing):
        strict.do(services.refuse_case, case_id, chief(), reason="不符合", article="第三条")


@pytest.mark.parametrize("first", [services.accept_case, services.examine_case])
def test_who_accepted_or_examined_does_not_decide_in_another_role(strict: Zone, first: Any) -> None:
    case_id = strict.taken_over()
    accepts = EVERYTHING if first is services.accept_case else examiner()
    examines = EVERYTHING if first is services.examine_case else examiner()
    strict.do(services.accept_case, case_id, accepts)
    strict.do(services.examine_case, case_id, examines, **GOOD)
    with pytest.raises(services.SamePerson):
        strict.do(services.approve_case, case_id, EVERYTHING)


def test_an_opinion_has_its_reasons(strict: Zone) -> None:
    case_id = strict.accepted()
    for wrong in ({"recommends": "perhaps"}, {"reasons": " "}, {"recommends": "refuse", "article": ""}):
        with pytest.raises(OpinionMissing):
            strict.do(services.examine_case, case_id, **(GOOD | wrong))


def test_the_offices_opinion_is_not_the_applicants_reason(strict: Zone, examined: UUID) -> None:
    strict.settle()
    here = strict.here(examined)
    assert here.examined is None and "居住属实" not in str(here)


def test_one_person_alone_where_the_item_says_so(zone: Zone) -> None:
    case_id = zone.accepted()
    zone.do(services.approve_case, case_id)
    assert zone.there(case_id).state == "decided_pending_effect"


def test_a_decision_waits_for_the_countersignature(zone: Zone) -> None:
    case_id = zone.accepted()
    zone.do(services.ask_countersign, case_id, role="supervisor", note="涉及两地标准")
    with pytest.raises(services.CountersignPending):
        zone.do(services.approve_case, case_id)
    assert "countersign" in zone.there(case_id, supervisor()).actions
    zone.do(services.countersign, case_id, supervisor(), opinion="agree")
    zone.do(services.approve_case, case_id)
    assert zone.there(case_id).countersigns[0].opinion == "agree"


def test_nobody_answers_their_own_question(zone: Zone) -> None:
    case_id = zone.accepted()
    zone.do(services.ask_countersign, case_id, role="examiner", note="请同事看")
    with pytest.raises(NobodyAsked):
        zone.do(services.countersign, case_id, opinion="agree")
    colleague = Actor("staff", "s-colleague", LINYI, frozenset({"examiner"}))
    zone.do(services.countersign, case_id, colleague, opinion="disagree", note="还需核实")
    assert zone.there(case_id).countersigns[0].note == "还需核实"
