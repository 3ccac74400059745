"""Mr Luo is told what he must know, in the portal at once, on his phone at decent hours, and never more than that."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO, citizen, clerk
from tongban.cases import services as cases
from tongban.cases.tests.zone import Zone
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.notices import preferences, queries, services
from tongban.notices.kinds import KINDS, kinds_of, words
from tongban.notices.models import NoticeDelivery
from tongban.notices.preferences import Wishes, WrongMailAddress
from tongban.people import citizens
from tongban.people.adapters.sms import SmsNotSent

OFF = services.QUIET_FROM


@dataclass
class Gateway:
    """Keeps what it was given; `broken` while it does not answer."""

    broken: bool = False
    sent: list[tuple[str, str]] = field(default_factory=list)

    def notify(self, *, phone: str, text: str, id: UUID) -> None:
        if self.broken:
            raise SmsNotSent
        self.sent.append((phone, text))

    def report(self, *, id: UUID) -> Any:
        return "delivered"

    def send(self, *, address: str, subject: str, text: str, id: UUID) -> None:
        self.sent.append((address, text))


@pytest.fixture
def luo(zone: Zone) -> Actor:
    """His account at 济阳."""
    with scope([JIYANG]):
        person = citizens.find_or_create_by_phone(node=zone.jiyang, phone=LUO.phone, at=zone.at)
    return Actor("citizen", person.ref, JIYANG, frozenset({"citizen"}))


def tell(zone: Zone, case_id: UUID, name: str) -> list[UUID]:
    with scope([JIYANG]):
        seq = next(e.seq for e in exchange.list_events(JIYANG, case_id) if e.payload.kind_name == f"cases.{name}")
        return services.tell_of_events(node=zone.jiyang, region=JIYANG, case_id=case_id, seq=seq, at=zone.at)


def deliver(zone: Zone, delivery: UUID, gateway: Gateway, at: datetime) -> None:
    with scope([JIYANG]):
        claimed = services.claim(node=zone.jiyang, region=JIYANG, delivery=delivery, at=at)
    if claimed:
        problem = services.send(claimed, sms=lambda: gateway, mail=lambda: gateway)
        with scope([JIYANG]):
            services.settle(region=JIYANG, delivery=delivery, problem=problem, at=at)


def state(delivery: UUID) -> tuple[str, str]:
    with scope([JIYANG]):
        row = NoticeDelivery.objects.get(id=delivery)
        return row.state, row.reason


def asked_to_correct(zone: Zone, luo: Actor) -> UUID:
    case_id = zone.taken_over(luo)
    zone.do(cases.request_correction, case_id, fields=["filing.address"], materials=[], note="请写门牌号")
    zone.settle()
    return case_id


def test_what_happens_is_told_in_the_portal_once(zone: Zone, luo: Actor) -> None:
    case_id = zone.submit(zone.draft(luo), luo).case_id
    assert tell(zone, case_id, "received") == tell(zone, case_id, "received") == []
    with scope([JIYANG]):
        (notice,) = queries.list_notices(regions=(JIYANG,), owner=luo.ref)
        assert notice.unread and queries.count_unread(regions=(JIYANG,), owner=luo.ref) == 1
        services.mark_read(regions=(JIYANG,), by=luo, at=zone.at)
        assert queries.count_unread(regions=(JIYANG,), owner=luo.ref) == 0


def test_what_he_must_do_goes_to_his_phone_without_a_word_about_him(zone: Zone, luo: Actor) -> None:
    gateway = Gateway()
    (delivery,) = tell(zone, asked_to_correct(zone, luo), "correction_requested")
    deliver(zone, delivery, gateway, zone.at)
    ((phone, text),) = gateway.sent
    assert phone == LUO.phone and "补正" in text
    assert LUO.name not in text and LUO.id_number not in text and "医" not in text
    assert state(delivery) == ("sent", "")
    with scope([JIYANG]):
        services.note_report(region=JIYANG, delivery=delivery, state="delivered", at=zone.at)
    assert state(delivery) == ("delivered", "")


def test_who_came_to_a_counter_without_an_account_is_told_nothing(zone: Zone) -> None:
    case_id = zone.submit(zone.draft(clerk()), clerk()).case_id
    assert tell(zone, case_id, "received") == []
    with scope([JIYANG]):
        assert queries.list_of_case(region=JIYANG, case_id=case_id) == []


def test_a_silent_gateway_is_asked_again_and_at_last_it_has_failed(zone: Zone, luo: Actor) -> None:
    gateway, at = Gateway(broken=True), zone.at - timedelta(hours=1)
    (delivery,) = tell(zone, asked_to_correct(zone, luo), "correction_requested")
    for _ in range(9):
        at += timedelta(days=1)
        deliver(zone, delivery, gateway, at)
    assert state(delivery) == ("failed", "sms-not-sent")


def test_a_try_that_died_is_made_again(zone: Zone, luo: Actor) -> None:
    gateway = Gateway()
    (delivery,) = tell(zone, asked_to_correct(zone, luo), "correction_requested")
    with scope([JIYANG]):
        assert services.claim(node=zone.jiyang, region=JIYANG, delivery=delivery, at=zone.at)
        assert services.claim(node=zone.jiyang, region=JIYANG, delivery=delivery, at=zone.at) is None
    deliver(zone, delivery, gateway, zone.at + timedelta(minutes=2))
    assert len(gateway.sent) == 1


def test_at_night_no_phone_buzzes(zone: Zone, luo: Actor) -> None:
    gateway, night = Gateway(), zone.at.replace(hour=15)
    (delivery,) = tell(zone, asked_to_correct(zone, luo), "correction_requested")
    deliver(zone, delivery, gateway, night)
    assert gateway.sent == [] and state(delivery) == ("queued", "quiet-hours")
    with scope([JIYANG]):
        assert services.list_due(regions=(JIYANG,), at=night + timedelta(hours=8)) == []
        assert services.list_due(regions=(JIYANG,), at=night + timedelta(hours=9)) == [(JIYANG, delivery)]


def test_enough_messages_are_enough(zone: Zone, luo: Actor) -> None:
    gateway = Gateway()
    for _ in range(4):
        (delivery,) = tell(zone, asked_to_correct(zone, luo), "correction_requested")
        deliver(zone, delivery, gateway, zone.at)
    assert len(gateway.sent) == 3 and state(delivery) == ("queued", "budget")


def test_everybody_says_how_they_want_to_be_told(zone: Zone, luo: Actor) -> None:
    gateway, wishes = Gateway(), Wishes(sms="off", mail="all", address="luo@example.com")
    with scope([JIYANG]):
        preferences.save_wishes(node=zone.jiyang, wishes=wishes, by=luo, at=zone.at)
        assert preferences.read_wishes(node=zone.jiyang, owner=luo.ref) == wishes
    (delivery,) = tell(zone, zone.submit(zone.draft(luo), luo).case_id, "received")
    deliver(zone, delivery, gateway, zone.at)
    assert gateway.sent[0][0] == "luo@example.com"


@pytest.mark.parametrize("address", ["", "luo", "a@" + "b" * 260 + ".cn", "a@b.cn\nBcc: x@y.cn"])
def test_what_is_no_address_is_refused(zone: Zone, luo: Actor, address: str) -> None:
    with scope([JIYANG]), pytest.raises(WrongMailAddress):
        preferences.save_wishes(node=zone.jiyang, wishes=Wishes(mail="all", address=address), by=luo, at=zone.at)


def test_an_account_that_is_gone_gets_no_message(zone: Zone, luo: Actor) -> None:
    (delivery,) = tell(zone, asked_to_correct(zone, luo), "correction_requested")
    with scope([JIYANG]):
        person = citizens.find_or_create_by_phone(node=zone.jiyang, phone=LUO.phone, at=zone.at)
        citizens.forget_citizen(node=zone.jiyang, citizen_id=person.id, by=luo, at=zone.at)
    deliver(zone, delivery, Gateway(), zone.at)
    assert state(delivery) == ("failed", "no-address")


def test_an_answered_complaint_is_told_once(zone: Zone, luo: Actor) -> None:
    complaint = new_id()
    with scope([JIYANG]):
        told = [
            services.tell_of_answer(node=zone.jiyang, region=JIYANG, owner=luo.ref, complaint=complaint, at=zone.at)
            for _ in range(2)
        ]
        (notice,) = queries.list_notices(regions=(JIYANG,), owner=luo.ref)
    assert [len(made) for made in told] == [1, 0] and notice.case_id is None


def test_a_step_by_an_agent_is_always_told(zone: Zone) -> None:
    case_id = zone.submit(zone.draft(citizen())).case_id
    with scope([JIYANG]):
        event = exchange.list_events(JIYANG, case_id)[0]
    assert [kind.id for kind in kinds_of(event)] == ["submitted"]
    event.payload.actor["kind"] = "agent"  # type: ignore[index]
    assert [kind.id for kind in kinds_of(event)] == ["submitted", "acted_for_you"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_message_fits_into_one_sms_and_says_no_result(kind: Any) -> None:
    text = words(kind, "0012")
    assert len(text.zh) <= 70
    assert not any(word in text.zh for word in ("准予", "不予备案", "不予许可", "医", "病"))
