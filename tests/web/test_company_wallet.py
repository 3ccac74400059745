"""A company's licences: its legal representative and whoever it appoints see them, show them within their mandate, and the log names who did."""

from uuid import UUID

import pytest
from django.test import Client

from tests.cast import LUO, SUN
from tests.web.citizens import Phone, text
from tests.web.helpers import ZHOU, act_for, give, signed_in
from tests.web.test_companies import citizen, company_of, vouched
from tests.web.test_wallet import address, code_of, share
from tongban.cases.models import Case
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.people.adapters.business_registers import DEMO_USCC
from tongban.people.mandate_records import list_clients
from tongban.people.organisations import list_organisations

pytestmark = pytest.mark.django_db
COMPANY = "示范农产品有限公司（演示）"

__all__ = ["address"]


def company_of_luo(phone: Phone, address: str) -> tuple[Phone, Phone, UUID, UUID]:
    """孙丽 represents a company whose case this was, 周洋 may only look: their browsers, and the mandates."""
    boss = vouched(phone)
    company = company_of(text(boss.post("/companies", uscc=DEMO_USCC, name="")))
    with scope(phone.node.regions):
        (own,) = list_clients(node=phone.node, person=citizen(boss), at=now())
        (known,) = list_organisations(node=phone.node, legal=citizen(boss).ref)
        Case.objects.filter(case_id=address.split("/")[2]).update(owner=known.ref)
    employee = signed_in(phone, ZHOU)
    looks = give(boss, ZHOU, "see", organisation=company)
    employee.post(f"/helping/{looks}/accept")
    return boss, employee, own.id, looks


def test_who_acts_for_a_company_sees_its_licences_and_who_may_do_what(phone: Phone, address: str) -> None:
    boss, employee, _, looks = company_of_luo(phone, address)
    page = text(boss.get("/wallet"))
    assert COMPANY in page and "异地就医备案凭证" in page and "谁可以办什么（2 人）" in page and ZHOU.name in page
    seen = text(employee.get("/wallet"))
    assert "您只能查看" in seen and "法定代表人" in seen
    act_for(employee, looks)
    assert employee.get(address).status_code == 200 and employee.get(f"{address}/share").status_code == 403
    assert address not in text(phone.get("/wallet"))


def test_the_log_of_the_company_names_who_showed_it(phone: Phone, address: str) -> None:
    boss, employee, own, looks = company_of_luo(phone, address)
    act_for(boss, own)
    shown = share(boss, address)
    assert Client().post("/shared", {"code": code_of(shown)}).status_code == 200
    boss.post(f"{address}/take", form="pdf", reason="年检")
    act_for(employee, looks)
    log = text(employee.get(address))
    assert f"由{SUN.name}出示" in log and "打开过 1 次" in log and f"由{SUN.name}代办" in log


def test_family_shows_it_and_the_holder_reads_who_did(phone: Phone, address: str) -> None:
    daughter = signed_in(phone, SUN)
    mandate = give(phone, SUN, "collect")
    daughter.post(f"/helping/{mandate}/accept")
    act_for(daughter, mandate)
    share(daughter, address)
    log = text(phone.get(address))
    assert f"由{SUN.name}出示" in log and LUO.name in log
    assert "领取结果和文书" in text(phone.get(f"/mandates/{mandate}"))
