"""Mail channels: the region's SMTP server, and one for demonstrations that sends nothing."""

import smtplib
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

SECONDS = 10
SMTPS = 465


class MailNotSent(Refused):
    status = 503
    text = Text("邮件未能发出：邮件服务器没有接收。", "The mail was not sent: the server did not take it.")
    advice = Text("系统会自动重发。", "It is sent again by itself.")


class MailNotConfigured(Refused):
    status = 503
    text = Text("未配置邮件服务器。", "No mail server is configured.")
    advice = Text("请设置 TONGBAN_MAIL_HOST 和 TONGBAN_MAIL_FROM。", "Set TONGBAN_MAIL_HOST and TONGBAN_MAIL_FROM.")


class MailChannel(Protocol):
    def send(self, *, address: str, subject: str, text: str, id: UUID) -> None:
        """Hand it over, or refuse `MailNotSent`. The same `id` is the same message."""


class DemoMail:
    def send(self, *, address: str, subject: str, text: str, id: UUID) -> None:
        pass


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """TLS always: from the first byte on port 465, by STARTTLS on every other."""

    host: str
    port: int
    user: str
    password: str
    sender: str

    def send(self, *, address: str, subject: str, text: str, id: UUID) -> None:
        at_once = self.port == SMTPS
        backend = EmailBackend(
            host=self.host, port=self.port, username=self.user, password=self.password, use_ssl=at_once, use_tls=not at_once,
            timeout=SECONDS,
        )  # fmt: skip
        headers = {"Message-ID": f"<{id}@{self.sender.rpartition('@')[2]}>", "Auto-Submitted": "auto-generated"}
        message = EmailMessage(subject, text, self.sender, [address], headers=headers, connection=backend)
        try:
            message.send()
        except (smtplib.SMTPException, OSError):
            # Their texts may hold the address.
            raise MailNotSent from None


def get_mail_channel(
    mode: str, *, host: str = "", port: int = SMTPS, user: str = "", password: str = "", sender: str = ""
) -> MailChannel:
    """The server where one is configured; else the demonstration channel, which production refuses (`MailNotConfigured`)."""
    if host and sender:
        return SmtpMail(host, port, user, password, sender)
    if mode != "demo":
        raise MailNotConfigured
    return DemoMail()
