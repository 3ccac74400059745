"""A helper of the hall (帮办代办员) signs in as staff, reads no case of the region, and acts for the clients who gave a mandate."""

from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from django.test import Client

from tests.cast import JIYANG, LUO
from tests.web.citizens import PERMIT, Phone, text
from tests.web.helpers import act_for, give, signed_in
from tongban.exchange import queries as exchange
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.people import services
from tongban.people.mandate_records import list_busy_helpers, list_helpers

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-phrase-of-tests"


@pytest.fixture
def hall(phone: Phone) -> Phone:
    """何琳 at the hall of 济阳, signed in with both factors."""
    with scope([JIYANG]):
        uri = services.register_staff(
            node=phone.node, region=JIYANG, office="hall", username="helin", password=PASSWORD, roles=frozenset({"helper"}),
            display_name="何琳", by=system(JIYANG), at=now(),
        ).totp_uri  # fmt: skip
    client = Client()
    client.post("/staff/sign-in", {"username": "helin", "password": PASSWORD})
    client.post("/staff/sign-in/code", {"code": pyotp.parse_uri(uri).now()})
    return Phone(phone.node, client)


def helper_ref(phone: Phone) -> str:
    with scope([JIYANG]):
        return list_helpers(node=phone.node, region=JIYANG)[0].ref


def give_to_hall(phone: Phone, principal: Phone) -> UUID:
    return give(principal, LUO, "hand_in", relation="helper", helper=helper_ref(phone))


def test_the_first_page_is_the_clients(hall: Phone) -> None:
    page = hall.get("/helping")
    assert page.status_code == 200 and "您在为谁办" in text(page)


def test_no_case_of_the_region_and_no_citizens_page(hall: Phone) -> None:
    assert hall.get("/staff/").status_code == 403
    assert hall.get("/cases").request["PATH_INFO"] == "/sign-in", "without a client there is nothing of their own here"


def test_a_clerk_without_the_role_helps_nobody(phone: Phone, hall: Phone) -> None:
    with scope([JIYANG]):
        services.change_roles(
            node=phone.node, ref=helper_ref(phone), roles=frozenset({"reception"}), by=system(JIYANG), at=now()
        )
    assert hall.get("/helping").request["PATH_INFO"] == "/sign-in"


def test_for_a_client_from_acceptance_to_submission(phone: Phone, hall: Phone) -> None:
    principal = signed_in(phone, LUO)
    mandate = give_to_hall(phone, principal)
    assert LUO.name in text(hall.get("/helping"))
    hall.post(f"/helping/{mandate}/accept")
    act_for(hall, mandate)
    hall.answer(PERMIT)
    draft = str(hall.get("/apply/remote-medical-filing/begin").request["PATH_INFO"]).removesuffix("/form")
    hall.fill(draft, **{"consent.residence_register": "yes"})
    address = str(hall.submit(draft).request["PATH_INFO"]).removesuffix("/submitted")
    assert "何琳" in text(principal.get(address)) and "帮办代办员" in text(principal.get(address))
    with scope([JIYANG]):
        actor = exchange.list_events(JIYANG, UUID(address.rpartition("/")[2]))[0].payload.actor
        busy = list_busy_helpers(node=phone.node, since=now() - timedelta(days=1), at_least=1)
    assert actor == {"kind": "agent", "ref": helper_ref(phone), "role": "agent"}
    assert [(one.name, one.cases) for one in busy] == [("何琳", 1)]


def test_the_role_gone_the_client_is_gone(phone: Phone, hall: Phone) -> None:
    mandate = give_to_hall(phone, signed_in(phone, LUO))
    hall.post(f"/helping/{mandate}/accept")
    act_for(hall, mandate)
    with scope([JIYANG]):
        services.change_roles(
            node=phone.node, ref=helper_ref(phone), roles=frozenset({"reception"}), by=system(JIYANG), at=now()
        )
    assert "委托已经终止" in text(hall.get("/cases"))
