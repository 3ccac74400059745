"""My notices: what is new, how I want to be told, and what the desk sees of it."""

from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO, SUN
from tests.web.citizens import Phone, text
from tests.web.desks import Desks
from tests.web.helpers import ZHOU, agent_of, signed_in
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.notices import services

pytestmark = pytest.mark.django_db
NEW = "条新的"


def told(phone: Phone) -> str:
    """A case of Mr Luo's, and what the job told him of it; its address."""
    address = phone.hand_in()
    with scope([JIYANG]):
        case_id = UUID(address.rpartition("/")[2])
        services.tell_of_events(node=phone.node, region=JIYANG, case_id=case_id, seq=1, at=now())
    return address


def test_what_is_new_is_marked_once(phone: Phone) -> None:
    address = told(phone)
    assert NEW in text(phone.get("/cases"))
    first, second = text(phone.get("/notices")), text(phone.get("/notices"))
    assert "申请已提交" in first and f'href="{address}"' in first
    assert '<span class="tag info">新</span>' in first and '<span class="tag info">新</span>' not in second
    assert NEW not in second


def test_a_stranger_sees_no_notice_of_his_nor_does_an_agent(phone: Phone) -> None:
    told(phone)
    assert "申请已提交" not in text(signed_in(phone, SUN).get("/notices"))
    assert agent_of(phone, ZHOU).get("/notices").status_code == 403


def test_he_says_how_he_wants_to_be_told(phone: Phone) -> None:
    phone.sign_in()
    page = text(phone.get("/notices/wishes"))
    assert LUO.phone not in page and LUO.phone[-4:] in page
    wrong = phone.post("/notices/wishes", sms="off", mail="all", address="luo")
    assert wrong.status_code == 422 and 'href="#address"' in text(wrong)
    phone.post("/notices/wishes", sms="off", mail="all", address="luo@example.com")
    assert "luo@example.com" in text(phone.get("/notices/wishes"))


def test_the_desk_sees_how_far_it_came(phone: Phone) -> None:
    address = told(phone)
    clerk = Desks(phone.node, phone.node, phone.node).clerk()
    assert "站内 已送达" in text(clerk.get(f"/staff{address}"))
    phone.get("/notices")
    assert "站内 已读" in text(clerk.get(f"/staff{address}"))
