"""A company is claimed by its legal representative, who appoints handling persons; the filings offered are for persons."""

import re

import pytest

from tests.cast import LUO, SUN
from tests.web.citizens import PERMIT, Phone, text
from tests.web.helpers import act_for, give, signed_in
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.people import queries as people
from tongban.people.adapters.business_registers import DEMO_USCC
from tongban.people.citizens import save_verified_identity
from tongban.people.mandate_records import list_clients
from tongban.people.queries import Citizen

pytestmark = pytest.mark.django_db


def citizen(phone: Phone) -> Citizen:
    found = people.find_citizen(node=phone.node, citizen_id=phone.client.session["citizen"])
    assert found
    return found


def vouched(phone: Phone) -> Phone:
    """孙丽, as unified sign-in would vouch for her."""
    own = signed_in(phone, SUN)
    with scope(phone.node.regions):
        save_verified_identity(
            node=phone.node, citizen_id=citizen(own).id, name=SUN.name, id_kind=SUN.id_kind, id_number=SUN.id_number, phone="",
            at=now(), allow_demo=True,
        )  # fmt: skip
    return own


def company_of(page: str) -> str:
    found = re.search(r"/companies/([0-9a-f-]{36})", page)
    assert found
    return found[1]


def test_a_wrong_code_is_said_at_its_field(phone: Phone) -> None:
    page = signed_in(phone, SUN).post("/companies", uscc="123", name="")
    assert page.status_code == 422 and 'href="#uscc"' in text(page)


def test_it_says_which_services_are_for_companies(phone: Phone) -> None:
    assert "都只面向个人" in text(signed_in(phone, SUN).get("/companies"))


def test_a_typed_number_waits_for_the_counter(phone: Phone) -> None:
    page = text(signed_in(phone, SUN).post("/companies", uscc=DEMO_USCC, name=""))
    assert "待窗口核验" in page and not re.search(r"/companies/[0-9a-f-]{36}", page)


def test_a_handling_person_acts_for_the_company_and_files_nothing_for_persons(phone: Phone) -> None:
    boss = vouched(phone)
    company = company_of(text(boss.post("/companies", uscc=DEMO_USCC, name="")))
    employee = signed_in(phone, LUO)
    mandate = give(boss, LUO, "hand_in", organisation=company)
    employee.post(f"/helping/{mandate}/accept")
    assert LUO.name in text(boss.get(f"/companies/{company}"))
    assert "您正在为示范农产品有限公司（演示）代办" in text(act_for(employee, mandate))
    employee.answer(PERMIT)
    refused = employee.get("/apply/remote-medical-filing/begin")
    assert refused.status_code == 422 and "只面向个人" in text(refused)


def test_the_representative_too_acts_under_a_mandate(phone: Phone) -> None:
    boss = vouched(phone)
    boss.post("/companies", uscc=DEMO_USCC, name="")
    with scope(phone.node.regions):
        (own,) = list_clients(node=phone.node, person=citizen(boss), at=now())
    assert own.relation == "legal"
    assert "示范农产品" in text(act_for(boss, own.id))


def test_nobody_else_opens_its_page(phone: Phone) -> None:
    company = company_of(text(vouched(phone).post("/companies", uscc=DEMO_USCC, name="")))
    stranger = signed_in(phone, LUO)
    assert stranger.get(f"/companies/{company}").status_code == 404
    assert stranger.get(f"/mandates/new?organisation={company}").status_code == 404
