"""SMS channels: the gateway of the region, and one for demonstrations that sends nothing."""

import hashlib
import hmac
import json
import time
from typing import Literal, Protocol
from uuid import UUID

import httpx

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

TIMEOUT_SECONDS = 5.0


class SmsNotSent(Refused):
    """The gateway did not take the message. The try counts, for the message may be on its way."""

    status = 503
    keeps = True
    text = Text("短信未能发出：短信平台没有回应。", "The message was not sent: the gateway did not answer.")
    advice = Text(
        "请稍后再试，或到窗口办理，窗口不需要手机。",
        "Try again later, or come to the counter, where no phone is needed.",
    )


class SmsNotConfigured(Refused):
    """A node in production has no SMS gateway. Demonstration codes on the page would let anybody in."""

    status = 503
    text = Text(
        "未配置短信平台，正式环境不显示验证码。", "No SMS gateway is configured; production shows no codes on the page."
    )
    advice = Text(
        "请设置 TONGBAN_SMS_GATEWAY_URL 和 TONGBAN_SMS_GATEWAY_SECRET。",
        "Set TONGBAN_SMS_GATEWAY_URL and TONGBAN_SMS_GATEWAY_SECRET.",
    )


class SmsChannel(Protocol):
    shows_codes: bool

    def send(self, *, phone: str, code: str, flow: UUID) -> None:
        """Hand the message over, or refuse `SmsNotSent`."""


SmsState = Literal["sent", "delivered", "failed"]


class SmsNotices(Protocol):
    """What a gateway is asked for notices (通知短信), which hold no code."""

    def notify(self, *, phone: str, text: str, id: UUID) -> None:
        """Hand the message over, or refuse `SmsNotSent`. The same `id` is the same message."""

    def report(self, *, id: UUID) -> SmsState:
        """How far a message came. A gateway that does not say leaves it at sent."""


class DemoSms:
    """Sends nothing; the page shows the code and says so."""

    shows_codes = True

    def notify(self, *, phone: str, text: str, id: UUID) -> None:
        pass

    def report(self, *, id: UUID) -> SmsState:
        return "sent"

    def send(self, *, phone: str, code: str, flow: UUID) -> None:
        pass


class HttpSms:
    """Posts JSON `{id, phone, template, parameters}` to a gateway.

    `X-Tongban-Signature: t=<seconds>,v1=<hex>` is HMAC-SHA256 over `<seconds>.<body>` under the shared secret.
    """

    shows_codes = False

    def __init__(self, url: str, secret: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._secret = secret.encode()
        self._transport = transport

    def send(self, *, phone: str, code: str, flow: UUID) -> None:
        message = {
            "id": str(flow),
            "phone": phone,
            "template": "sign-in-code",
            "parameters": {"code": code, "minutes": 5},
        }
        self._ask("POST", self._url, json.dumps(message).encode())

    def notify(self, *, phone: str, text: str, id: UUID) -> None:
        message = {"id": str(id), "phone": phone, "template": "notice", "parameters": {"text": text}}
        self._ask("POST", self._url, json.dumps(message).encode())

    def report(self, *, id: UUID) -> SmsState:
        """`GET <gateway>/<id>` answers `{"state": "sent" | "delivered" | "failed"}`; the signature covers the id."""
        try:
            answer = self._ask("GET", f"{self._url.rstrip('/')}/{id}", str(id).encode()).json()
        except (SmsNotSent, ValueError):
            return "sent"
        state = answer.get("state") if isinstance(answer, dict) else None
        return state if state in ("delivered", "failed") else "sent"

    def _ask(self, method: str, url: str, signed: bytes) -> httpx.Response:
        body = signed if method == "POST" else None
        try:
            with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, transport=self._transport) as client:
                answer = client.request(method, url, content=body, headers=self._headers(signed))
                return answer.raise_for_status()
        except httpx.HTTPError:
            # The error's own text may hold the address of the gateway with its credentials.
            raise SmsNotSent from None

    def _headers(self, body: bytes) -> dict[str, str]:
        seconds = str(int(time.time()))
        signature = hmac.new(self._secret, seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "X-Tongban-Signature": f"t={seconds},v1={signature}"}


def get_sms_channel(mode: str, *, url: str = "", secret: str = "") -> HttpSms | DemoSms:
    """The gateway where one is configured; else the demonstration channel, which production refuses (`SmsNotConfigured`)."""
    if url and secret:
        return HttpSms(url, secret)
    if mode != "demo":
        raise SmsNotConfigured
    return DemoSms()
