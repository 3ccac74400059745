"""How often somebody may try. Every count is kept although the try is refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people.models import FailedSignIn, SmsFlow

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SMS_LIMITS = ((timedelta(seconds=60), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
"""Window → codes that may be sent to one number inside it."""


class TooManyAttempts(Refused):
    """The account is locked; the answer is the same for an account that does not exist."""

    status = 429
    text = Text("尝试次数过多，账号暂时锁定。", "Too many attempts: this account is locked for a while.")
    advice = Text("请 {minutes} 分钟后再试。", "Try again in {minutes} minutes.")


class TooManyCodes(Refused):
    """The number has been sent all the codes it may get for now."""

    status = 429
    text = Text("验证码发送过于频繁。", "Codes were sent to this number too often.")
    advice = Text("请 {minutes} 分钟后再试，或到窗口办理。", "Try again in {minutes} minutes, or come to the counter.")


def require_open_account(account: str, *, at: datetime) -> None:
    """Refuses `TooManyAttempts`. Holds a lock on the account, so that guesses made at once are counted one after another."""
    _lock(account)
    recent = FailedSignIn.objects.filter(account=account, at__gt=at - LOCKED_FOR).order_by("-at")
    times = list(recent.values_list("at", flat=True)[:FAILURES])
    if len(times) == FAILURES:
        raise TooManyAttempts(minutes=_minutes(times[-1] + LOCKED_FOR - at))


def count_failure(account: str, *, at: datetime) -> None:
    FailedSignIn.objects.create(account=account, at=at)


def forget_failures(account: str) -> None:
    FailedSignIn.objects.filter(account=account).delete()


def require_sms_allowed(phone_hash: str, *, at: datetime) -> None:
    """Refuses `TooManyCodes`. Holds a lock on the number until the transaction ends."""
    _lock(phone_hash)
    longest = SMS_LIMITS[-1][0]
    flows = SmsFlow.objects.filter(phone_hash=phone_hash, sent_at__gt=at - longest).order_by("-sent_at")
    sent: Sequence[datetime] = list(flows.values_list("sent_at", flat=True))
    for window, allowed in SMS_LIMITS:
        inside = [time for time in sent if time > at - window]
        if len(inside) >= allowed:
            raise TooManyCodes(minutes=_minutes(inside[allowed - 1] + window - at))


def _minutes(wait: timedelta) -> int:
    return max(1, -int(-wait.total_seconds() // 60))


def _lock(subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])
