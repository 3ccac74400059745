"""容缺受理: accepted although something minor follows; never a main material; granted only when all is there."""

from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, citizen
from tongban.cases import services
from tongban.cases.drafts import Material
from tongban.cases.services.adding import NothingTolerated
from tongban.cases.services.deciding import MainMaterialMissing, NotTolerable
from tongban.cases.tests.zone import PERMIT, Zone
from tongban.documents import services as files
from tongban.documents.tests.files import picture
from tongban.kernel.actors import system
from tongban.kernel.scope import scope


def permit_may_follow(document: Any) -> None:
    for material in document["materials"]:
        material["main"] = material["id"] != "residence-permit"


@pytest.fixture
def lenient(db: None, node: Any, linyi: Any, huimin: Any, at: Any) -> Zone:
    return Zone(node, linyi, huimin, at).found(permit_may_follow)


@pytest.fixture
def tolerated(lenient: Zone) -> UUID:
    case_id = lenient.taken_over()
    lenient.do(services.accept_case, case_id, tolerated=["residence-permit"])
    lenient.settle()
    return case_id


def permit(zone: Zone, case_id: UUID) -> Material:
    with scope([JIYANG]):
        stored = files.store_upload(
            node=zone.jiyang, region=JIYANG, case_id=case_id, data=picture("PNG"), filename="p.png", by=citizen(), at=zone.at
        )  # fmt: skip
    return Material("residence-permit", "upload", stored.name, stored.media_type, stored.size, False, stored.ref)


def test_the_applicant_is_told_what_follows_and_until_when(lenient: Zone, tolerated: UUID) -> None:
    case = lenient.here(tolerated)
    assert case.tolerated and case.tolerated.materials == ("residence-permit",)
    assert case.tolerated.until.isoformat() == "2026-12-11"
    assert "轮到您" in case.whose_turn.zh
    assert "supply_tolerated" in case.actions


def test_it_is_granted_only_when_all_is_there(lenient: Zone, tolerated: UUID) -> None:
    with pytest.raises(services.ToleratedMissing):
        lenient.do(services.approve_case, tolerated)
    lenient.assess(tolerated)
    assert lenient.there(tolerated).state == "examining"


def test_what_followed_travels_to_the_place_that_decides(lenient: Zone, tolerated: UUID) -> None:
    lenient.act_here(services.supply_tolerated, tolerated, materials=[permit(lenient, tolerated)])
    lenient.settle()
    there = lenient.there(tolerated)
    assert there.tolerated is None
    assert next(material.name for material in there.materials if material.id == "residence-permit") == "p.png"
    assert any(entry.sentence.zh == "容缺材料已补交" and entry.region_name == "济阳区" for entry in there.timeline)
    lenient.do(services.approve_case, tolerated)
    assert lenient.there(tolerated).state == "decided_pending_effect"


def test_nothing_else_is_taken_in_this_way(lenient: Zone, tolerated: UUID) -> None:
    other = Material("identity", "presented")
    with pytest.raises(NothingTolerated):
        lenient.act_here(services.supply_tolerated, tolerated, materials=[other])


def test_a_main_material_never_follows(zone: Zone) -> None:
    with pytest.raises(NotTolerable):
        zone.do(services.accept_case, zone.taken_over(), tolerated=["residence-permit"])


def test_it_follows_no_later_than_the_item_says(lenient: Zone) -> None:
    case_id = lenient.taken_over()
    with pytest.raises(NotTolerable):
        lenient.do(
            services.accept_case, case_id, tolerated=["residence-permit"], tolerated_until=lenient.at.date().replace(year=2027)
        )  # fmt: skip


def test_nothing_follows_while_a_main_material_is_missing(zone: Zone) -> None:
    signed = {id: value for id, value in PERMIT.items() if id != "consent.residence_register"} | {"pledge.signed": True}
    case_id = zone.submit(zone.draft(situation="retired_pledge", elements=signed)).case_id
    zone.hand_over(case_id)
    zone.settle()
    with scope([LINYI]):
        services.take_over(node=zone.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=zone.at)
    zone.act_here(services.withdraw_pledge, case_id)
    zone.settle()
    zone.act_here(services.supplement, case_id, elements={"filing.address": "别处"})
    zone.settle()
    with pytest.raises(MainMaterialMissing, match="your own page"):
        zone.do(services.accept_case, case_id, tolerated=["household-first-page"])
