"""Every view of a case, every refusal and every coming and going leaves one row; the citizen reads who looked."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, override_settings

from tests.cast import HUIMIN, JIYANG, LINYI, SUN
from tests.web.citizens import Phone, text
from tests.web.desks import Desks
from tests.web.helpers import signed_in
from tongban.audit.models import Reading
from tongban.kernel import registries
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

pytestmark = pytest.mark.django_db


def rows(what: str = "", region: str = JIYANG) -> list[Reading]:
    with scope([JIYANG, LINYI, HUIMIN]):
        found = Reading.objects.filter(region=region).order_by("id")
        return list(found.filter(what=what) if what else found)


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Iterator[Desks]:
    yield Desks(node, linyi, huimin).found()
    registries.set_node(node)


def test_each_look_of_a_clerk_is_one_row(desks: Desks) -> None:
    case_id, clerk = desks.received(), desks.clerk()
    for path in ("", "/record", "/receipt"):
        assert clerk.get(f"/staff/cases/{case_id}{path}").status_code == 200
    found = [(row.what, row.outcome, row.office, row.case_id) for row in rows() if row.case_id]
    assert found == [(what, "seen", "hall", case_id) for what in ("case", "record", "receipt")]


def test_a_refused_look_stays_on_record(desks: Desks) -> None:
    clerk, unknown = desks.clerk(), new_id()
    assert clerk.get(f"/staff/cases/{unknown}").status_code == 404
    assert clerk.get("/staff/readings").status_code == 403
    refused = [(row.what, row.outcome) for row in rows() if row.what != "sign_in"]
    assert refused == [("case", "missing"), ("readings", "forbidden")]


def test_a_refused_act_that_shows_the_case_is_a_look(desks: Desks) -> None:
    case_id = desks.taken_over()
    examiner = desks.examiner()
    examiner.post(f"/staff/cases/{case_id}/refuse", {"head": "1", "cmd": str(new_id())})
    assert [row.outcome for row in rows("case", LINYI)] == ["seen"]


def test_coming_and_going_and_wrong_words_are_on_record(desks: Desks) -> None:
    clerk = desks.clerk()
    clerk.post("/staff/sign-out")
    Client().post("/staff/sign-in", {"username": "nobody", "password": "wrong"})
    found = [(row.what, row.outcome, bool(row.reader)) for row in rows()]
    assert found == [("sign_in", "done", True), ("sign_out", "done", True), ("sign_in", "refused", False)]


@override_settings(READING_ALARM=3, READING_LIMIT=5)
def test_case_after_case_ends_and_a_supervisor_sees_it(desks: Desks) -> None:
    clerk, cases = desks.clerk(), [desks.received() for _ in range(6)]
    answers = [clerk.get(f"/staff/cases/{case_id}").status_code for case_id in cases]
    assert answers == [200] * 5 + [429]
    supervisor = desks.sign_in(desks.jiyang, "weiqing", "supervisor")
    page = text(supervisor.get("/staff/readings"))
    assert "3 件" in page and "/close" in page
    alarm = page.split("/staff/readings/")[1].split("/close")[0]
    assert "已核实" in text(supervisor.post(f"/staff/readings/{alarm}/close", follow=True))


def look_there(phone: Phone, address: str) -> Any:
    clerk = Desks(phone.node, phone.node, phone.node).sign_in(phone.node, "zhaomin", "reception")
    return clerk.get(f"/staff{address}")


def test_mr_luo_sees_office_and_role_of_who_looked_and_no_name(phone: Phone) -> None:
    address = phone.hand_in()
    assert "还没有人打开过" in text(phone.get(f"{address}/readers"))
    assert look_there(phone, address).status_code == 200
    page = text(phone.get(f"{address}/readers"))
    assert "综窗收件员" in page and "查看了办件" in page and "赵敏" not in page
    assert "临邑" in page


def test_nobody_else_sees_who_looked(phone: Phone) -> None:
    address = phone.hand_in()
    assert signed_in(phone, SUN).get(f"{address}/readers").status_code == 404
    refused = [row for row in rows("case") if row.outcome == "missing"]
    assert [row.case_id for row in refused] == [UUID(address.rpartition("/")[2])]


def test_what_he_types_into_his_own_draft_is_no_reading(phone: Phone) -> None:
    phone.fill(phone.begin())
    assert [row.what for row in rows()] == ["sign_in"]
