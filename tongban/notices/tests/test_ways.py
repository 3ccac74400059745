"""The gateway and the mail server as adapters: taken, silent, malformed, not configured."""

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from tongban.notices.adapters.mail import DemoMail, MailNotConfigured, MailNotSent, SmtpMail, get_mail_channel
from tongban.people.adapters.sms import DemoSms, HttpSms, SmsNotSent

ID = UUID(int=7)
SECRET = "a-secret-of-tests"


class Gateway:
    def __init__(self, status: int = 200, answer: object = None) -> None:
        self.status, self.answer = status, answer
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self.status, json=self.answer)

    def channel(self) -> HttpSms:
        return HttpSms("https://sms.example/send", SECRET, transport=httpx.MockTransport(self))


def test_a_notice_is_posted_with_its_id_and_signed() -> None:
    gateway = Gateway()
    gateway.channel().notify(phone="19900000001", text="已收件。", id=ID)
    (request,) = gateway.asked
    assert json.loads(request.content) == {
        "id": str(ID), "phone": "19900000001", "template": "notice", "parameters": {"text": "已收件。"},
    }  # fmt: skip
    seconds, mac = (part.partition("=")[2] for part in request.headers["X-Tongban-Signature"].split(","))
    assert mac == hmac.new(SECRET.encode(), seconds.encode() + b"." + request.content, hashlib.sha256).hexdigest()


def test_a_gateway_that_fails_is_said_without_its_address() -> None:
    with pytest.raises(SmsNotSent) as refused:
        Gateway(503).channel().notify(phone="19900000001", text="", id=ID)
    assert refused.value.__suppress_context__ and "sms.example" not in str(refused.value)


@pytest.mark.parametrize(
    ("status", "answer", "state"),
    [
        (200, {"state": "delivered"}, "delivered"),
        (200, {"state": "failed"}, "failed"),
        (200, {"state": "lost"}, "sent"),
        (200, [], "sent"),
        (404, None, "sent"),
    ],
)
def test_a_report_is_believed_only_in_known_words(status: int, answer: object, state: str) -> None:
    gateway = Gateway(status, answer)
    assert gateway.channel().report(id=ID) == state
    assert gateway.asked[0].method == "GET" and gateway.asked[0].url.path == f"/send/{ID}"


def test_a_demonstration_sends_nothing() -> None:
    DemoSms().notify(phone="19900000001", text="", id=ID)
    assert DemoSms().report(id=ID) == "sent"
    assert isinstance(get_mail_channel("demo"), DemoMail)


def test_production_without_a_server_says_so() -> None:
    with pytest.raises(MailNotConfigured):
        get_mail_channel("production")
    assert isinstance(get_mail_channel("production", host="mail.example", sender="a@b.cn"), SmtpMail)


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_mail_server_that_is_away_is_said(closed_port: int) -> None:
    mail = SmtpMail("127.0.0.1", closed_port, "", "", "a@b.cn")
    with pytest.raises(MailNotSent):
        mail.send(address="luo@example.com", subject="x", text="y", id=ID)
