"""Free seals at the window of 济阳: a clerk asks for the set, a maker makes it, somebody collects it; the company sees how it stands."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.cast import JIYANG
from tests.web.citizens import Phone
from tests.web.desks import Desks
from tests.web.test_companies import company_of, vouched
from tests.web.test_staff_case import text
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.people.adapters.business_registers import DEMO_USCC
from tongban.regions.services import load_regions
from tongban.seals import order_queries, orders
from tongban.seals.models import SealOrder

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]
HOME, MAKER = "/staff/seal-orders", "济阳印章社（演示）"
USCC, WAITING = "91370100MA3C0DE10W", "91371400MA3C0DE246"


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    load_regions()
    return Desks(node, linyi, huimin)


def asked(client: Client, **changed: Any) -> Any:
    """Two seals for a company of 济阳; Mr Luo collects them."""
    typed = {
        "organisation": "济阳好粮有限公司（演示）", "uscc": USCC, "kind": ["official", "finance"], "recipient": "罗建国", "phone": "19900000001",
    }  # fmt: skip
    return client.post(f"{HOME}/new", typed | changed)


def order_of(uscc: str = WAITING) -> tuple[UUID, int]:
    """A set that waits to be sent away, and a maker."""
    by: dict[str, Any] = {"region": JIYANG, "by": Actor("staff", "s-orders", JIYANG, frozenset({"chief"})), "at": now()}
    with scope([JIYANG]):
        orders.add_maker(name=MAKER, **by)
        (maker,) = order_queries.list_makers(region=JIYANG)
        order = orders.order_seals(
            organisation="临河食品有限公司（演示）", uscc=uscc, kinds=["official", "contract"], recipient="孙*", phone="199****0002", **by
        )  # fmt: skip
    return order, maker.id


def carried(client: Client) -> UUID:
    """From the window to whom it is for, with every mistake on the way."""
    asked(client, uscc="123"), asked(client, kind=[])
    address = asked(client).url
    asked(client)
    with scope([JIYANG]):
        (maker,) = order_queries.list_makers(region=JIYANG)
    numbers = {"number-official": "3701150000001", "number-finance": "3701150000002"}
    gone = {"way": "posted", "receiver": "罗建国", "waybill": "SF1234567890"}
    for step, wrong, right in (
        ("send", {"maker": "x"}, {"maker": maker.id}), ("made", {**numbers, "number-finance": "1"}, numbers),
        ("deliver", {**gone, "waybill": ""}, gone),
    ):  # fmt: skip
        client.get(address), client.post(f"{address}/{step}", wrong), client.post(f"{address}/{step}", right)
    client.get(address)
    return UUID(address.rpartition("/")[2])


def test_a_set_from_the_window_to_whom_it_is_for(desks: Desks) -> None:
    order_of()
    clerk = desks.sign_in(desks.jiyang, "zhaomin", "reception")
    page = text(clerk.get(f"{HOME}/{carried(clerk)}"))
    for word in ("已交付", "3701150000002", "SF1234567890", MAKER, "罗**", "199****0001", "赵敏"):
        assert word in page
    assert "罗建国" not in page and "现在可以办的" not in page


def test_no_table_has_the_person_in_full(desks: Desks) -> None:
    order_of()
    carried(desks.sign_in(desks.jiyang, "zhaomin", "reception"))
    with scope([JIYANG]):
        kept = str([*SealOrder.objects.values(), *SealOrder.objects.values("steps__words")])
    assert "罗**" in kept and "罗建国" not in kept and "19900000001" not in kept


def test_a_second_set_names_the_first_and_leads_to_it(desks: Desks) -> None:
    clerk = desks.sign_in(desks.jiyang, "zhaomin", "reception")
    first, again = asked(clerk), asked(clerk, uscc=f" {USCC.lower()} ")
    assert again.status_code == 409 and "只能免费一套" in text(again)
    assert f'href="{first.url}"' in again.content.decode()


@pytest.mark.parametrize("wrong", [{"uscc": "91370100MA3C0DE10X"}, {"phone": "12"}, {"recipient": ""}, {"kind": []}])
def test_what_is_wrong_keeps_what_was_typed(desks: Desks, wrong: dict[str, Any]) -> None:
    answer = asked(desks.sign_in(desks.jiyang, "zhaomin", "reception"), **wrong)
    assert answer.status_code == 422 and "济阳好粮有限公司" in text(answer)


def test_a_supervisor_withdraws_and_keeps_the_makers(desks: Desks) -> None:
    order, maker = order_of()
    supervisor, clerk = (desks.sign_in(desks.jiyang, f"kan-{role}", role) for role in ("supervisor", "reception"))
    assert "撤回申领" not in text(clerk.get(f"{HOME}/{order}"))
    assert clerk.post(f"{HOME}/{order}/withdraw", {"reason": "重复"}).status_code == 403
    supervisor.post(f"{HOME}/{order}/withdraw", {"reason": "名称登记有误"})
    assert "名称登记有误" in text(supervisor.get(f"{HOME}/{order}"))
    supervisor.post(f"{HOME}/makers/{maker}/end")
    assert MAKER not in text(supervisor.get(HOME))


def test_the_list_is_paged_and_another_place_sees_nothing(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.web.staff.seal_orders.MOST_LINES", 1)
    order, _ = order_of()
    clerk = desks.sign_in(desks.jiyang, "zhaomin", "reception")
    asked(clerk)
    assert "第 1 页，共 2 页" in text(clerk.get(HOME)) and "临河食品" in text(clerk.get(f"{HOME}?page=2"))
    elsewhere = desks.sign_in(desks.linyi, "linyi-1", "reception")
    assert elsewhere.get(f"{HOME}/{order}").status_code == 404 and "临河食品" not in text(elsewhere.get(HOME))


def test_in_english_no_chinese_sentence_is_left(desks: Desks) -> None:
    order_of()
    clerk = desks.sign_in(desks.jiyang, "zhaomin", "reception")
    order = carried(clerk)
    clerk.get("/language?to=en&next=/")
    page = text(clerk.get(f"{HOME}/{order}"))
    assert "Delivered" in page and "Finance seal" in page and "已交付" not in page


def test_the_representative_sees_how_it_stands(phone: Phone) -> None:
    boss = vouched(phone)
    company = company_of(text(boss.post("/companies", uscc=DEMO_USCC, name="")))
    assert "免费刻章" not in text(boss.get(f"/companies/{company}"))
    order_of(DEMO_USCC)
    page = text(boss.get(f"/companies/{company}"))
    assert "免费刻章" in page and "已申领" in page and "2 枚" in page
