"""Tokens: opaque, random, kept as a keyed hash, shown once; bound to a client, its regions, its scopes and, to decide, to one member of staff."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.clients import models
from tongban.clients.queries import Access
from tongban.clients.scopes import FOR_STAFF, SCOPES
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text

PREFIX = "tb_"
LONGEST = 200
LONGEST_LIFE = timedelta(days=400)
USED_STEP = timedelta(minutes=1)
"""How exactly the last use is kept: not every request needs to write."""


class TokenInvalid(Refused):
    """No token, or one that is unknown, has ended or was revoked: all look the same."""

    status = 401
    text = Text("访问令牌无效或已过期。", "The access token is missing, wrong or has ended.")
    advice = Text(
        "请在 Authorization 头中提供有效的 Bearer 令牌，或联系系统管理员。",
        "Send a valid Bearer token in the Authorization header, or ask the operator for one.",
    )


class TokenUnusable(Refused):
    """A token that could open nothing, or more than this node has, is not made."""

    status = 422
    text = Text("不能签发此令牌：{why.zh}。", "This token cannot be issued: {why.en}.")
    advice = Text("请核对区划、权限范围、人员和有效期。", "Check regions, scopes, staff and validity.")


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`token` is shown once and kept nowhere in clear."""

    id: UUID
    client: str
    token: str

    def __repr__(self) -> str:
        return f"IssuedToken({self.id})"


def issue_token(
    *, node: Node, name: str, regions: Collection[str], scopes: Collection[str], days: int, per_minute: int = 600,
    staff: str = "", roles: Collection[str] = (), by: Actor, at: datetime,
) -> IssuedToken:  # fmt: skip
    """A token for the client of this name, which is made when it is new. Refuses `TokenUnusable`, `Forbidden` (the system issues)."""
    if by.kind != "system":
        raise Forbidden
    _require_usable(node, name, regions, scopes, days, per_minute, staff, roles)
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        client = _client(name.strip(), at)
        row = models.ClientToken.objects.create(
            id=new_id(), client=client, token_hash=_hash(node, token), regions=sorted(regions), scopes=sorted(scopes), staff=staff,
            roles=sorted(roles), per_minute=per_minute, created_at=at, created_by=by.ref, expires_at=at + timedelta(days=days),
        )  # fmt: skip
    return IssuedToken(row.id, client.ref, token)


def revoke_token(*, token_id: UUID, by: Actor, at: datetime) -> None:
    """The token opens nothing from the next request on. Harmless when already done. Refuses `Missing`."""
    if by.kind != "system":
        raise Forbidden
    if not models.ClientToken.objects.filter(id=token_id).exists():
        raise Missing
    models.ClientToken.objects.filter(id=token_id, revoked_at=None).update(revoked_at=at)


def admit(*, node: Node, token: str, at: datetime) -> Access:
    """Who sent the token, and what it opens. Refuses `TokenInvalid`."""
    row = _find(node, token)
    if row is None or row.revoked_at or row.expires_at <= at:
        raise TokenInvalid
    regions = tuple(region for region in row.regions if node.hosts(region))
    if not regions:
        raise TokenInvalid
    if row.last_used_at is None or at - row.last_used_at > USED_STEP:
        models.ClientToken.objects.filter(id=row.id).update(last_used_at=at)
    return Access(
        client=row.client_id, ref=row.client.ref, regions=regions, scopes=frozenset(row.scopes), staff=row.staff,
        roles=frozenset(row.roles), per_minute=row.per_minute,
    )  # fmt: skip


def _find(node: Node, token: str) -> models.ClientToken | None:
    if not token.startswith(PREFIX) or len(token) > LONGEST or not token.isascii():
        return None
    return models.ClientToken.objects.select_related("client").filter(token_hash=_hash(node, token)).first()


def _hash(node: Node, token: str) -> str:
    """256 random bits need no slow hash; the key keeps a copy of the database from telling whether a token is in it."""
    return node.keyed_hash(token, purpose="client-token")


def _client(name: str, at: datetime) -> models.Client:
    ref = f"k-{new_id().hex[-16:]}"
    row, _ = models.Client.objects.get_or_create(name=name, defaults={"id": new_id(), "ref": ref, "created_at": at})
    return row


def _require_usable(
    node: Node, name: str, regions: Collection[str], scopes: Collection[str], days: int, per_minute: int, staff: str,
    roles: Collection[str],
) -> None:  # fmt: skip
    faults = [
        (not 3 <= len(name.strip()) <= 80, Text("名称应为 3 至 80 个字符", "a name has 3 to 80 characters")),
        (not regions or not set(regions) <= set(node.regions), Text("区划不在本节点", "a region is not hosted here")),
        (not scopes or not set(scopes) <= set(SCOPES), Text("没有此权限范围", "there is no such scope")),
        (not 0 < days <= LONGEST_LIFE.days, Text("有效期应为 1 至 400 天", "it is valid for 1 to 400 days")),
        (not 0 < per_minute <= 60_000, Text("每分钟次数超出范围", "the rate is out of range")),
        (bool(FOR_STAFF & set(scopes)) and not staff, Text("此权限须绑定工作人员", "such a scope needs a member of staff")),
        (bool(staff) != bool(roles), Text("人员和岗位须同时给出", "staff and roles go together")),
        (bool(staff) and len(set(regions)) != 1, Text("工作人员只属于一个区划", "staff belong to one region")),
    ]  # fmt: skip
    for wrong, why in faults:
        if wrong:
            raise TokenUnusable(why=why)
