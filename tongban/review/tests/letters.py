"""A case with a referral letter on its way from 济阳 to 临邑."""

from typing import Any
from uuid import UUID

from tests.cast import ITEM, JIYANG, LINYI, LUO, Person, clerk
from tongban.cases import services
from tongban.catalogue.queries import find_in_force
from tongban.documents import blobs
from tongban.documents import services as documents
from tongban.documents.tests.files import picture
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review.tests.factories import Road

LETTER = "referral-letter"
STATED: dict[str, Any] = {
    "treat.region": JIYANG, "filing.start_on": "2026-11-20", "filing.end_on": "2027-06-30", "filing.address": "济北街道演示路 1 号",
    "referral.hospital": "临邑县人民医院", "referral.letter_on": "2026-11-18",
}  # fmt: skip


def assessed(road: Road, photo: bytes | None = None, *, person: Person = LUO, **stated: Any) -> tuple[UUID, str]:
    """Taken over, assessed and referred to an examiner; with the hash of the letter's file."""
    case_id, cipher = taken_over(road, photo, person=person, **stated)
    road.consider(case_id)
    return case_id, cipher


def taken_over(road: Road, photo: bytes | None = None, *, person: Person = LUO, **stated: Any) -> tuple[UUID, str]:
    """Not assessed yet."""
    case_id, cipher = _received(road, photo or picture("JPEG"), person, STATED | stated)
    road.collect(case_id)
    road.deliver()
    _fetch(road, case_id)
    road.take_over(case_id)
    return case_id, cipher


def _received(road: Road, photo: bytes, person: Person, stated: dict[str, Any]) -> tuple[UUID, str]:
    definition = find_in_force(ITEM, LINYI, legal_day(road.at))
    assert definition
    applicant = {name: getattr(person, name) for name in ("name", "id_kind", "id_number", "phone")}
    whose: dict[str, Any] = {"node": road.jiyang, "region": JIYANG, "by": clerk(), "at": road.at}
    with scope([JIYANG]):
        draft = services.start_draft(
            **whose, definition=definition, deciding=LINYI, situation="referral", mode="collect", channel="counter",
            applicant=applicant, elements=stated,
        )  # fmt: skip
        draft = services.attach_material(
            **whose, case_id=draft.case_id, material=LETTER, data=photo, filename="letter.jpg", original_seen=True
        )
        services.submit_case(
            **whose, case_id=draft.case_id, version=draft.version, identity_check="manual", cmd=new_id()
        )
    (file,) = [material.ref for material in draft.materials if material.ref]
    return draft.case_id, file.cipher


def _fetch(road: Road, case_id: UUID) -> None:
    """The files, as the exchange would bring them."""
    for part in road.opened(case_id).case.files:
        data = blobs.get(part["cipher"])
        with scope([LINYI]):
            documents.store_blob(
                node=road.linyi,
                region=LINYI,
                case_id=case_id,
                cipher=part["cipher"],
                data=data,
                at=road.at,
                made_here=True,
            )
