"""Signed requests between nodes (RFC 9421, RFC 9530): who asks, what exactly, when. The suite comes from the member list (R2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from tongban.alliance.members import MemberList, NodeEntry, UntrustedKey
from tongban.kernel.crypto import PrivateKey, Suite
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

COVERED = ("@method", "@authority", "@path", "@query")
TAG = "txp-1"
FRESH = timedelta(minutes=5)


class BadRequestSignature(Refused):
    status = 401
    text = Text("请求签名无法验证。", "The signature of the request does not verify.")
    advice = Text("请核对节点密钥与成员名单。", "Check the node's request key and the member list.")


class NodeSuspended(Refused):
    """The alliance has suspended the node that asks: what others hold of it stays, nothing new is taken or given."""

    status = 403
    text = Text("节点 {node} 已被联盟暂停。", "Node {node} is suspended by the alliance.")
    advice = Text("请联系联盟管理机构。", "Ask the alliance's office.")


class ClockOff(Refused):
    """Nothing is signed about it: the request may be fine, one of the clocks is not (R13)."""

    status = 503
    text = Text(
        "双方时钟相差超过 5 分钟（本节点时间 {now}）。", "The clocks differ by more than 5 minutes (here: {now})."
    )
    advice = Text("请校准时钟。", "Set the clock right.")


@dataclass(slots=True)
class Message:
    """A request as both sides see it."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Key:
    """What the library passes through to the algorithm."""

    suite: Suite
    private: PrivateKey | None = None
    public: bytes = b""


class _BySuite(HTTPSignatureAlgorithm):
    """Signs with the alliance's suite, whatever it is; the message names no algorithm."""

    algorithm_id = "txp-suite"

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        self.key: _Key = private_key or public_key

    def sign(self, message: bytes) -> bytes:
        return self.key.suite.sign(message, key=cast("PrivateKey", self.key.private))

    def verify(self, signature: bytes, message: bytes) -> None:
        self.key.suite.verify(message, signature, public=self.key.public)


class _Keys(HTTPSignatureKeyResolver):
    """Own private key, or a peer's public one."""

    def __init__(self, *, own: _Key | None = None, members: MemberList | None = None, at: datetime) -> None:
        self.own, self.members, self.at = own, members, at

    def resolve_private_key(self, key_id: str) -> Any:
        return self.own

    def resolve_public_key(self, key_id: str) -> Any:
        members = cast("MemberList", self.members)
        entry = members.find_key(key_id)
        if entry is None or not entry.serves("request", self.at):
            raise UntrustedKey(key_id=key_id[:80])
        return _Key(members.suite, public=entry.public)


class _Verifier(HTTPMessageVerifier):
    """The library's verifier with the time passed in."""

    at: datetime

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        created = sig_input.params.get("created")
        if type(created) is not int:
            raise BadRequestSignature
        if abs(self.at - datetime.fromtimestamp(created, tz=UTC)) > FRESH:
            raise ClockOff(now=self.at.isoformat(timespec="seconds"))


def sign_request(
    *, node: Node, method: str, url: str, body: bytes | None, at: datetime, key: PrivateKey | None = None
) -> dict[str, str]:
    """The headers that prove who asks: Signature-Input, Signature and, for a body, Content-Digest. `key`: the active one unless given."""
    message = Message(method, url, {})
    key = key or node.keys["request"]
    keys = _Keys(own=_Key(node.suite, private=key), at=at)
    signer = HTTPMessageSigner(signature_algorithm=_BySuite, key_resolver=keys)
    signer.sign(
        message,
        key_id=key.id,
        created=at,
        label="txp",
        tag=TAG,
        include_alg=False,
        covered_component_ids=COVERED,
        body=body,
    )
    return message.headers


def verify_request(
    *, method: str, url: str, headers: Mapping[str, str], body: bytes, members: MemberList, at: datetime
) -> NodeEntry:
    """The active node that signed exactly this request within five minutes. Refuses `BadRequestSignature`, `ClockOff`, `NodeSuspended`.

    `url` is built from the Host header; the caller has checked that it names this node.
    """
    verifier = _Verifier(signature_algorithm=_BySuite, key_resolver=_Keys(members=members, at=at))
    verifier.at = at
    try:
        results = verifier.verify(
            Message(method, url, dict(headers)), expect_tag=TAG, require_components=COVERED, body=body, max_age=None
        )
        if len(results) != 1:
            raise BadRequestSignature
        return _require_active(members, str(results[0].parameters["keyid"]))
    except (HTTPMessageSignaturesException, UntrustedKey):
        raise BadRequestSignature from None


def _require_active(members: MemberList, key_id: str) -> NodeEntry:
    owner = members.find_owner(key_id)
    if owner is None:
        raise UntrustedKey(key_id=key_id[:80])
    if not owner.active:
        raise NodeSuspended(node=owner.id)
    return owner
