"""Lists of the desks: searched exactly and never in an address, narrowed, kept under a name, worked through in bulk with care."""

import re
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.cast import JIYANG, LINYI, LUO
from tests.web.desks import Desks
from tests.web.test_staff_case import seen, text
from tongban.cases import queries as cases
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def number_on(page: HttpResponse) -> str:
    return re.search(r'class="num" href="[^"]+">([^<]+)<', text(page))[1]  # type: ignore[index]


def state(desks: Desks, case_id: UUID) -> str:
    with scope([LINYI]):
        return cases.get_case(node=desks.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=now()).state


@pytest.mark.parametrize("by", ["number", "identity"])
def test_what_finds_one_case_opens_it(desks: Desks, by: str) -> None:
    case_id, clerk = desks.received(), desks.clerk()
    words = LUO.id_number if by == "identity" else number_on(clerk.get("/staff/?desk=all"))
    assert clerk.post("/staff/find", {"words": words}).url == f"/staff/cases/{case_id}"


def test_a_person_s_cases_are_listed_masked_and_stand_in_no_address(desks: Desks) -> None:
    desks.received(), desks.received()
    page = desks.clerk().post("/staff/find", {"words": LUO.id_number})
    assert page.status_code == 200 and text(page).count("罗**") == 2
    assert LUO.id_number not in text(page) and "罗建国" not in text(page)


def test_what_is_not_found_says_so_and_does_not_repeat_what_was_typed(desks: Desks) -> None:
    page = text(desks.clerk().post("/staff/find", {"words": "99142419680312001"}))
    assert "没有找到办件" in page and "99142419680312001" not in page


def test_a_number_in_an_address_finds_nothing(desks: Desks) -> None:
    assert desks.clerk().get("/staff/find?words=1").status_code == 405


@pytest.mark.parametrize(
    ("query", "found"),
    [(f"partner={LINYI}", True), ("partner=371621", False), ("lamp=red", False), ("officer=me", False)],
)
def test_a_list_is_narrowed(desks: Desks, query: str, found: bool) -> None:
    desks.received()
    page = text(desks.clerk().get(f"/staff/?desk=all&{query}"))
    assert ("罗**" in page) is found and ("没有符合筛选条件的办件" in page) is not found


def test_a_filter_is_kept_under_a_name_and_removed(desks: Desks) -> None:
    clerk = desks.clerk()
    clerk.post("/staff/filters", {"desk": "all", "partner": LINYI, "officer": "me", "name": "临邑 我的"})
    page = text(clerk.get("/staff/"))
    address = re.search(r'class="chip" href="([^"]+)">临邑 我的<', page)[1]  # type: ignore[index]
    assert set(address.replace("&amp;", "&").partition("?")[2].split("&")) == {
        "desk=all",
        f"partner={LINYI}",
        "officer=me",
    }
    assert "临邑 我的" not in text(desks.clerk("liwei").get("/staff/"))
    clerk.post(re.search(r"/staff/filters/[^/]+/forget", page)[0])  # type: ignore[index]
    assert "临邑 我的" not in text(clerk.get("/staff/"))


def test_a_filter_without_a_name_is_refused(desks: Desks) -> None:
    assert desks.clerk().post("/staff/filters", {"desk": "all", "name": " "}).status_code == 422


def confirmed(examiner: Client, *case_ids: UUID, act: str = "accept") -> dict[str, object]:
    """What the page of the lines sends back."""
    page = text(examiner.post("/staff/bulk", {"act": act, "desk": "acceptance", "case": [str(id) for id in case_ids]}))
    cmd = re.search(r'name="cmd" value="([^"]+)"', page)[1]  # type: ignore[index]
    return {"act": act, "desk": "acceptance", "cmd": cmd, "line": re.findall(r'name="line" value="([^"]+)"', page)}


def test_many_are_accepted_and_each_answers_for_itself(desks: Desks) -> None:
    cases = [desks.taken_over(), desks.taken_over()]
    examiner = desks.examiner()
    sent = confirmed(examiner, *cases)
    assert len(sent["line"]) == 2 and [state(desks, id) for id in cases] == ["received", "received"]
    assert "已办理 2 件" in text(examiner.post("/staff/bulk/do", sent))
    assert [state(desks, id) for id in cases] == ["accepted", "accepted"]
    assert "已办理 2 件" in text(examiner.post("/staff/bulk/do", sent))


def test_what_changed_since_is_left_alone(desks: Desks) -> None:
    changed, same = desks.taken_over(), desks.taken_over()
    examiner = desks.examiner()
    sent = confirmed(examiner, changed, same)
    address = f"/staff/cases/{changed}"
    examiner.post(f"{address}/request-correction", {**seen(examiner.get(address)), "field": ["filing.address"]})
    page = text(examiner.post("/staff/bulk/do", sent))
    assert "已办理 1 件，共 2 件" in page and "未办理" in page
    assert [state(desks, changed), state(desks, same)] == ["awaiting_correction", "accepted"]


def test_nothing_is_refused_in_bulk_and_nobody_acts_beyond_their_role(desks: Desks) -> None:
    case_id = desks.taken_over()
    for client, act in ((desks.examiner(), "refuse"), (desks.sign_in(desks.linyi, "liwei", "exit"), "accept")):
        assert client.post("/staff/bulk", {"act": act, "case": [str(case_id)]}).status_code == 404


def test_nothing_ticked_says_so(desks: Desks) -> None:
    assert desks.examiner().post("/staff/bulk", {"act": "accept"}).status_code == 422


@pytest.mark.parametrize(("ticked", "said"), [(50, False), (53, True)])
def test_ticks_beyond_one_batch_are_spoken_of(desks: Desks, ticked: int, said: bool) -> None:
    chosen = [str(desks.taken_over()), *(str(new_id()) for _ in range(ticked - 1))]
    page = text(desks.examiner().post("/staff/bulk", {"act": "accept", "case": chosen}))
    assert ("还有 3 件没有列在下面" in page) == said


def test_another_place_s_case_is_not_in_the_lines(desks: Desks) -> None:
    case_id = desks.received()
    assert desks.examiner().post("/staff/bulk", {"act": "accept", "case": [str(case_id), "x"]}).status_code == 422


def test_each_role_sees_its_own_desks(desks: Desks) -> None:
    page = text(desks.sign_in(desks.linyi, "sunli", "chief").get("/staff/"))
    assert "待审定" in page and "窗口收件" not in page
    supervisor = text(desks.sign_in(desks.linyi, "wangwu", "supervisor").get("/staff/"))
    assert "已超期" in supervisor and "督办提醒" in supervisor
    with scope([JIYANG]):
        assert "待送达" in text(desks.sign_in(desks.linyi, "liwei", "exit").get("/staff/"))
