"""节点运行: the operator sees what waits and why, asks for what is dangerous, and a second person confirms. No page shows a person."""

import json
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.cast import LINYI, LUO
from tests.web.desks import Desks
from tests.web.test_staff_case import seen, text
from tests.web.troubles import Troubles, newer_release
from tongban.alliance.tests.factories import TRUST
from tongban.exchange import queries
from tongban.exchange.fork_proofs import verify_fork_evidence
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def troubles(node: Node, linyi: Node, huimin: Node) -> Troubles:
    return Troubles(Desks(node, linyi, huimin).found())


def case_page(client: Client, case_id: object) -> HttpResponse:
    return client.get(f"/staff/node/cases/{case_id}")


def ask(client: Client, case_id: object, what: str = "release", **typed: str) -> HttpResponse:
    return client.post(f"/staff/node/cases/{case_id}/{what}", {"reason": "已升级", **typed}, follow=True)


def confirm(client: Client, case_id: object) -> HttpResponse:
    request = re.search(r'name="request" value="([^"]+)"', text(case_page(client, case_id)))[1]  # type: ignore[index]
    return client.post(f"/staff/node/cases/{case_id}/confirm", {"request": request}, follow=True)


def test_an_operator_begins_here_and_reads_no_case(troubles: Troubles) -> None:
    case_id = troubles.unsent()
    operator = troubles.operator()
    page = text(operator.get("/staff/node/"))
    assert "节点运行" in page and "对端" in page and 'href="/staff/"' not in page
    assert operator.get("/staff/").status_code == operator.get(f"/staff/cases/{case_id}").status_code == 403


def test_nobody_else_opens_it(troubles: Troubles) -> None:
    examiner = troubles.desks.examiner()
    assert examiner.get("/staff/node/").status_code == 403
    assert "节点运行" not in text(examiner.get("/staff/"))


def test_what_waits_is_shown_with_its_reason(troubles: Troubles) -> None:
    case_id = troubles.unsent()
    page = text(troubles.operator().get("/staff/node/"))
    for words in ("济阳区", "unreachable: ConnectError", str(case_id), "逾期证据", "未确认收妥"):
        assert words in page


def test_who_works_on_the_case_reads_of_late_evidence_too(troubles: Troubles) -> None:
    case_id = troubles.unsent()
    page = text(troubles.desks.examiner().get(f"/staff/cases/{case_id}"))
    assert "证据逾期：对方还没有确认收到" in page and "办件不受影响" in page


def test_no_page_shows_a_person(troubles: Troubles) -> None:
    case_id = troubles.parked()
    operator = troubles.operator()
    for page in (text(operator.get("/staff/node/")), text(case_page(operator, case_id))):
        assert not [word for word in (LUO.name, LUO.id_number, LUO.phone, "罗**") if word in page]


def test_r12_a_release_needs_a_second_person(troubles: Troubles) -> None:
    """R12: the case goes on by the rules of the new release, once two people want it."""
    case_id = troubles.parked()
    operator, second = troubles.operator(), troubles.operator("wumei", roles=("supervisor",))
    with newer_release():
        page = text(ask(operator, case_id))
        assert "须由另一位" in page and "确认执行" not in page
        assert "确认执行" in text(second.get("/staff/node/"))
        after = text(confirm(second, case_id))
    assert "放行" in after and "暂停处理" not in after
    with scope([LINYI]):
        assert queries.get_head(LINYI, case_id).parked == ""


def test_whoever_asked_is_refused_to_confirm(troubles: Troubles) -> None:
    case_id = troubles.parked()
    operator = troubles.operator()
    ask(operator, case_id)
    answer = confirm(operator, case_id)
    assert answer.status_code == 403 and "提出的人不能自己确认" in text(answer)


def test_a_supervisor_confirms_and_does_not_ask(troubles: Troubles) -> None:
    case_id = troubles.parked()
    supervisor = troubles.operator("wumei", roles=("supervisor",))
    assert "/release" not in text(case_page(supervisor, case_id))
    assert ask(supervisor, case_id).status_code == 403


def test_the_other_side_reads_that_it_is_parked_and_the_operators_answer(troubles: Troubles) -> None:
    case_id = troubles.parked()
    operator, second = troubles.operator(), troubles.operator("wumei", roles=("supervisor",))
    ask(operator, case_id, "answer", code="upgrade-planned", reason="周五升级")
    confirm(second, case_id)
    troubles.desks.deliver()
    troubles.desks.deliver()
    clerk = troubles.desks.clerk()
    page = text(clerk.get(f"/staff/cases/{case_id}"))
    assert "临邑县已收到，暂不能处理：对方系统需要升级" in page
    over_there = troubles.desks.sign_in(troubles.desks.jiyang, "zhengli", "operator")
    assert "周五升级" in text(over_there.get("/staff/node/"))


def test_c3_a_fork_is_shown_exported_and_never_released(troubles: Troubles) -> None:
    case_id = troubles.forked()
    operator = troubles.operator()
    page = text(case_page(operator, case_id))
    assert "需要联盟裁定" in page and "/release" not in page and "两份签名记录" in page
    assert ask(operator, case_id).status_code == 403
    file = operator.post(f"/staff/node/cases/{case_id}/evidence")
    assert "attachment" in file["Content-Disposition"]
    (proof,) = verify_fork_evidence(file.content, trust=TRUST)
    assert proof.same_author and proof.case == case_id and LUO.name not in json.dumps(file.content.decode())


def test_what_waits_is_sent_now(troubles: Troubles) -> None:
    case_id = troubles.unsent()
    operator = troubles.operator()
    assert "立即重发" in text(operator.post("/staff/node/retry", {"peer": "370115"}, follow=True))
    assert "立即重发" in text(operator.post(f"/staff/node/cases/{case_id}/retry", follow=True))


def test_a_case_is_found_by_its_id(troubles: Troubles) -> None:
    case_id = troubles.unsent()
    operator = troubles.operator()
    found = operator.get("/staff/node/find", {"case": f" {case_id} "}, follow=True)
    assert "为什么等待" in text(found) and "没有其他节点的收妥回执" not in text(found)
    assert operator.get("/staff/node/find", {"case": "罗建国"}).status_code == 404
    assert case_page(operator, "01934567-89ab-7def-8123-456789abcdef").status_code == 404


def test_r15_while_the_node_recovers_every_desk_says_so_and_writes_nothing(troubles: Troubles) -> None:
    """R15: read-only until the others have said what they hold; the operator is told what not to do."""
    case_id = troubles.desks.taken_over()
    examiner, operator = troubles.desks.examiner(), troubles.operator()
    sent = seen(examiner.get(f"/staff/cases/{case_id}"))
    troubles.restored()
    for page in (examiner.get("/staff/"), examiner.get(f"/staff/cases/{case_id}"), operator.get("/staff/node/")):
        assert "本节点正在恢复，办件暂只能查看" in text(page)
    refused = examiner.post(f"/staff/cases/{case_id}/accept", sent)
    assert refused.status_code == 503 and "暂只能查看" in text(refused)
    assert "不要再次恢复备份" in text(operator.get("/staff/node/"))


def test_the_pages_speak_english(troubles: Troubles) -> None:
    case_id = troubles.parked()
    operator = troubles.operator()
    operator.cookies["language"] = "en"
    for page in (text(operator.get("/staff/node/")), text(case_page(operator, case_id))):
        assert "Parked" in page or "operator" in page
        assert "暂停处理" not in page
