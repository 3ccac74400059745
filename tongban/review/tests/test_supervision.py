"""The machine's part after a decision: who outside is told of a revocation, once; and who is told of what is late."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.cast import ITEM, LINYI, LUO
from tongban.cases import inspection_events as events
from tongban.cases import services as cases
from tongban.cases.writing import Step, write
from tongban.catalogue.layers import load_document
from tongban.kernel import registries
from tongban.kernel.actors import Actor, system
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review import supervision, supervision_jobs
from tongban.review.adapters.base import Silent
from tongban.review.adapters.revocations import Noted, Revocation, _read
from tongban.review.supervision import RevocationUnheard
from tongban.review.tests.factories import Platform, Road

EFFECT = "insurance-platform"
INSPECTOR = Actor("staff", "s-qian", LINYI, frozenset({"inspector"}), office="health")
CHIEF = Actor("staff", "s-lihua", LINYI, frozenset({"chief"}), office="hall")
SUPERVISION = {
    "office": "health", "name": {"zh": "卫生监督机构", "en": "Health inspection"}, "at": "deciding", "situations": ["long_term_permit"],
    "remedy": {"zh": "可以申请行政复议。", "en": "You may object."}, "verified": False,
}  # fmt: skip


@pytest.fixture
def road(road: Road) -> Road:
    """The item names the office that looks after it."""
    document = load_document(ITEM, LINYI)
    supervision = SUPERVISION | {"basis": [document["basis"][0]["id"]]}
    road.publish(
        ITEM, {**document, "version": document["version"] + 1, "valid_from": "2020-01-02", "supervision": supervision}
    )
    return road


@dataclass
class Tells:
    """A system that notes what it is told; `silent` for so many times first."""

    silent: int = 0
    told: list[tuple[UUID, Revocation]] = field(default_factory=list)

    def tell(self, *, key: UUID, revocation: Revocation) -> Noted | Silent:
        self.told.append((key, revocation))
        self.silent -= 1
        return Silent("timeout") if self.silent >= 0 else Noted("R-1")


def inspected(road: Road, *, pledged: bool = True) -> UUID:
    """In effect, and found otherwise by the office that was told."""
    case_id = road.approved()
    road.push(case_id, Platform())
    due_on = (legal_day(road.at) + timedelta(days=30)).isoformat() if pledged else ""
    here: dict[str, Any] = {"node": road.linyi, "region": LINYI, "case_id": case_id, "at": road.at}
    step = Step(events.InspectionAsked("health", LINYI, pledged=pledged, due_on=due_on))
    with scope([LINYI]):
        write(**here, steps=[step], cmd=new_id(), by=system(LINYI), role="system")
        cases.claim_inspection(**here, cmd=new_id(), by=INSPECTOR)
    return case_id


def revoked(road: Road, *, pledged: bool = True) -> UUID:
    case_id = inspected(road, pledged=pledged)
    here: dict[str, Any] = {"node": road.linyi, "region": LINYI, "case_id": case_id, "at": road.at}
    said = {"finding": "differs", "note": "并无此事", "article": "第六十九条"}
    with scope([LINYI]):
        cases.report_inspection(**here, **said, cmd=new_id(), by=INSPECTOR)
        head = road.opened(case_id).case.seq
        cases.revoke_decision(
            **here, reason="虚假承诺", article="第六十九条", heard=True, expected_seq=head, cmd=new_id(), by=CHIEF
        )
    return case_id


def tell(road: Road, case_id: UUID, **systems: Tells) -> None:
    known = {name.replace("_", "-"): system for name, system in systems.items()}
    supervision.tell_revocation(
        node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at, systems=known
    )  # fmt: skip


def told_on_chain(road: Road, case_id: UUID) -> list[str]:
    return [
        event.payload.body["system"]
        for event in road.chain(case_id)
        if event.payload.kind_name == "cases.revocation_told"
    ]


def test_a_broken_pledge_is_told_to_the_register_and_to_the_credit_record_once(road: Road) -> None:
    case_id, register, credit = revoked(road), Tells(), Tells()
    for _ in range(2):
        tell(road, case_id, insurance_platform=register, credit=credit)
    assert told_on_chain(road, case_id) == ["effect", "credit"]
    [(key, said)] = credit.told
    assert (key, said.person.id_number, said.broken_pledge, said.article) == (
        case_id,
        LUO.id_number,
        True,
        "第六十九条",
    )
    assert [told.result for _, told in register.told] == ["YB2026112000001"]


def test_without_a_pledge_nobody_is_marked(road: Road) -> None:
    case_id, register, credit = revoked(road, pledged=False), Tells(), Tells()
    tell(road, case_id, insurance_platform=register, credit=credit)
    assert told_on_chain(road, case_id) == ["effect"] and credit.told == []


def test_a_silent_system_is_told_again_and_keeps_the_other_from_nothing(road: Road) -> None:
    case_id, register, credit = revoked(road), Tells(silent=1), Tells()
    with pytest.raises(RevocationUnheard):
        tell(road, case_id, insurance_platform=register, credit=credit)
    assert told_on_chain(road, case_id) == ["credit"]
    tell(road, case_id, insurance_platform=register, credit=credit)
    assert told_on_chain(road, case_id) == ["credit", "effect"] and len(credit.told) == 1


def test_what_is_not_configured_waits_for_the_hourly_look(road: Road) -> None:
    case_id = revoked(road)
    tell(road, case_id)
    watch = {"node": road.linyi, "region": LINYI, "by": system(LINYI), "at": road.at}
    assert supervision.watch_inspections(**watch, systems={EFFECT}) == [case_id]  # type: ignore[arg-type]
    tell(road, case_id, insurance_platform=Tells())
    assert supervision.watch_inspections(**watch, systems={EFFECT}) == []  # type: ignore[arg-type]
    assert supervision.watch_inspections(**watch, systems={EFFECT, "credit"}) == [case_id]  # type: ignore[arg-type]


def test_the_hourly_look_adds_no_job_to_one_that_tries_already(road: Road, settings: Any) -> None:
    settings.BUSINESS_SYSTEMS, case_id = {EFFECT: "http://nowhere.invalid"}, revoked(road)
    registries.set_node(road.linyi)
    jobs = ProcrastinateJob.objects.filter(task_name="review.tell_revocation", args__case_id=str(case_id))
    jobs.delete()
    supervision_jobs.watch_inspections()
    assert jobs.count() == 0, "no other node has stored the revocation yet (R18)"
    road.deliver_back()
    jobs.delete()
    for _ in range(2):
        supervision_jobs.watch_inspections()
    assert jobs.count() == 1


def test_what_is_not_revoked_is_told_to_nobody(road: Road) -> None:
    case_id, register = inspected(road), Tells()
    tell(road, case_id, insurance_platform=register)
    assert register.told == []


def test_a_supervisor_is_told_once_of_what_is_late(road: Road) -> None:
    case_id = inspected(road)
    for _ in range(2):
        supervision.watch_inspections(
            node=road.linyi, region=LINYI, by=system(LINYI), at=road.at + timedelta(days=40), systems=()
        )  # fmt: skip
    assert road.kinds(case_id).count("inspection_overdue") == 1


@pytest.mark.parametrize("answer", [{}, {"reference": 5}, {"reference": ""}])
def test_an_answer_of_another_shape_is_none(answer: dict[str, Any]) -> None:
    assert _read(answer) == Silent("malformed")
