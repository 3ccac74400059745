import hashlib
import hmac
import json
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from tests.cast import JIYANG, LUO, SUN
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.people import models, queries, services
from tongban.people.adapters.sms import DemoSms, HttpSms, SmsNotConfigured, SmsNotSent, get_sms_channel
from tongban.people.identity import WrongPhone
from tongban.people.limits import TooManyCodes
from tongban.people.sms_codes import WrongSmsCode

pytestmark = pytest.mark.django_db


def send(node: Node, at: datetime, phone: str = LUO.phone) -> UUID:
    with scope([JIYANG]):
        return services.send_sms_code(node=node, phone=phone, channel=DemoSms(), at=at).flow


def shown(node: Node, flow: UUID) -> str:
    code = queries.find_shown_code(node=node, flow=flow)
    assert code is not None
    return code


def verify(node: Node, flow: UUID, code: str, at: datetime) -> queries.Citizen:
    with scope([JIYANG]):
        return services.verify_sms_code(node=node, flow=flow, code=code, at=at)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_phone_finds_the_same_citizen_again(node: Node, at: datetime) -> None:
    flow = send(node, at)
    luo = verify(node, flow, f" {shown(node, flow)} ", at)
    later = at + timedelta(days=1)
    flow = send(node, later, phone="+86 " + LUO.phone)
    assert verify(node, flow, shown(node, flow), later) == luo
    assert luo.phone == LUO.phone
    assert queries.actor_of(luo, region=JIYANG).kind == "citizen"


def test_no_column_holds_phone_or_code(node: Node, at: datetime) -> None:
    flow = send(node, at)
    code = shown(node, flow)
    verify(node, flow, code, at)
    rows = [*models.SmsFlow.objects.values(), *models.Citizen.objects.values()]
    stored = b"|".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for row in rows for v in row.values()
    )
    assert LUO.phone.encode() not in stored
    assert b"|" + code.encode() + b"|" not in stored


def test_a_code_works_once(node: Node, at: datetime) -> None:
    flow = send(node, at)
    code = shown(node, flow)
    verify(node, flow, code, at)
    assert queries.find_shown_code(node=node, flow=flow) is None
    with pytest.raises(WrongSmsCode):
        verify(node, flow, code, at)


def test_a_code_lives_five_minutes_and_only_in_its_flow(node: Node, at: datetime) -> None:
    flow = send(node, at)
    code = shown(node, flow)
    other = send(node, at, phone=SUN.phone)
    for where, when in ((flow, at + timedelta(minutes=5)), (uuid4(), at)):
        with pytest.raises(WrongSmsCode):
            verify(node, where, code, when)
    if shown(node, other) != code:
        with pytest.raises(WrongSmsCode):
            verify(node, other, code, at)


def test_five_tries_and_no_more(node: Node, at: datetime) -> None:
    flow = send(node, at)
    code = shown(node, flow)
    for _ in range(5):
        with pytest.raises(WrongSmsCode):
            verify(node, flow, other_than(code), at)
    with pytest.raises(WrongSmsCode):
        verify(node, flow, code, at)


@pytest.mark.parametrize(("gap", "allowed"), [(59, 1), (120, 5), (3000, 10)])
def test_a_number_gets_few_codes(node: Node, at: datetime, gap: int, allowed: int) -> None:
    for turn in range(allowed):
        send(node, at + timedelta(seconds=gap * turn))
    with pytest.raises(TooManyCodes):
        send(node, at + timedelta(seconds=gap * allowed))
    send(node, at, phone=SUN.phone)
    send(node, at + timedelta(seconds=gap * (allowed - 1), days=1))


def test_a_wrong_phone_is_refused(node: Node, at: datetime) -> None:
    with pytest.raises(WrongPhone):
        send(node, at, phone="12345")


def test_the_gateway_gets_a_signed_message(node: Node, at: datetime) -> None:
    got: list[httpx.Request] = []

    def gateway(request: httpx.Request) -> httpx.Response:
        got.append(request)
        return httpx.Response(202)

    channel = HttpSms("https://sms.example/v1", "secret", transport=httpx.MockTransport(gateway))
    with scope([JIYANG]):
        flow = services.send_sms_code(node=node, phone=LUO.phone, channel=channel, at=at).flow
    body = json.loads(got[0].content)
    time, signature = (part.split("=")[1] for part in got[0].headers["X-Tongban-Signature"].split(","))
    assert signature == hmac.new(b"secret", f"{time}.".encode() + got[0].content, hashlib.sha256).hexdigest()
    assert body["phone"] == LUO.phone
    assert LUO.phone not in str(got[0].url)
    assert queries.find_shown_code(node=node, flow=flow) is None
    assert verify(node, flow, body["parameters"]["code"], at).phone == LUO.phone


def test_a_failing_gateway_is_said_and_the_try_counts(node: Node, at: datetime) -> None:
    channel = HttpSms("https://sms.example", "s", transport=httpx.MockTransport(lambda request: httpx.Response(500)))
    with pytest.raises(SmsNotSent), scope([JIYANG]):
        services.send_sms_code(node=node, phone=LUO.phone, channel=channel, at=at)
    with pytest.raises(TooManyCodes):
        send(node, at)


def test_production_never_shows_codes() -> None:
    assert get_sms_channel("demo").shows_codes
    assert not get_sms_channel("production", url="https://sms.example", secret="s").shows_codes
    for options in ({}, {"url": "https://sms.example"}):
        with pytest.raises(SmsNotConfigured):
            get_sms_channel("production", **options)


def test_old_codes_are_forgotten(node: Node, at: datetime) -> None:
    send(node, at)
    assert services.forget_old_flows(at=at + timedelta(hours=23)) == 0
    assert services.forget_old_flows(at=at + timedelta(hours=25)) == 1
