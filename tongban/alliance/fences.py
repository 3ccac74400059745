"""Fence statements (隔离声明) and orders of reassignment (指定接办令): how the alliance gives a case of a suspended node to another region (R17).

Each surviving region of a case states how far its chain goes and takes nothing more of the suspended node. With the statements of all of
them the holders of root keys sign which region goes on, and after which event. Plain values read from signed bytes.
"""

import base64
import binascii
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.alliance.members import BadDocument, MemberList, UntrustedKey
from tongban.alliance.trust import Trust
from tongban.alliance.verification import claims_of, read_document, require_roots
from tongban.kernel import envelopes
from tongban.kernel.crypto import BadSignature, Suite
from tongban.kernel.envelopes import BadEnvelope
from tongban.kernel.events import Json, format_instant, parse_instant
from tongban.kernel.node import Node

FindList = Callable[[int], MemberList | None]


@dataclass(frozen=True, slots=True)
class Fence:
    """`region` holds the case up to `seq`, `head`, and takes in no more of the node `fenced` than what lawfully comes before that."""

    alliance: str
    epoch: int
    list: int
    case: UUID
    region: str
    node: str
    inc: int
    fenced: str
    seq: int
    head: str
    at: datetime

    def as_json(self) -> Json:
        values = {name: getattr(self, name) for name in self.__slots__}
        return values | {"case": str(self.case), "at": format_instant(self.at)}


@dataclass(frozen=True, slots=True)
class Order:
    """The case goes on at `to`, after `seq` and `head`, instead of at `taken_from`, whose node the list `list` suspends."""

    alliance: str
    epoch: int
    list: int
    case: UUID
    seq: int
    head: str
    taken_from: str
    to: str
    fences: tuple[bytes, ...]

    def as_json(self) -> Json:
        return {
            "alliance": self.alliance, "epoch": self.epoch, "list": self.list, "case": str(self.case), "seq": self.seq,
            "head": self.head, "from": self.taken_from, "to": self.to,
            "fences": [base64.b64encode(raw).decode() for raw in self.fences],
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Any) -> "Order":
        """Refuses `BadDocument`."""
        try:
            return cls(
                str(value["alliance"]), int(value["epoch"]), int(value["list"]), UUID(value["case"]), int(value["seq"]),
                str(value["head"]), str(value["from"]), str(value["to"]),
                tuple(base64.b64decode(raw.encode("ascii"), validate=True) for raw in value["fences"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise BadDocument(reason=f"{type(error).__name__}: {error}") from None


def sign_fence(fence: Fence, *, node: Node) -> bytes:
    return envelopes.sign(fence.as_json(), type=envelopes.FENCE, suite=node.suite, keys=[node.keys["event"]]).raw


def read_fence(raw: bytes, *, find_list: FindList, suite: Suite) -> Fence:
    """Signed by the node that hosts the region it names, by the list it names. Refuses `BadDocument`, `UntrustedKey`."""
    envelope = read_document(raw, type=envelopes.FENCE)
    try:
        fence = _fence(envelope.claims())
        members = find_list(fence.list)
        if members is None:
            raise BadDocument(reason=f"member list {fence.list}")
        owner = members.owner_of(envelope.key_id, "event", fence.at)
        envelopes.verify(envelope, suite=suite, public_key_of=lambda key: members.public_key(key, "event", fence.at))
    except (BadEnvelope, BadSignature) as error:
        raise BadDocument(reason=type(error).__name__) from None
    if owner.id != fence.node or not members.hosts(owner.id, fence.region, fence.at):
        raise UntrustedKey(key_id=envelope.key_id)
    return fence


def read_order(raw: bytes, *, trust: Trust) -> Order:
    """Signed by enough roots. Refuses `NotEnoughSignatures`, `UntrustedKey`, `BadDocument`."""
    envelope = read_document(raw, type=envelopes.ORDER)
    require_roots(envelope, trust)
    order = Order.from_json(claims_of(envelope))
    if (order.alliance, order.epoch) != (trust.alliance, trust.epoch):
        raise BadDocument(reason="another alliance")
    return order


def require_fenced(order: Order, *, audience: Collection[str], find_list: FindList) -> list[Fence]:
    """Every active region of the case has stated its fence against the suspended node, and none goes further than the order (R17).

    Refuses `BadDocument`, `UntrustedKey`.
    """
    members = find_list(order.list)
    if members is None:
        raise BadDocument(reason=f"member list {order.list}")
    gone = members.node_of(order.taken_from)
    if gone.active:
        raise BadDocument(reason=f"node {gone.id} is not suspended")
    fences = [read_fence(raw, find_list=find_list, suite=members.suite) for raw in order.fences]
    if any((fence.case, fence.fenced) != (order.case, gone.id) or fence.list < order.list for fence in fences):
        raise BadDocument(reason="a fence of something else")
    missing = _survivors(audience, members) - {fence.region for fence in fences}
    if missing:
        raise BadDocument(reason=f"no fence of {', '.join(sorted(missing))}")
    if (order.seq, order.head) != max((fence.seq, fence.head) for fence in fences):
        raise BadDocument(reason="not the longest chain")
    return fences


def _survivors(audience: Collection[str], members: MemberList) -> set[str]:
    return {region for region in audience if members.node_of(region).active}


def _fence(value: Any) -> Fence:
    try:
        return Fence(
            alliance=str(value["alliance"]), epoch=int(value["epoch"]), list=int(value["list"]),
            case=UUID(value["case"]), region=str(value["region"]), node=str(value["node"]), inc=int(value["inc"]),
            fenced=str(value["fenced"]), seq=int(value["seq"]), head=str(value["head"]), at=parse_instant(value["at"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise BadDocument(reason=f"{type(error).__name__}: {error}") from None
