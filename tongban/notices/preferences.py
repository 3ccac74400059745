"""How people want to be told (通知方式): in the portal always; by SMS and mail what is needed, everything, or nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.text import LANGUAGES, Text
from tongban.notices.kinds import NoticeKind
from tongban.notices.models import NoticePreference

AMOUNTS: dict[str, Text] = {
    "needed": Text("需要我办理或知晓的", "What I must do or know"),
    "all": Text("每一步都通知", "Every step"),
    "off": Text("不发送", "Nothing"),
}
LONGEST_ADDRESS = 254
_PURPOSE = "notice-mail"


class WrongMailAddress(Refused):
    status = 422
    text = Text("电子邮箱地址不正确。", "This is not an e-mail address.")
    advice = Text("请填写完整的邮箱地址，例如 name@example.com。", "Write it in full, as in name@example.com.")


@dataclass(frozen=True, slots=True)
class Wishes:
    """`sms`, `mail`: codes of `AMOUNTS`. Mail needs an `address`."""

    sms: str = "needed"
    mail: str = "off"
    address: str = ""
    language: str = "zh"

    def __repr__(self) -> str:
        return f"Wishes(sms={self.sms}, mail={self.mail})"

    def ways(self, kind: NoticeKind) -> list[str]:
        """Beside the portal."""
        wanted = {"sms": self.sms, "mail": self.mail if self.address else "off"}
        return [way for way, amount in wanted.items() if amount == "all" or (amount == "needed" and kind.needed)]


def read_wishes(*, node: Node, owner: str) -> Wishes:
    row = NoticePreference.objects.filter(owner=owner).first()
    if row is None:
        return Wishes()
    address = node.open_locally(bytes(row.address), purpose=_PURPOSE) if row.address else ""
    return Wishes(row.sms, row.mail, address, row.language)


def save_wishes(*, node: Node, wishes: Wishes, by: Actor, at: datetime) -> None:
    """One's own only. Refuses `Forbidden`, `WrongMailAddress`."""
    if by.kind != "citizen" or by.behalf or not {wishes.sms, wishes.mail} <= set(AMOUNTS):
        raise Forbidden
    address = wishes.address.strip()
    if address or wishes.mail != "off":
        _require_address(address)
    NoticePreference.objects.update_or_create(
        owner=by.ref,
        defaults={
            "sms": wishes.sms, "mail": wishes.mail, "saved_at": at,
            "language": wishes.language if wishes.language in LANGUAGES else "zh",
            "address": node.seal_locally(address, purpose=_PURPOSE) if address else None,
        },
    )  # fmt: skip


def _require_address(address: str) -> None:
    try:
        validate_email(address[: LONGEST_ADDRESS + 1])
    except ValidationError:
        raise WrongMailAddress from None
    if len(address) > LONGEST_ADDRESS:
        raise WrongMailAddress
