"""What a corrected application may hold: values of the form's kind, no clerk's word but a clerk's, and nothing beside what was asked for."""

from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, citizen, clerk
from tongban.cases import models, queries, services
from tongban.cases.drafts import Material
from tongban.cases.projection import Case
from tongban.cases.services.adding import NothingTolerated
from tongban.cases.services.correcting import AnswersUnusable, ChangesTooMuch
from tongban.cases.services.drafting import NoSuchMaterial
from tongban.cases.tests.test_tolerate import permit, permit_may_follow
from tongban.cases.tests.zone import PERSON, Zone
from tongban.documents.tests.files import picture
from tongban.kernel import vault
from tongban.kernel.actors import system
from tongban.kernel.events import SealedRef
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.kernel.sealing import seal_json

FORGED = {"applicant": {**PERSON, "name": "他人"}, "elements": {}, "materials": []}


def pack(zone: Zone, case_id: UUID, value: Any) -> SealedRef:
    """A sealed application as a peer could send it, stored where it would arrive."""
    with scope([LINYI]):
        key = vault.get_key(node=zone.linyi, region=LINYI, case_id=case_id)
        part = seal_json(value, name="application", key=key, suite=zone.linyi.suite)
        vault.store_parts(region=LINYI, case_id=case_id, parts=[part])
    return part.ref


def take_up(zone: Zone, case_id: UUID, ref: SealedRef) -> None:
    body = {"event": "tolerated_supplied", "body": {"materials": ["residence-permit"]}}
    with scope([LINYI]):
        services.take_up_addition(
            node=zone.linyi, region=LINYI, case_id=case_id, author=JIYANG, body=body, sealed=(ref,), proposal="p" * 64,
            by=system(LINYI), at=zone.at,
        )  # fmt: skip


def two_may_follow(document: Any) -> None:
    permit_may_follow(document)
    for material in document["materials"]:
        material["main"] = "pledge" in material["ways"]


@pytest.fixture
def lenient(db: None, node: Any, linyi: Any, huimin: Any, at: Any) -> Zone:
    return Zone(node, linyi, huimin, at).found(two_may_follow)


def tolerated(zone: Zone, *materials: str) -> UUID:
    case_id = zone.taken_over()
    zone.do(services.accept_case, case_id, tolerated=list(materials))
    zone.settle()
    return case_id


def asked(zone: Zone) -> UUID:
    case_id = zone.taken_over()
    zone.do(
        services.request_correction, case_id, fields=["filing.start_on"], materials=["residence-permit"], note="补正"
    )
    zone.settle()
    return case_id


def test_a_value_of_the_wrong_form_never_reaches_the_record(zone: Zone) -> None:
    case_id = asked(zone)
    with pytest.raises(AnswersUnusable):
        zone.act_here(services.supplement, case_id, elements={"filing.start_on": "明天"})
    assert zone.here(case_id).state == "awaiting_correction"


def test_nor_before_the_receipt(zone: Zone) -> None:
    case_id = zone.submit(zone.draft(), precheck=True).case_id
    with scope([JIYANG]):
        services.return_to_applicant(
            node=zone.jiyang, region=JIYANG, case_id=case_id, reason="other", note="请改", expected_seq=2, cmd=UUID(int=1),
            by=clerk(), at=zone.at,
        )  # fmt: skip
    with pytest.raises(AnswersUnusable):
        zone.act_here(services.resubmit, case_id, elements={"filing.start_on": 7})


def test_the_applicant_does_not_say_that_a_clerk_compared_the_original(zone: Zone) -> None:
    case_id = asked(zone)
    brought = permit(zone, case_id)
    claimed = Material(**{**brought.__dict__, "original_seen": True})
    zone.act_here(services.supplement, case_id, elements={}, materials=[claimed])
    zone.settle()
    (shown,) = [material for material in zone.there(case_id).materials if material.id == "residence-permit"]
    assert shown.name and not shown.original_seen


def test_nor_of_a_draft(zone: Zone) -> None:
    draft = zone.draft()
    whose: Any = {"node": zone.jiyang, "region": JIYANG, "case_id": draft.case_id, "by": citizen(), "at": zone.at}
    with scope([JIYANG]):
        with pytest.raises(Forbidden):
            services.mark_originals(**whose, seen={"x"})
        services.save_draft(**whose, materials=[Material("identity", "presented", original_seen=True)])
        kept = queries.get_draft(node=zone.jiyang, region=JIYANG, case_id=draft.case_id, by=citizen())
    assert not any(material.original_seen for material in kept.materials)


def test_a_peer_changes_nothing_else_under_cover_of_what_follows(lenient: Zone) -> None:
    case_id = tolerated(lenient, "residence-permit")
    with pytest.raises(ChangesTooMuch):
        take_up(lenient, case_id, pack(lenient, case_id, FORGED))


def test_and_nothing_at_all_where_nothing_may_follow(lenient: Zone) -> None:
    case_id = lenient.accepted()
    with pytest.raises(NothingTolerated):
        take_up(lenient, case_id, pack(lenient, case_id, FORGED))


def test_a_part_that_is_no_application_is_refused(lenient: Zone) -> None:
    case_id = tolerated(lenient, "residence-permit")
    with pytest.raises(ChangesTooMuch):
        take_up(lenient, case_id, pack(lenient, case_id, ["nothing"]))


def test_two_that_follow_at_once_do_not_overwrite_each_other(lenient: Zone) -> None:
    case_id = tolerated(lenient, "identity", "residence-permit")
    lenient.act_here(services.supply_tolerated, case_id, materials=[permit(lenient, case_id)])
    lenient.act_here(services.supply_tolerated, case_id, materials=[Material("identity", "presented")])
    lenient.settle()
    there = lenient.there(case_id)
    assert [m.name for m in there.materials if m.id == "residence-permit"] == ["p.png"]
    assert there.tolerated and there.tolerated.materials == ("identity",)


def test_a_correction_brings_only_what_was_asked_for(zone: Zone) -> None:
    case_id = asked(zone)
    with scope([LINYI]), pytest.raises(ChangesTooMuch):
        services.take_up_proposal(
            node=zone.linyi, region=LINYI, case_id=case_id, author=JIYANG, proposal="p" * 64, kind="cases.supplement;v=1",
            sealed=(pack(zone, case_id, FORGED),), by=system(LINYI), at=zone.at,
        )  # fmt: skip


def test_a_date_that_is_none_does_not_break_the_page(zone: Zone) -> None:
    """Of a peer that checks nothing."""
    case_id = zone.taken_over()
    with scope([LINYI]):
        row = models.Case.objects.get(case_id=case_id, region=LINYI)
        key = vault.get_key(node=zone.linyi, region=LINYI, case_id=case_id)
        good: Any = vault.read_part(
            SealedRef(**Case.from_json(row.folded).parts["application"]), key=key, node=zone.linyi, region=LINYI
        )
        good["elements"]["filing.start_on"] = "明天"
        row.folded["parts"]["application"] = pack(zone, case_id, good).as_json()
        row.save(update_fields=["folded"])
    assert any(answer.value.zh == "明天" for answer in zone.there(case_id).answers)


def test_nobody_signs_at_a_counter_from_afar(zone: Zone) -> None:
    draft = zone.draft()
    for material in ("signature", "made-up"):
        with scope([JIYANG]), pytest.raises(NoSuchMaterial):
            services.attach_material(
                node=zone.jiyang, region=JIYANG, case_id=draft.case_id, material=material, data=picture("PNG"), filename="s.png",
                original_seen=False, by=citizen(), at=zone.at,
            )  # fmt: skip
