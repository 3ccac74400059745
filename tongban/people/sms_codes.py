"""Signing in by SMS code (短信验证码): six digits, five minutes, five tries, one use, one phone, one flow."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people import citizens, limits, models
from tongban.people.adapters.sms import SmsChannel
from tongban.people.identity import check_phone
from tongban.people.queries import Citizen

VALID_FOR = timedelta(minutes=5)
MAX_TRIES = 5

log = structlog.get_logger()


class WrongSmsCode(Refused):
    """The code differs, is too old, was used, or was tried too often; the answer is the same."""

    status = 422
    keeps = True
    text = Text("验证码不正确或已失效。", "The code is wrong or no longer valid.")
    advice = Text("请核对短信，或重新获取验证码。", "Check the message, or ask for a new code.")


@dataclass(frozen=True, slots=True)
class SmsSent:
    """`flow` belongs into the session: the code works only there. The phone does not."""

    flow: UUID
    expires_at: datetime


def send_sms_code(*, node: Node, phone: str, channel: SmsChannel, at: datetime, network: str = "") -> SmsSent:
    """Refuses `WrongPhone`, `TooManyCodes` (1 in 60 s, 5 in an hour, 10 in a day per number), `TooManyCodesHere` (per `network`,
    and for all together), `SmsNotSent`.

    Earlier codes of the number stay valid until they expire: messages overtake each other.
    """
    phone = check_phone(phone)
    hashed = citizens.phone_hash(node, phone)
    place = limits.network_hash(node, network)
    limits.require_sms_allowed(hashed, network=place, at=at)
    flow, code = new_id(), f"{secrets.randbelow(1_000_000):06}"
    row = models.SmsFlow.objects.create(
        id=flow, phone_hash=hashed, network=place, phone=node.seal_locally(phone, purpose="sms-phone"),
        code_hash=_code_hash(node, flow, code), sent_at=at, expires_at=at + VALID_FOR,
        shown_code=node.seal_locally(code, purpose="sms-code") if channel.shows_codes else None,
    )  # fmt: skip
    if channel.shows_codes:
        log.warning(
            "sms.demo", warning="DEMONSTRATION: codes are shown on the page and no message is sent", flow=str(flow)
        )
    channel.send(phone=phone, code=code, flow=flow)
    return SmsSent(flow, row.expires_at)


def verify_sms_code(*, node: Node, flow: UUID, code: str, at: datetime) -> Citizen:
    """The citizen whose phone this is; a new one at the first sign-in. Refuses `WrongSmsCode`."""
    row = models.SmsFlow.objects.select_for_update().filter(id=flow).first()
    if row is None or row.used_at or row.expires_at <= at or row.tries >= MAX_TRIES:
        raise WrongSmsCode
    row.tries += 1
    right = hmac.compare_digest(row.code_hash, _code_hash(node, flow, "".join(code.split())))
    row.used_at = at if right else None
    row.save(update_fields=["tries", "used_at"])
    if not right:
        raise WrongSmsCode
    return citizens.find_or_create_by_phone(
        node=node, phone=node.open_locally(bytes(row.phone), purpose="sms-phone"), at=at
    )


def forget_old_flows(*, at: datetime) -> int:
    """Codes, failures and visits that count no more. For a daily job."""
    oldest = at - limits.SMS_LIMITS[-1][0]
    gone, _ = models.SmsFlow.objects.filter(sent_at__lt=oldest).delete()
    models.FailedSignIn.objects.filter(at__lt=oldest).delete()
    models.OidcFlow.objects.filter(expires_at__lt=at).delete()
    return gone


def _code_hash(node: Node, flow: UUID, code: str) -> str:
    return node.keyed_hash(f"{flow} {code}", purpose="sms-code")
