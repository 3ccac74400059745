"""What Mr Luo does beside the straight road: change what the pre-check sent home, bring what may follow, ask the office to hurry."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import ITEM, JIYANG, LINYI, SUN, clerk, examiner
from tests.web.citizens import PERMIT, Phone, hidden_fields, text
from tests.web.desks import Desks
from tongban.cases import queries, services
from tongban.catalogue import services as catalogue
from tongban.catalogue.layers import load_document
from tongban.documents.tests.files import picture
from tongban.kernel.actors import Actor, system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db


def publish(linyi: Node, *, precheck: bool) -> None:
    """The same service, newer: the residence permit may follow, and perhaps a clerk looks first (预审)."""
    document: Any = load_document(ITEM, LINYI)
    document |= {"version": document["version"] + 1, "valid_from": "2020-01-02"}
    document["policy"]["precheck"] = precheck
    for material in document["materials"]:
        material["main"] = material["id"] != "residence-permit"
    with scope([LINYI]):
        catalogue.publish(node=linyi, region=LINYI, document=document, by=system(LINYI), at=now())


def hand_in(phone: Phone) -> str:
    draft = phone.begin(PERMIT)
    phone.fill(draft, **{"consent.residence_register": "yes"})
    return str(phone.submit(draft).request["PATH_INFO"]).removesuffix("/submitted")


def act(node: Node, by: Actor, service: Any, address: str, **words: Any) -> None:
    whose: dict[str, Any] = {
        "node": node, "region": by.region, "case_id": UUID(address.removeprefix("/cases/")), "by": by, "at": now(),
    }  # fmt: skip
    with scope([by.region]):
        service(**whose, expected_seq=queries.get_case(**whose).head, cmd=new_id(), **words)


@pytest.fixture
def sent_home(phone: Phone, node: Node, linyi: Node) -> str:
    publish(linyi, precheck=True)
    address = hand_in(phone)
    wrong = {"reason": "papers-unreadable", "fields": ["filing.address"], "note": "门牌号缺失"}
    act(node, clerk(), services.return_to_applicant, address, **wrong)
    return address


@pytest.fixture
def incomplete(phone: Phone, node: Node, linyi: Node, huimin: Node) -> str:
    """Accepted by 临邑 although the residence permit follows."""
    publish(linyi, precheck=False)
    address, desks = hand_in(phone), Desks(node, linyi, huimin)
    desks.hand_over(UUID(address.removeprefix("/cases/")))
    act(linyi, examiner(), services.accept_case, address, tolerated=["residence-permit"])
    desks.deliver()
    return address


def test_an_item_with_a_pre_check_is_not_received_at_once(phone: Phone, linyi: Node) -> None:
    publish(linyi, precheck=True)
    assert "已收件" not in text(phone.get(hand_in(phone)))


def test_what_was_sent_home_is_changed_and_handed_in_again(phone: Phone, sent_home: str) -> None:
    page = text(phone.get(sent_home))
    assert "门牌号缺失" in page and f"{sent_home}/resubmit" in page
    form = phone.get(f"{sent_home}/resubmit")
    assert "门牌号缺失" in text(form) and "重新提交" in text(form) and "filing.start_on" not in text(form)
    typed = hidden_fields(form) | {"filing.address": "济北街道演示路1号2单元301"}
    assert phone.client.post(f"{sent_home}/resubmit", typed).status_code == 302
    page = text(phone.get(sent_home))
    assert "申请人修改后重新提交" in page and f"{sent_home}/resubmit" not in page


def test_what_may_follow_is_brought_from_the_phone(phone: Phone, incomplete: str, node: Node, linyi: Node) -> None:
    assert f"{incomplete}/supply-tolerated" in text(phone.get(incomplete))
    form = phone.get(f"{incomplete}/supply-tolerated")
    assert "补交容缺材料" in text(form)
    empty = phone.client.post(f"{incomplete}/supply-tolerated", hidden_fields(form))
    assert empty.status_code == 422 and "请上传这份材料。" in text(empty)
    brought: Any = hidden_fields(form) | {"file-residence-permit": SimpleUploadedFile("a.jpg", picture("JPEG"))}
    assert phone.client.post(f"{incomplete}/supply-tolerated", brought).status_code == 302
    Desks(node, linyi, linyi).deliver()
    assert f"{incomplete}/supply-tolerated" not in text(phone.get(incomplete))


def test_the_office_is_asked_to_hurry_once_a_day(phone: Phone) -> None:
    address = phone.hand_in()
    page = phone.get(address)
    assert "催办" in text(page)
    assert phone.client.post(f"{address}/urge", hidden_fields(page)).status_code == 302
    again = phone.client.post(f"{address}/urge", {"cmd": new_id()})
    assert again.status_code == 409 and "今天已经催办过" in text(again)
    with scope([JIYANG]):
        where = {"node": phone.node, "region": JIYANG, "case_id": UUID(address.removeprefix("/cases/"))}
        assert queries.get_case(**where, by=clerk(), at=now()).urged == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("end", ["resubmit", "supply-tolerated"])
def test_where_nothing_waits_the_page_leads_back(phone: Phone, end: str) -> None:
    address = phone.hand_in()
    assert phone.client.get(f"{address}/{end}").headers["Location"] == address


def test_nobody_else_comes_in(phone: Phone) -> None:
    address = phone.hand_in()
    stranger = Phone(phone.node)
    stranger.sign_in(SUN)
    assert [stranger.post(f"{address}/{end}").status_code for end in ("resubmit", "supply-tolerated", "urge")] == [
        404
    ] * 3
