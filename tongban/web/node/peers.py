"""Who knocks: every request of a peer is signed with its node's request key (RFC 9421), addressed to this node and fresh."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, wraps
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tongban.alliance import queries as alliance
from tongban.exchange.requests import BadRequestSignature, verify_request
from tongban.exchange.wire import MAX_BYTES
from tongban.kernel import clock, registries
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.web.access import door
from tongban.web.errors import problem
from tongban.web.limits import Limiter

RETRY_AFTER_SECONDS = 5
BURST_SECONDS = 5
"""So many seconds of its share a peer may use at once."""

log = structlog.get_logger()


class MessageTooLarge(Refused):
    status = 413
    text = Text("请求超过 1 MiB。", "The request is larger than 1 MiB.")
    advice = Text("请分批发送。", "Send it in smaller batches.")


class BadBatch(Refused):
    status = 400
    text = Text("请求内容不符合协议：{reason}", "The request does not follow the protocol: {reason}")
    advice = Text("请核对协议版本。", "Check the protocol version.")


class Busy(Refused):
    """Nothing is said about the events, signed or not (R13)."""

    status = 503
    text = Text("节点暂时无法处理。", "The node cannot take this now.")
    advice = Text("请稍后重试。", "Try again later.")


@dataclass(frozen=True, slots=True)
class Call:
    """A verified request: `peer` is the id of the node that signed it."""

    node: Node
    peer: str
    at: datetime
    body: bytes
    query: dict[str, str]
    request: HttpRequest

    def charge(self, *, seconds: float = 0.0) -> None:
        """Count one request, or so many seconds' worth of them, against the peer's share. Refuses `TooManyRequests`."""
        limiter = share()
        limiter.take(self.peer, self.request.method or "", cost=max(1.0, seconds * limiter.rate))


@cache
def share() -> Limiter:
    """What each peer may ask of this process."""
    rate = settings.PEER_REQUESTS_PER_SECOND
    return Limiter(rate, BURST_SECONDS * rate)


def peer_endpoint(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The view gets a `Call`; its refusals become problem+json."""

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @door("peer")
        @require_http_methods([*methods])
        @wraps(view)
        def answer(request: HttpRequest, **path: Any) -> HttpResponse:
            try:
                call = _verified(request)
                call.charge()
                return view(call, **path)
            except Refused as refused:
                return _refuse(refused)
            except (OperationalError, InterfaceError) as error:
                log.warning("database away", error=type(error).__name__)
                return _refuse(Busy())

        return answer

    return declare


def _verified(request: HttpRequest) -> Call:
    node, at, body = registries.current_node(), clock.now(), _body(request)
    members = alliance.current_list(at)
    peer = verify_request(
        method=request.method or "",
        url=_addressed(request, node),
        headers=request.headers,
        body=body,
        members=members,
        at=at,
    )
    return Call(node, peer.id, at, body, request.GET.dict(), request)


def _body(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BYTES:
        raise MessageTooLarge
    return request.body


def _addressed(request: HttpRequest, node: Node) -> str:
    """A request signed for another node is not for us, even when a third one hands it on."""
    own = urlsplit(node.url)
    host = request.headers.get("Host", "")
    if host.lower() != own.netloc.lower():
        raise BadRequestSignature
    return f"{own.scheme}://{host}{request.get_full_path()}"


def _refuse(refused: Refused) -> HttpResponse:
    response = problem(refused)
    if refused.status == Busy.status:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
