"""The same machinery for a licence: every register that its definition names is asked, and its own business system is told."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, LUO
from tongban.kernel.actors import system
from tongban.review import services as review
from tongban.review.adapters.base import Answered, Silent
from tongban.review.adapters.business_system import Acknowledged
from tongban.review.services import RegisterSilent, SystemSilent
from tongban.review.tests.factories import Platform, Road, Says
from tongban.rules.points import facts_from_json

ITEM = "public-place-hygiene-licence"
CODE = "92991424MA3DEM001A"
FORM: dict[str, Any] = {
    "business.name": "临邑演示旅店", "business.code": CODE, "premises.region": LINYI, "premises.address": "临邑县演示路 2 号",
    "place.area": 860, "place.rooms": 24, "cups.kind": "disposable", "disinfection.products": 2, "hygiene.system": True,
    "hygiene.manager": "王晓梅", "staff.serving": 6, "staff.certified": 6, "fire.pledged": True, "pledge.signed": True,
}  # fmt: skip
LICENSED = Acknowledged("WS2026112000001", date(2026, 11, 20))


@dataclass
class Offices:
    """What the registers of 临邑 say of one hotel."""

    business: Says = field(
        default_factory=lambda: Says(
            Answered(
                True,
                "same",
                {"business.status": "active", "business.lodging": True, "business.represented": True},
                "b-1",
            )
        )
    )
    credit: Says = field(default_factory=lambda: Says(Answered(True, values={"credit.barred": False}, reference="c-1")))
    hygiene: Says = field(default_factory=lambda: Says(Answered(True, values={"staff.certified": 6}, reference="h-1")))

    def registers(self, *, without: str = "") -> dict[str, Says]:
        known = {"business": self.business, "credit": self.credit, "hygiene": self.hygiene}
        return {name: register for name, register in known.items() if name != without}


@pytest.fixture
def taken_over(road: Road) -> UUID:
    """A hotel's application that 临邑 has taken over; no register of 济阳 has anything to say."""
    road.publish(ITEM)
    case_id = road.received(item=ITEM, situation="new_pledge", stated=FORM)
    road.collect(case_id)
    road.take_over(case_id)
    return case_id


def consider(road: Road, case_id: UUID, registers: dict[str, Says], *, last_try: bool = True) -> None:
    review.consider(
        node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at, registers=registers, last_try=last_try
    )  # fmt: skip


def outcome(road: Road, case_id: UUID) -> tuple[str, dict[str, str]]:
    assessment = road.opened(case_id).case.assessment
    return assessment["outcome"], assessment["points"]


def test_all_registers_together_decide_a_hotel(road: Road, taken_over: UUID) -> None:
    consider(road, taken_over, Offices().registers())
    assert road.kinds(taken_over)[-4:] == ["taken_over", "accepted", "assessed", "approved"]
    facts = facts_from_json(road.opened(taken_over).parts["assessment"])
    assert (facts["credit.barred"].source, facts["credit.barred"].evidence) == ("register:credit", "c-1")
    assert (facts["business.status"].source, facts["business.status"].evidence) == ("register:business", "b-1")


def test_each_register_is_told_what_the_definition_lets_it_know(road: Road, taken_over: UUID) -> None:
    offices = Offices()
    consider(road, taken_over, offices.registers())
    [(person, elements, about)] = offices.business.asked
    assert person.id_number == LUO.id_number
    assert set(elements) >= {"business.status", "business.lodging", "business.represented"}
    assert about == {"region": JIYANG, "business.code": CODE}
    assert offices.credit.asked[0][1:] == (("credit.barred",), {"region": JIYANG, "business.code": CODE})


def test_a_register_that_is_not_configured_leaves_its_points_open_at_once(road: Road, taken_over: UUID) -> None:
    consider(road, taken_over, Offices().registers(without="credit"), last_try=False)
    result, points = outcome(road, taken_over)
    assert (result, points["not-barred"], points["business"]) == ("refer", "unknown", "true")
    assert road.kinds(taken_over)[-1] == "assessed"


def test_one_silent_register_of_several_is_asked_again_before_anything_is_written(road: Road, taken_over: UUID) -> None:
    offices = Offices(credit=Says(Silent("timeout")))
    with pytest.raises(RegisterSilent):
        consider(road, taken_over, offices.registers(), last_try=False)
    assert road.kinds(taken_over)[-1] == "taken_over"
    consider(road, taken_over, offices.registers())
    assert outcome(road, taken_over)[1]["not-barred"] == "unknown"


def test_a_point_that_fails_is_referred_and_never_refused(road: Road, taken_over: UUID) -> None:
    unfit = Says(
        Answered(True, "same", {"business.status": "active", "business.lodging": False, "business.represented": True})
    )
    consider(road, taken_over, Offices(business=unfit).registers())
    assert (outcome(road, taken_over)[0], outcome(road, taken_over)[1]["business-scope"]) == ("refer", "false")
    assert road.kinds(taken_over)[-1] == "assessed"


def test_the_licence_goes_to_the_system_that_the_definition_names(road: Road, taken_over: UUID) -> None:
    consider(road, taken_over, Offices().registers())
    licences, insurance = Platform([LICENSED]), Platform()
    push(road, taken_over, {"licence-register": licences, "insurance-platform": insurance})
    [(key, filing)] = licences.pushed
    assert (key, filing.situation, filing.action, insurance.pushed) == (taken_over, "new_pledge", "add", [])
    assert "business.code" in filing.elements and "staff.serving" not in filing.elements
    assert road.opened(taken_over).case.effect["acknowledgement"] == LICENSED.reference
    assert road.opened(taken_over).case.state == "closed"


def test_without_that_system_the_decision_waits(road: Road, taken_over: UUID) -> None:
    consider(road, taken_over, Offices().registers())
    with pytest.raises(SystemSilent):
        push(road, taken_over, {"insurance-platform": Platform()})
    assert road.opened(taken_over).case.effect["reason"] == "not-configured"


def test_the_office_that_decides_is_the_one_of_the_item(road: Road, taken_over: UUID) -> None:
    assert road.opened(taken_over).case.deciding_office == "approval-bureau"


def push(road: Road, case_id: UUID, systems: dict[str, Platform]) -> None:
    review.push_effect(
        node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at, systems=systems
    )  # fmt: skip
