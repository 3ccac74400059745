"""A referral letter on the desk of 临邑, as the machine read it: of another name, and not sure of the hospital."""

from typing import Any
from uuid import UUID

from tests.cast import ITEM, JIYANG, LINYI, LUO
from tests.web.desks import Desks
from tongban.cases import services as cases
from tongban.catalogue.queries import find_in_force
from tongban.documents import blobs
from tongban.documents import services as documents
from tongban.documents.reading import keeping, kinds
from tongban.documents.reading.page import Box, Page
from tongban.documents.tests.files import picture
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.rules.expression import months_after

LETTER = "referral-letter"
READ = (
    ("name", "孙丽", 0.97, Box(30, 40, 60, 20)),
    ("hospital", "临邑县入民医院", 0.62, Box(30, 10, 120, 24)),
    ("letter_on", "2026-11-18", 0.99, Box(30, 120, 90, 20)),
)


def read_letter(
    desks: Desks, *, data: bytes = b"", pages: tuple[Page, ...] = (), read: kinds.Reading | None = None
) -> tuple[UUID, str]:
    """The case and the hash of its letter. `data`, `pages` and `read`: another letter than the plain one."""
    case_id, cipher = _handed_in(desks, data or picture("JPEG"))
    _travels_with(desks, case_id, cipher)
    with scope([LINYI]):
        keeping.keep_reading(
            node=desks.linyi, region=LINYI, case_id=case_id, cipher=cipher, reading=read or _plain(), at=now(), seconds=4,
            pages=pages or [Page(200, 160, 90, (), picture("JPEG"))],
        )  # fmt: skip
    return case_id, cipher


def _plain() -> kinds.Reading:
    fields = tuple(kinds.ReadField(id, value, score, 0, box) for id, value, score, box in READ)
    return kinds.Reading(LETTER, True, fields)


def _handed_in(desks: Desks, data: bytes) -> tuple[UUID, str]:
    actor = Actor("staff", "s-test", JIYANG, frozenset({"reception"}), office="hall")
    definition, today = find_in_force(ITEM, LINYI, legal_day(now())), legal_day(now()).isoformat()
    assert definition
    applicant = {name: getattr(LUO, name) for name in ("name", "id_kind", "id_number", "phone")}
    stated = {
        "treat.region": JIYANG, "filing.start_on": today, "filing.end_on": months_after(today, 7), "filing.address": "济阳街道演示路 1 号",
        "referral.hospital": "临邑县人民医院", "referral.letter_on": min("2026-11-18", today),
    }  # fmt: skip
    whose: dict[str, Any] = {"node": desks.jiyang, "region": JIYANG, "by": actor, "at": now()}
    with scope([JIYANG]):
        draft = cases.start_draft(
            **whose, definition=definition, deciding=LINYI, situation="referral", mode="collect", channel="counter",
            applicant=applicant, elements=stated,
        )  # fmt: skip
        draft = cases.attach_material(
            **whose, case_id=draft.case_id, material=LETTER, data=data, filename="letter.jpg", original_seen=True
        )
        cases.submit_case(**whose, case_id=draft.case_id, version=draft.version, identity_check="manual", cmd=new_id())
    return draft.case_id, next(material.ref.cipher for material in draft.materials if material.ref)


def _travels_with(desks: Desks, case_id: UUID, cipher: str) -> None:
    """The file is there before 临邑 takes the case over, as the exchange sees to."""
    with scope([LINYI]):
        documents.store_blob(
            node=desks.linyi,
            region=LINYI,
            case_id=case_id,
            cipher=cipher,
            data=blobs.get(cipher),
            at=now(),
            made_here=True,
        )
    desks.hand_over(case_id)
