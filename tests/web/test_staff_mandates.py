"""At the counter of 济阳: a mandate on paper from a person without a phone, and a company's representative confirmed."""

from typing import Any

import pyotp
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import JIYANG, LUO, SUN
from tests.web.citizens import Phone, text
from tests.web.helpers import signed_in
from tongban.documents.tests.files import picture
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.people import services
from tongban.people.adapters.business_registers import DEMO_USCC
from tongban.people.mandate_records import list_history
from tongban.people.models import Mandate

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-phrase-of-tests"
MR_LUO = {"name": LUO.name, "id_kind": LUO.id_kind, "id_number": LUO.id_number, "seen": "yes"}
TO_SUN = {"relation": "child", "agent_name": SUN.name, "agent_phone": SUN.phone, "act": ["see"], "days": "90"}


@pytest.fixture
def clerk(phone: Phone) -> Phone:
    with scope([JIYANG]):
        uri = services.register_staff(
            node=phone.node, region=JIYANG, office="hall", username="zhaomin", password=PASSWORD, roles=frozenset({"reception"}),
            display_name="赵敏", by=system(JIYANG), at=now(),
        ).totp_uri  # fmt: skip
    client = Client()
    client.post("/staff/sign-in", {"username": "zhaomin", "password": PASSWORD})
    client.post("/staff/sign-in/code", {"code": pyotp.parse_uri(uri).now()})
    return Phone(phone.node, client)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("委托书.jpg", picture("JPEG"), "image/jpeg")


def record(clerk: Phone, **changes: Any) -> Any:
    return clerk.post("/staff/mandates", **{**MR_LUO, **TO_SUN, "paper": scan(), **changes})


def test_signed_on_paper_it_waits_for_the_agent(phone: Phone, clerk: Phone) -> None:
    assert "委托已登记" in text(record(clerk))
    row = Mandate.objects.get()
    assert (row.means, row.acts, bool(row.evidence)) == ("paper", ["see"], True)
    agent = signed_in(phone, SUN)
    agent.post(f"/helping/{row.id}/accept")
    assert LUO.name in text(agent.get("/helping"))


def test_who_has_no_phone_takes_it_back_at_the_counter(phone: Phone, clerk: Phone) -> None:
    record(clerk)
    row = Mandate.objects.get()
    page = text(clerk.post("/staff/mandates/given", id_kind=LUO.id_kind, id_number=LUO.id_number))
    assert SUN.name in page and f"/staff/mandates/{row.id}/revoke" in page
    assert clerk.post(f"/staff/mandates/{row.id}/revoke").status_code == 404, "the document is seen first"
    assert "委托已收回" in text(clerk.post(f"/staff/mandates/{row.id}/revoke", seen="yes"))
    assert signed_in(phone, SUN).post(f"/helping/{row.id}/accept").status_code == 404
    assert [entry.sentence.zh for entry in list_history(mandate_id=row.id)][-1] == "终止：委托人本人持证件到窗口收回"
    assert "没有有效的委托" in text(clerk.post("/staff/mandates/given", id_kind=LUO.id_kind, id_number=LUO.id_number))


def test_a_number_that_is_none_finds_nothing(clerk: Phone) -> None:
    page = clerk.post("/staff/mandates/given", id_kind=LUO.id_kind, id_number="1")
    assert page.status_code == 422 and 'href="#id_number"' in text(page)


@pytest.mark.parametrize(
    ("wrong", "anchor"),
    [
        ({"seen": ""}, "seen"), ({"paper": ""}, "paper"), ({"id_number": "1"}, "id_number"), ({"agent_phone": "1"}, "agent_phone"),
        ({"paper": SimpleUploadedFile("x.jpg", b"no picture")}, "paper"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(clerk: Phone, wrong: dict[str, Any], anchor: str) -> None:
    page = record(clerk, **wrong)
    assert page.status_code == 422 and f'href="#{anchor}"' in text(page)
    assert not Mandate.objects.exists()


def test_a_representative_is_confirmed_by_licence_and_card(phone: Phone, clerk: Phone) -> None:
    boss = signed_in(phone, SUN)
    boss.post("/companies", uscc=DEMO_USCC, name="")
    page = text(clerk.post("/staff/companies", uscc=DEMO_USCC))
    assert SUN.name in page
    assert SUN.phone in page, "anybody may type her name and number; the phone tells whose account it is"
    address = page.partition('action="/staff/companies/')[2].partition('"')[0]
    assert clerk.post(f"/staff/companies/{address}", seen="yes").status_code == 404
    assert "已核验" in text(clerk.post(f"/staff/companies/{address}", seen="yes", paper=scan()))
    assert "已核验" in text(boss.get("/companies"))
    assert "没有等待核验" in text(clerk.post("/staff/companies", uscc=DEMO_USCC))
