"""How often somebody may try. Every count is kept although the try is refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people.models import FailedSignIn, SmsFlow

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SMS_LIMITS = ((timedelta(seconds=60), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
"""Window → codes that may be sent to one number inside it."""
SMS_LIMITS_OF_A_NETWORK = ((timedelta(hours=1), 60), (timedelta(days=1), 300))
"""A hall or a village shares one address."""
SMS_BUDGET = ((timedelta(hours=1), 3000),)
"""Of the whole node: whoever uses more is no citizen."""
FAILURES_OF_A_NETWORK = 50
NOTICE_LIMITS = ((timedelta(hours=1), 3), (timedelta(days=1), 6))
"""The same for notices to one account, which never use up what is left for signing in."""


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


class TooManyCodesHere(Refused):
    """From this network, or for the whole node; a number that was not asked for before is refused too."""

    status = 429
    text = Text("此网络获取验证码过多，暂停发送。", "Too many codes were asked for from this network.")
    advice = Text(
        "请 {minutes} 分钟后再试，换用其他网络，或到窗口办理。",
        "Try again in {minutes} minutes, use another network, or come to the counter.",
    )


class TooManyFailuresHere(Refused):
    """Somebody at this network tries names and passwords."""

    status = 429
    text = Text("此网络登录失败次数过多，暂停登录。", "Too many sign-ins failed from this network.")
    advice = Text("请 {minutes} 分钟后再试，或联系系统管理员。", "Try again in {minutes} minutes, or ask the operator.")


def network_hash(node: Node, network: str) -> str:
    """Addresses are kept like names: to count, not to read. Empty where nobody knows it."""
    return node.keyed_hash(network, purpose="network") if network else ""


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


def require_calm_network(network: str, *, at: datetime) -> None:
    """Refuses `TooManyFailuresHere`. `network`: its keyed hash; empty when it is not known, and then nothing is counted."""
    failed = FailedSignIn.objects.filter(account=network, at__gt=at - LOCKED_FOR).order_by("-at") if network else ()
    times = [row.at for row in failed[:FAILURES_OF_A_NETWORK]]
    if len(times) == FAILURES_OF_A_NETWORK:
        raise TooManyFailuresHere(minutes=_minutes(times[-1] + LOCKED_FOR - at))


def require_sms_allowed(phone_hash: str, *, network: str = "", at: datetime) -> None:
    """Refuses `TooManyCodes` and `TooManyCodesHere`. Holds a lock on the number until the transaction ends."""
    _lock(phone_hash)
    if wait := wait_for(_sent(at, SMS_LIMITS, phone_hash=phone_hash), SMS_LIMITS, at=at):
        raise TooManyCodes(minutes=_minutes(wait))
    shared = [(SMS_LIMITS_OF_A_NETWORK, {"network": network})] if network else []
    for allowed, whose in (*shared, (SMS_BUDGET, dict[str, str]())):
        if wait := wait_for(_sent(at, allowed, **whose), allowed, at=at):
            raise TooManyCodesHere(minutes=_minutes(wait))


def _sent(at: datetime, allowed: Sequence[tuple[timedelta, int]], **whose: str) -> Sequence[datetime]:
    """Newest first, as many as matter."""
    flows = SmsFlow.objects.filter(**whose, sent_at__gt=at - allowed[-1][0]).order_by("-sent_at")
    return list(flows.values_list("sent_at", flat=True)[: max(most for _, most in allowed)])


def wait_for(sent: Sequence[datetime], allowed: Sequence[tuple[timedelta, int]], *, at: datetime) -> timedelta | None:
    """How long until one more may be sent; None when it may be now. `sent`: newest first."""
    for window, most in allowed:
        inside = [time for time in sent if time > at - window]
        if len(inside) >= most:
            return inside[most - 1] + window - at
    return None


def _minutes(wait: timedelta) -> int:
    return max(1, -int(-wait.total_seconds() // 60))


def _lock(subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [subject])
