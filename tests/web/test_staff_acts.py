"""Acts of the desks that are seldom needed and must work then: a second list, more time, what may follow, the pre-check, the archive."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import ITEM, JIYANG, LINYI, LUO, citizen
from tests.web.desks import ELEMENTS, Desks, SilentRegister
from tests.web.test_staff_case import seen, text
from tests.web.test_staff_life import send
from tongban.cases import services as cases
from tongban.catalogue import services as catalogue
from tongban.catalogue.layers import load_document
from tongban.catalogue.queries import find_in_force
from tongban.documents.tests.files import picture
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review import services as review

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    """临邑 may extend the limit, and the residence permit may follow."""
    desks = Desks(node, linyi, huimin).found()
    document: Any = load_document(ITEM, LINYI)
    document |= {"version": document["version"] + 1, "valid_from": "2020-01-02"}
    document["limits"] |= {"extend": {"days": 10, "verified": False}}
    for material in document["materials"]:
        material["main"] = material["id"] != "residence-permit"
    with scope([LINYI]):
        catalogue.publish(node=linyi, region=LINYI, document=document, by=system(LINYI), at=now())
    return desks


def chief(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "sunli", "chief")


def handed_in_online(desks: Desks) -> UUID:
    """By Mr Luo himself; a clerk looks at it before it is received."""
    definition = find_in_force(ITEM, LINYI, legal_day(now()))
    assert definition
    applicant = {"name": LUO.name, "id_kind": LUO.id_kind, "id_number": LUO.id_number, "phone": LUO.phone}
    whose: dict[str, Any] = {"node": desks.jiyang, "region": JIYANG, "by": citizen(), "at": now()}
    with scope([JIYANG]):
        draft = cases.start_draft(
            **whose, definition=definition, deciding=LINYI, situation="long_term_permit", mode="collect", channel="online",
            applicant=applicant, elements={**ELEMENTS, "filing.start_on": legal_day(now()).isoformat()},
        )  # fmt: skip
        cases.submit_case(
            **whose, case_id=draft.case_id, version=draft.version, identity_check="sms", precheck=True, cmd=new_id()
        )
    return draft.case_id


def bring(client: Client, address: str, **typed: Any) -> str:
    """What the applicant brings to the counter; the page that stands afterwards."""
    cmd = re.search(r'name="cmd" value="([^"]+)"', text(client.get(address)))[1]  # type: ignore[index]
    answer = client.post(address, {"cmd": cmd, **typed}, follow=True)
    assert answer.status_code == 200 and answer.redirect_chain
    return text(answer)


WRONG_ADDRESS = {"field": ["filing.address"], "note": "门牌号缺失"}


def asked_and_corrected(desks: Desks) -> UUID:
    case_id = desks.taken_over()
    send(desks.examiner(), case_id, "request-correction", **WRONG_ADDRESS)
    desks.deliver()
    bring(desks.clerk(), f"/staff/cases/{case_id}/supplement", **{"filing.address": "济阳街道演示路 1 号 2 室"})
    desks.deliver()
    desks.deliver()
    review.consider(
        node=desks.linyi,
        region=LINYI,
        case_id=case_id,
        by=system(LINYI),
        at=now(),
        registers={"insured": SilentRegister()},
    )
    return case_id


def test_a_second_list_is_allowed_by_a_supervisor_and_counted(desks: Desks) -> None:
    case_id = asked_and_corrected(desks)
    supervisor = desks.sign_in(desks.linyi, "wangwu", "supervisor")
    assert send(supervisor, case_id, "allow-correction", note="").status_code == 422
    assert "督查准许 1 次" in text(send(supervisor, case_id, "allow-correction", note="新证件与登记不符"))
    page = text(send(desks.examiner("liwei"), case_id, "request-correction", **WRONG_ADDRESS))
    assert "一次性告知已发 2 次，督查准许 1 次" in page


def test_without_the_supervisor_there_is_no_second_list(desks: Desks) -> None:
    case_id = asked_and_corrected(desks)
    examiner = desks.examiner("liwei")
    assert "须由督查员写明理由准许" in text(examiner.get(f"/staff/cases/{case_id}"))
    assert send(examiner, case_id, "request-correction", **WRONG_ADDRESS).status_code == 409


def test_the_chief_extends_the_limit_once(desks: Desks) -> None:
    case_id = desks.taken_over()
    send(desks.examiner(), case_id, "accept")
    head = chief(desks)
    assert send(head, case_id, "extend", days="11", note="需要外调").status_code == 409
    page = text(send(head, case_id, "extend", days="5", note="需要外调"))
    assert "已延期 5 个工作日" in page and "需要外调" in page and "/extend" not in page


def test_an_extension_says_a_number_of_days(desks: Desks) -> None:
    case_id = desks.taken_over()
    send(desks.examiner(), case_id, "accept")
    answer = send(chief(desks), case_id, "extend", days="五", note="需要外调")
    assert "需要外调</textarea>" in text(answer) and "最多可延长 10 个工作日" in text(answer)


def test_the_examiner_extends_nothing(desks: Desks) -> None:
    case_id, examiner = desks.taken_over(), desks.examiner()
    send(examiner, case_id, "accept")
    assert send(examiner, case_id, "extend", days="5", note="需要外调").status_code == 403


def test_what_may_follow_is_named_and_brought_to_the_counter(desks: Desks) -> None:
    case_id = desks.taken_over()
    page = text(send(desks.examiner(), case_id, "accept", tolerated=["residence-permit"]))
    assert "容缺受理，待补交至" in page and "/approve" not in page
    desks.deliver()
    clerk, address = desks.clerk(), f"/staff/cases/{case_id}"
    assert "申请人来补交容缺材料" in text(clerk.get(address))
    bring(clerk, f"{address}/supply-tolerated", **{"file-residence-permit": scan()})
    desks.deliver()
    desks.deliver()
    registries.set_node(desks.linyi)
    page = text(desks.examiner("liwei").get(address))
    assert "待补交至" not in page and "/approve" in page


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("permit.png", picture("PNG"), content_type="image/png")


def test_a_main_material_may_not_follow(desks: Desks) -> None:
    case_id = desks.taken_over()
    page = desks.examiner().get(f"/staff/cases/{case_id}")
    assert 'value="residence-permit"' in text(page)
    assert send(desks.examiner("liwei"), case_id, "accept", tolerated=["identity"]).status_code in {409, 422}


def test_before_receipt_it_goes_home_and_comes_back(desks: Desks) -> None:
    case_id = handed_in_online(desks)
    clerk, address = desks.clerk(), f"/staff/cases/{case_id}"
    page = text(send(clerk, case_id, "return", reason="papers-incomplete", **WRONG_ADDRESS))
    assert "预审退回：" in page and "门牌号缺失" in page and "等待申请人" in page
    page = bring(clerk, f"{address}/resubmit", **{"filing.address": "济阳街道演示路 1 号 2 室"})
    assert "重新提交" in page and "等待申请人" not in page
    assert "收件：形式与身份已核对" in text(send(clerk, case_id, "receive"))


def test_sent_home_without_a_reason_keeps_what_was_typed(desks: Desks) -> None:
    case_id = handed_in_online(desks)
    answer = send(desks.clerk(), case_id, "return", **WRONG_ADDRESS)
    assert answer.status_code == 422 and "门牌号缺失</textarea>" in text(answer)


def test_a_refused_case_is_archived_by_who_holds_it(desks: Desks) -> None:
    case_id, examiner = desks.taken_over(), desks.examiner()
    page = text(send(examiner, case_id, "refuse", reason="参保关系已经终止", article="第二十九条"))
    assert f"{case_id}/archive" in page
    page = text(send(examiner, case_id, "archive"))
    assert "已归档" in page and "/archive" not in page


def test_nothing_under_way_is_archived(desks: Desks) -> None:
    case_id, examiner = desks.taken_over(), desks.examiner()
    assert send(examiner, case_id, "archive").status_code in {403, 409}
    assert seen(examiner.get(f"/staff/cases/{case_id}"))
