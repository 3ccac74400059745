"""After the decision at the desks of 临邑: the inspector takes it on, finds it otherwise and orders; the chief revokes; Mr Luo reads it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.cast import JIYANG, LINYI
from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tongban.cases import inspection_events as events
from tongban.cases import queries
from tongban.cases import services as cases
from tongban.cases.writing import Step, write
from tongban.kernel.actors import Actor, system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]
ARTICLE = "行政许可法第六十九条"


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def granted(desks: Desks, case_id: UUID) -> UUID:
    """As the examiner of 临邑 and its business system would leave it."""
    by = Actor("staff", "s-test", LINYI, frozenset({"examiner"}), office="hall")
    here: dict[str, Any] = {"node": desks.linyi, "region": LINYI, "case_id": case_id, "at": now()}
    with scope([LINYI]):
        cases.approve_case(**here, note="", expected_seq=None, cmd=new_id(), by=by)  # type: ignore[arg-type]
        cases.record_effect(**here, acknowledgement="W-1", valid_from=legal_day(now()), by=system(LINYI))
    return case_id


def looked_after(desks: Desks, case_id: UUID, *, due_on: date | None = None, office: str = "hall") -> UUID:
    """Granted, and the office of 临邑 that the item names was told to look into the pledge."""
    granted(desks, case_id)
    day = due_on or legal_day(now()) + timedelta(days=30)
    step = Step(events.InspectionAsked(office, LINYI, pledged=True, due_on=day.isoformat()))
    with scope([LINYI]):
        write(
            node=desks.linyi, region=LINYI, case_id=case_id, steps=[step], cmd=new_id(), by=system(LINYI), role="system", at=now()
        )  # fmt: skip
    return case_id


def applicants_part(desks: Desks, case_id: UUID) -> str:
    """What the page of the case tells the applicant of it."""
    with scope([LINYI]):
        view = queries.get_case(node=desks.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=now())
    return render_to_string("citizen/after_check.html", {"case": view, "language": "zh"})


def act(client: Client, address: str, name: str, **typed: Any) -> Any:
    return client.post(
        f"{address}/{name}", {"cmd": str(new_id()), "head": client.get(address).context["case"].head} | typed
    )


def inspector(desks: Desks, name: str = "fangyu") -> Client:
    return desks.sign_in(desks.linyi, name, "inspector")


def test_from_the_list_to_an_order(desks: Desks) -> None:
    case_id = looked_after(desks, desks.taken_over())
    client, address = inspector(desks), f"/staff/supervision/{case_id}"
    assert "待认领" in text(client.get("/staff/supervision")) and "罗建国" not in text(client.get(address))
    act(client, address, "claim")
    page = text(client.get(address))
    assert "罗建国" in page and "核查结果" in page
    act(client, address, "report", finding="differs", point="residence", note="未住在此处", article=ARTICLE)
    day = legal_day(now()) + timedelta(days=10)
    act(client, address, "order", note="补办居住登记", article=ARTICLE, due_on=day.isoformat())
    page = text(client.get(address))
    assert "限期改正中" in page and "补办居住登记" in page and "未住在此处" in page


def test_what_is_missing_is_said_and_what_was_typed_stays(desks: Desks) -> None:
    case_id = looked_after(desks, desks.taken_over())
    client, address = inspector(desks), f"/staff/supervision/{case_id}"
    assert "还没有认领" in text(act(client, address, "report", finding="in_order"))
    act(client, address, "claim")
    page = text(act(client, address, "report", finding="differs", note="未设消毒间"))
    assert "请选择核查结果" in page and "未设消毒间" in page


def test_the_chief_revokes_with_a_fresh_code_and_everybody_sees_it(desks: Desks) -> None:
    case_id = looked_after(desks, desks.taken_over())
    client, address = inspector(desks), f"/staff/supervision/{case_id}"
    act(client, address, "claim")
    act(client, address, "report", finding="differs", note="并无此事", article=ARTICLE)
    chief = desks.sign_in(desks.linyi, "sunli", "chief", "examiner")
    assert "撤销决定" in text(chief.get(address))
    assert "听取当事人" in text(act(chief, address, "revoke", reason="虚假承诺", article=ARTICLE))
    act(chief, address, "revoke", reason="虚假承诺", article=ARTICLE, heard="yes")
    assert "决定已撤销" in text(chief.get(address)) and "虚假承诺" in text(chief.get(f"/staff/cases/{case_id}"))
    page = applicants_part(desks, case_id)
    assert all(said in page for said in ("并无此事", "原决定已撤销", "虚假承诺", ARTICLE))


def test_what_is_late_is_counted_where_the_supervisor_begins(desks: Desks) -> None:
    looked_after(desks, desks.taken_over(), due_on=legal_day(now()) - timedelta(days=1))
    supervisor = desks.sign_in(desks.linyi, "wangwu", "supervisor")
    assert "批后核查超期 1 件" in text(supervisor.get("/staff/"))
    page = text(supervisor.get("/staff/supervision?tray=overdue"))
    assert "超期" in page and "没有超期的核查" not in page


def test_another_office_finds_nothing_and_an_inspector_reads_no_other_case(
    node: Node, linyi: Node, huimin: Node
) -> None:
    desks = Desks(node, linyi, huimin).found(supervisor="fire")
    case_id = looked_after(desks, desks.taken_over(), office="fire")
    client = inspector(desks)
    assert client.get(f"/staff/supervision/{case_id}").status_code == 404
    assert client.get(f"/staff/cases/{case_id}").status_code == 403
    assert "没有。" in text(client.get("/staff/supervision"))
    assert JIYANG not in text(client.get("/staff/supervision?tray=done"))
