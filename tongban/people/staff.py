"""Accounts of staff (工作人员): password (argon2id) and second factor (TOTP, RFC 6238), lock-out, equal answers for unknown names."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NewType

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pyotp.utils import strings_equal

from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.people import limits, models
from tongban.people.mandate_endings import end_mandates_of
from tongban.people.names import check_name
from tongban.people.queries import Staff, staff_of

ROLES: dict[str, Text] = {
    "reception": Text("综窗收件员", "Reception clerk"),
    "acceptance": Text("受理员", "Acceptance officer"),
    "examiner": Text("审核员", "Examiner"),
    "chief": Text("首席代表", "Chief representative"),
    "exit": Text("出件员", "Exit-window clerk"),
    "supervisor": Text("督查员", "Supervisor"),
    "inspector": Text("监管人员", "Inspector"),
    "liaison": Text("联络员", "Liaison officer"),
    "helper": Text("帮办代办员", "Helper"),
    "catalogue_editor": Text("事项管理员", "Catalogue editor"),
    "calendar_editor": Text("工作日历管理员", "Calendar editor"),
    "operator": Text("系统管理员", "Operator"),
}
MIN_PASSWORD, MAX_PASSWORD = 12, 128
TOTP_SECONDS = 30

StaffRef = NewType("StaffRef", str)
"""Names a member of staff whose password was right; it signs nobody in before the second factor."""


class WrongPassword(Refused):
    """Name or password is wrong, or the account has ended; the answer is the same."""

    status = 401
    keeps = True
    text = Text("用户名或密码不正确。", "The user name or the password is wrong.")
    advice = Text("请核对后重试；忘记密码请联系系统管理员。", "Check and try again, or ask the operator for a new one.")


class WrongSecondFactor(Refused):
    """The code is wrong, old, or was used before."""

    status = 401
    keeps = True
    text = Text("动态口令不正确或已使用。", "The one-time code is wrong or was used before.")
    advice = Text("请等待下一个口令后重试。", "Wait for the next code and try again.")


class WrongUsername(Refused):
    status = 422
    text = Text("用户名应为 3 至 60 个字符。", "A user name has 3 to 60 characters.")
    advice = Text("请另选用户名。", "Choose another user name.")


class WeakPassword(Refused):
    status = 422
    text = Text("密码不符合要求：{why.zh}。", "The password cannot be used: {why.en}.")
    advice = Text("请使用 12 至 128 个字符的短语。", "Use a phrase of 12 to 128 characters.")


class AccountExists(Refused):
    """The user name is taken, or the person has an account already; roles are added to it."""

    text = Text("该用户名或该人员已有账号。", "This user name or this person already has an account.")
    advice = Text("请在原有账号上增加岗位。", "Add the role to the account that exists.")


class UnknownRole(Refused):
    status = 422
    text = Text("没有名为 {role} 的岗位。", "There is no role called {role}.")
    advice = Text("请从列表中选择岗位。", "Choose roles from the list.")


@dataclass(frozen=True, slots=True)
class StaffEnrolment:
    """`totp_uri` (otpauth://) is shown once, as a QR code, and is not kept in clear."""

    ref: str
    totp_uri: str

    def __repr__(self) -> str:
        return f"StaffEnrolment({self.ref})"


def register_staff(
    *, node: Node, region: str, office: str, username: str, password: str, roles: frozenset[str], display_name: str,
    by: Actor, at: datetime, id_number: str | None = None,
) -> StaffEnrolment:  # fmt: skip
    """A new account. `id_number` is kept as a keyed hash only, so that nobody gets two.

    Refuses `Forbidden` (operators of the region and the system may), `WrongUsername`, `WeakPassword`, `UnknownRole`,
    `AccountExists`.
    """
    _require_operator(by, region)
    _require_roles(roles)
    _require_strong(password, username=username)
    secret = pyotp.random_base32()
    row = models.Staff(
        id=new_id(), ref=f"s-{new_id().hex[-16:]}", region=region, office=office, roles=sorted(roles),
        username_hash=_account(node, username),
        person_hash=node.keyed_hash(id_number, purpose="staff-person") if id_number else None,
        display_name=node.seal_locally(check_name(display_name), purpose="staff-name", region=region),
        password=make_password(_plain(password), hasher="argon2"),
        totp_secret=node.seal_locally(secret, purpose="staff-totp", region=region),
        registered_at=at, registered_by=by.ref,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AccountExists from None
    return StaffEnrolment(row.ref, pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=f"Tongban {node.id}"))


def change_roles(*, node: Node, ref: str, roles: frozenset[str], by: Actor, at: datetime) -> Staff:
    """All roles that the person has from now on. Refuses `Forbidden`, also for one's own account."""
    row = _get(ref)
    _require_operator(by, row.region)
    if by.ref == ref:
        raise Forbidden
    _require_roles(roles)
    row.roles = sorted(roles)
    row.save(update_fields=["roles"])
    return staff_of(node, row)


def end_account(*, ref: str, by: Actor, at: datetime) -> None:
    """The person has left. The account stays, so that its reference keeps its meaning; it opens no door."""
    row = _get(ref)
    _require_operator(by, row.region)
    row.left_at = at
    row.save(update_fields=["left_at"])
    end_mandates_of(ref=ref, reason="left_office", by=by, at=at)


def verify_password(*, node: Node, username: str, password: str, at: datetime, network: str = "") -> StaffRef:
    """The first factor. Refuses `WrongPassword` and `TooManyAttempts` (5 failures in 15 minutes), alike for unknown names.
    `network`: where the request comes from; one password tried on many names is stopped there.

    Runs in a scope of all regions of the node: the name decides the region.
    """
    account = _account(node, username)
    limits.require_open_account(account, at=at)
    place = limits.network_hash(node, network)
    limits.require_calm_network(place, at=at)
    row = models.Staff.objects.filter(username_hash=account, left_at=None).first()
    # An unknown name costs the same time: one password is hashed in any case.
    right = check_password(_plain(password), row.password if row else _nobodys_password())
    if row is None or not right:
        limits.count_failure(account, at=at)
        if place:
            limits.count_failure(place, at=at)
        raise WrongPassword
    return StaffRef(row.ref)


def verify_second_factor(*, node: Node, ref: str, code: str, at: datetime) -> Staff:
    """The second factor, after the first. Each code works once. Refuses `WrongSecondFactor` and `TooManyAttempts`.

    Failures of both factors are counted together and forgotten only here: a known password buys no further guesses.
    """
    row = models.Staff.objects.filter(ref=ref, left_at=None).first()
    if row is None:
        raise WrongSecondFactor
    limits.require_open_account(row.username_hash, at=at)
    secret = node.open_locally(bytes(row.totp_secret), purpose="staff-totp", region=row.region)
    step = _matching_step(secret, code, at=at)
    if step is None or not _use_step(row, step):
        limits.count_failure(row.username_hash, at=at)
        raise WrongSecondFactor
    limits.forget_failures(row.username_hash)
    return staff_of(node, row)


def begin_desk(*, ref: str) -> str:
    """A new mark for the one desk at which this person sits; sessions that carry an older one are over (SR-08)."""
    mark = secrets.token_hex(8)
    models.Staff.objects.filter(ref=ref).update(desk=mark)
    return mark


def _matching_step(secret: str, code: str, *, at: datetime) -> int | None:
    """The time step whose code this is: now, one before or one after (clocks differ)."""
    totp = pyotp.TOTP(secret, interval=TOTP_SECONDS)
    now = int(at.timestamp()) // TOTP_SECONDS
    for step in (now, now - 1, now + 1):
        if strings_equal(totp.generate_otp(step), code.replace(" ", "")):
            return step
    return None


def _use_step(row: models.Staff, step: int) -> bool:
    """True once per step, also for two requests at the same moment."""
    return models.Staff.objects.filter(id=row.id, totp_step__lt=step).update(totp_step=step) == 1


@cache
def _nobodys_password() -> str:
    return make_password(new_id().hex, hasher="argon2")


def _get(ref: str) -> models.Staff:
    row = models.Staff.objects.filter(ref=ref).first()
    if row is None:
        raise Missing
    return row


def _account(node: Node, username: str) -> str:
    return node.keyed_hash(_plain(username).strip().casefold(), purpose="staff-username")


def _plain(text: str) -> str:
    """One text for what looks and is typed alike (RFC 8265)."""
    return unicodedata.normalize("NFKC", text)


def _require_operator(by: Actor, region: str) -> None:
    if by.region != region or not (by.kind == "system" or by.may("operator")):
        raise Forbidden


def _require_roles(roles: frozenset[str]) -> None:
    for role in sorted(roles - set(ROLES)):
        raise UnknownRole(role=role)


def _require_strong(password: str, *, username: str) -> None:
    if not 3 <= len(username.strip()) <= 60:
        raise WrongUsername
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise WeakPassword(why=Text("应为 12 至 128 个字符", "it must have 12 to 128 characters"))
    if username.casefold() in password.casefold() or len(set(password)) < 5:
        raise WeakPassword(why=Text("含有用户名或过于单调", "it holds the user name or repeats few characters"))
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        raise WeakPassword(why=Text("属于常见密码", "it is on the list of common passwords")) from None
