"""Letting clients of the API in: by token alone, never by a cookie; within their regions, their scopes and their share of requests."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from django.http import HttpResponse

from tongban.clients import services as clients
from tongban.clients.queries import Access
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.people import queries as people
from tongban.web import errors
from tongban.web.limits import Limiter

MINUTE = 60.0


class ScopeMissing(Refused):
    """The token is good, and not for this."""

    status = 403
    text = Text("此令牌没有“{scope}”权限。", "This token does not hold the scope {scope}.")
    advice = Text("请向系统管理员申请含此权限的令牌。", "Ask the operator for a token that holds it.")


class TooManyCalls(Refused):
    status = 429
    text = Text("接口调用过于频繁。", "This client calls too often.")
    advice = Text("请按 Retry-After 稍后重试。", "Wait as Retry-After says, then try again.")


def serve(request: Any, wanted: str, view: Callable[[], HttpResponse]) -> HttpResponse:
    """The view inside one transaction, which a refusal undoes. It finds `request.access` and `request.actor`."""
    try:
        request.access = _admit(request, wanted)
        with scope(request.access.regions):
            request.actor = _actor(request, request.access)
            return view()
    except Refused as refused:
        return _say(refused)


def acting(request: Any, region: str) -> Actor:
    """Who acts at `region`: a member of staff at their own, a system wherever its token reaches."""
    actor: Actor = request.actor
    return actor if actor.kind == "staff" else replace(actor, region=region)


@cache
def share() -> Limiter:
    """Counted in seconds of a client's minute: whoever may ask 600 times uses a tenth of a second each time."""
    return Limiter(1.0, MINUTE, refusal=TooManyCalls)


def _admit(request: Any, wanted: str) -> Access:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise clients.TokenInvalid
    with scope(request.node.regions):
        access = clients.admit(node=request.node, token=token.strip(), at=now())
    share().take(str(access.client), "api", cost=MINUTE / access.per_minute)
    if wanted not in access.scopes:
        raise ScopeMissing(scope=wanted)
    return access


def _actor(request: Any, access: Access) -> Actor:
    """A token bound to a member of staff is worth what that person may do now; it ends with the account."""
    if not access.staff:
        return Actor("citizen", access.ref, access.regions[0], frozenset({"citizen"}))
    staff = people.find_staff(node=request.node, ref=access.staff)
    if staff is None or staff.region not in access.regions:
        raise clients.TokenInvalid
    return replace(people.actor_of(staff), roles=staff.roles & access.roles)


def _say(refused: Refused) -> HttpResponse:
    answer = errors.problem(refused)
    if refused.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="tongban"'
    if refused.status == 429:
        answer.headers["Retry-After"] = str(math.ceil(MINUTE / 10))
    return answer
