"""临邑 asks Mr Luo for a correction; he gives it from his phone."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import JIYANG, LINYI, examiner
from tests.web.citizens import PERMIT, Phone, hidden_fields, text
from tests.web.desks import Desks
from tongban.cases import queries, services
from tongban.documents.tests.files import picture
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(phone: Phone, node: Node, linyi: Node, huimin: Node) -> str:
    """A case for which 临邑 wants another address and the residence permit; its address."""
    draft = phone.begin(PERMIT)
    phone.fill(draft, **{"consent.residence_register": "yes"})
    address = str(phone.submit(draft).request["PATH_INFO"]).removesuffix("/submitted")
    case_id, desks = UUID(address.removeprefix("/cases/")), Desks(node, linyi, huimin)
    with scope([JIYANG]):
        services.record_evidence_and_hand_over(
            node=node, region=JIYANG, case_id=case_id, evidence=[services.Evidence("residence", "silent")], by=system(JIYANG), at=now()
        )  # fmt: skip
    desks.deliver()
    ask_for_correction(linyi, case_id)
    desks.deliver()
    return address


def ask_for_correction(linyi: Node, case_id: UUID) -> None:
    whose: dict[str, Any] = {"node": linyi, "region": LINYI, "case_id": case_id, "at": now()}
    with scope([LINYI]):
        services.take_over(**whose, by=system(LINYI))
        head = queries.get_case(**whose, by=examiner()).head
        services.request_correction(
            **whose, fields=["filing.address"], materials=["residence-permit"], note="地址请写到门牌号。", expected_seq=head,
            cmd=new_id(), by=examiner(),
        )  # fmt: skip


def test_the_case_says_what_is_wanted_and_until_when(phone: Phone, asked: str) -> None:
    page = text(phone.get(asked))
    assert "轮到您" in page and "地址请写到门牌号。" in page and "居住证" in page and f"{asked}/correct" in page


def test_only_what_was_asked_for_stands_on_the_page(phone: Phone, asked: str) -> None:
    page = text(phone.get(f"{asked}/correct"))
    assert 'name="filing.address"' in page and "file-residence-permit" in page and "filing.start_on" not in page


def test_all_that_was_asked_for_is_wanted_at_once(phone: Phone, asked: str) -> None:
    page = phone.post(f"{asked}/correct", cmd=new_id(), **{"filing.address": ""})
    assert page.status_code == 422
    assert "请填写就医地居住地址。" in text(page) and "请上传这份材料。" in text(page)


def test_the_correction_travels_to_the_deciding_place(
    phone: Phone, asked: str, node: Node, linyi: Node, huimin: Node
) -> None:
    typed: dict[str, Any] = hidden_fields(phone.get(f"{asked}/correct"))
    typed |= {
        "filing.address": "济北街道演示路1号2单元301",
        "file-residence-permit": SimpleUploadedFile("a.jpg", picture("JPEG")),
    }
    assert phone.client.post(f"{asked}/correct", typed).status_code == 302
    Desks(node, linyi, huimin).deliver()
    assert "轮到您" not in text(phone.get(asked))
