"""Both sides look at one case, and the deciding side acts on it."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.web.desks import Desks
from tongban.kernel.node import Node

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def text(response: HttpResponse) -> str:
    return response.content.decode()


def count_jobs(task: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task).count()


def seen(response: HttpResponse) -> dict[str, str]:
    """The hidden fields that go back with an act."""
    page = text(response)
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("head", "cmd")}  # type: ignore[index]


def test_the_worklist_shows_a_masked_name(desks: Desks) -> None:
    desks.received()
    page = text(desks.clerk().get("/staff/?desk=reception"))
    assert "罗**" in page and "罗建国" not in page and "临邑县" in page


def test_the_receiving_side_sees_masks_and_no_decision(desks: Desks) -> None:
    case_id = desks.taken_over()
    page = text(desks.clerk().get(f"/staff/cases/{case_id}"))
    assert "罗**" in page and "罗建国" not in page
    assert "准予备案" not in page and "不予备案" not in page


def test_the_deciding_side_sees_the_person_the_clause_and_what_may_be_done(desks: Desks) -> None:
    case_id = desks.taken_over()
    page = text(desks.examiner().get(f"/staff/cases/{case_id}"))
    for words in ("罗建国", "跨市通办协议", "受理", "一次性告知补正", "不予受理", "准予备案", "不予备案"):
        assert words in page
    assert "许可" not in page


def test_accepting_ends_on_the_page_as_it_is_now(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    done = examiner.post(f"{address}/accept", seen(examiner.get(address)), follow=True)
    assert done.redirect_chain == [(address, 302)] and "已受理" in text(done)


def test_a_doubled_click_acts_once(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    sent = seen(examiner.get(address))
    assert [examiner.post(f"{address}/accept", sent).status_code for _ in range(2)] == [302, 302]


def test_a_stale_page_is_refused_and_keeps_what_was_typed(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    old = seen(examiner.get(address))
    examiner.post(f"{address}/accept", old)
    late = {"head": old["head"], "cmd": str(case_id), "reason": "参保关系已经终止", "article": "第二十九条"}
    answer = examiner.post(f"{address}/refuse", late)
    assert answer.status_code == 409
    assert 'role="alert"' in text(answer) and "参保关系已经终止</textarea>" in text(answer)


def test_a_refusal_needs_reason_and_article(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    answer = examiner.post(f"{address}/refuse", {**seen(examiner.get(address)), "reason": "参保关系已经终止"})
    assert answer.status_code == 422 and "参保关系已经终止</textarea>" in text(answer)


def test_a_refusal_shows_reason_article_and_remedies(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    grounds = {"reason": "参保关系已经终止", "article": "社会保险法第二十九条"}
    page = text(examiner.post(f"{address}/refuse", {**seen(examiner.get(address)), **grounds}, follow=True))
    for words in (*grounds.values(), "行政复议", "行政诉讼"):
        assert words in page


def test_a_correction_names_something(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    answer = examiner.post(f"{address}/request-correction", {**seen(examiner.get(address)), "note": "请补正地址"})
    assert answer.status_code == 422 and "请补正地址</textarea>" in text(answer)


def test_a_correction_is_asked_for_once(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    asked = {**seen(examiner.get(address)), "field": ["filing.address"], "note": "门牌号缺失"}
    page = text(examiner.post(f"{address}/request-correction", asked, follow=True))
    assert "已一次性告知补正" in page and "门牌号缺失" in page and "等待申请人补正" in page


def test_a_clerk_of_the_receiving_place_cannot_decide(desks: Desks) -> None:
    case_id = desks.taken_over()
    clerk, address = desks.clerk(), f"/staff/cases/{case_id}"
    answer = clerk.post(f"{address}/approve", {"head": "5", "cmd": str(case_id)})
    assert answer.status_code == 403


def test_a_page_without_its_head_does_nothing(desks: Desks) -> None:
    case_id = desks.taken_over()
    assert desks.examiner().post(f"/staff/cases/{case_id}/accept").status_code == 409


def test_nobody_wakes_a_job_that_the_case_does_not_wait_for(desks: Desks) -> None:
    case_id = desks.taken_over()
    assert desks.examiner().post(f"/staff/cases/{case_id}/retry-effect").status_code == 403


def test_a_case_is_withdrawn_when_the_applicant_is_here(desks: Desks) -> None:
    case_id = desks.received()
    clerk, address = desks.clerk(), f"/staff/cases/{case_id}"
    sent = seen(clerk.get(address))
    assert clerk.post(f"{address}/withdraw", sent).status_code == 422
    assert "申请人已撤回" in text(clerk.post(f"{address}/withdraw", {**sent, "asked": "yes"}, follow=True))


def test_the_receipt_names_both_places_and_is_no_acceptance(desks: Desks) -> None:
    case_id = desks.received()
    page = text(desks.clerk().get(f"/staff/cases/{case_id}/receipt"))
    for words in ("收件凭证", "济阳区", "临邑县", "0531-00000001", "0534-00000002", "不代表受理", "罗**", "居住证"):
        assert words in page
    assert "罗建国" not in page


def test_the_record_is_a_download(desks: Desks) -> None:
    case_id = desks.received()
    answer = desks.clerk().get(f"/staff/cases/{case_id}/record")
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.content


def test_a_file_that_is_not_of_the_case_is_missing(desks: Desks) -> None:
    case_id = desks.received()
    assert desks.clerk().get(f"/staff/cases/{case_id}/files/{'0' * 64}").status_code == 404


def test_another_place_does_not_find_the_case(desks: Desks) -> None:
    case_id = desks.received()
    assert desks.examiner().get(f"/staff/cases/{case_id}").status_code == 404


def test_the_page_speaks_english(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner = desks.examiner()
    examiner.cookies["language"] = "en"
    page = text(examiner.get(f"/staff/cases/{case_id}"))
    assert "Grant the filing" in page and "Review points" in page and "现在" not in page


def approved(desks: Desks) -> tuple[Client, str]:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    examiner.post(f"{address}/approve", seen(examiner.get(address)))
    return examiner, address


def test_granting_is_not_yet_in_effect(desks: Desks) -> None:
    examiner, address = approved(desks)
    page = text(examiner.get(address))
    assert "准予备案" in page and "已决定，待生效" in page and "重试生效" not in page


def test_the_business_system_is_asked_again_by_a_job(desks: Desks) -> None:
    examiner, address = approved(desks)
    desks.platform_is_silent(address)
    before = count_jobs("review.push_effect")
    assert examiner.post(f"{address}/retry-effect").status_code == 302
    assert count_jobs("review.push_effect") == before + 1


def test_the_applicant_brings_the_correction_to_the_counter(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    asked = {**seen(examiner.get(address)), "field": ["filing.address"], "note": "门牌号缺失"}
    examiner.post(f"{address}/request-correction", asked)
    desks.deliver()
    clerk = desks.clerk()
    cmd = re.search(r'name="cmd" value="([^"]+)"', text(clerk.get(f"{address}/supplement")))[1]  # type: ignore[index]
    sent = clerk.post(f"{address}/supplement", {"cmd": cmd, "filing.address": "济阳街道演示路 1 号 2 室"})
    assert sent.status_code == 302
