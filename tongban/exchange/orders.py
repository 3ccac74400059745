"""What an order of reassignment must say to stand at its place of a chain (R17). Plain Python, also for readers of a record."""

import base64
import binascii

from tongban.alliance import fences
from tongban.alliance.fences import FindList, Order
from tongban.alliance.members import BadDocument, MemberList
from tongban.alliance.verification import claims_of, read_document
from tongban.exchange.chain import Head
from tongban.kernel import envelopes
from tongban.kernel.events import Payload
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text

FIELD = "order"
"""The clear field of the body that holds the order, base64."""


class BadOrder(Refused):
    """The order is not of the roots, not about this place of this chain, or lacks a fence."""

    status = 422
    text = Text("指定接办令无效：{reason}", "The order of reassignment does not hold: {reason}")
    advice = Text("请联系联盟管理机构核对。", "Ask the alliance's office to check it.")


def require_order(payload: Payload, head: Head, *, find_list: FindList) -> Order:
    """`head`: what the event would follow. Refuses `BadOrder`, and `Missing` while the list that it names is not held here."""
    raw = _raw(payload)
    members = _list_of(raw, find_list)
    try:
        order = fences.read_order(raw, trust=members.trust)
        _require_place(order, payload, head)
        fences.require_fenced(order, audience=head.audience, find_list=find_list)
    except BadOrder:
        raise
    except Refused as refused:
        raise BadOrder(reason=refused.sentence("en")) from None
    return order


def _require_place(order: Order, payload: Payload, head: Head) -> None:
    if order.seq > head.seq:
        raise BadOrder(
            reason=f"the case goes to {order.seq}, this copy to {head.seq} only: what is missing must come first"
        )
    signed = (order.case, order.seq, order.head, order.to, order.taken_from)
    if signed != (payload.case, head.seq, head.hash, payload.region, head.writer):
        raise BadOrder(reason="about another place of the chain")
    if order.to not in head.audience:
        raise BadOrder(reason=f"{order.to} does not hold the case")


def _raw(payload: Payload) -> bytes:
    try:
        return base64.b64decode(str(payload.body[FIELD]).encode("ascii"), validate=True)
    except (KeyError, ValueError, binascii.Error):
        raise BadOrder(reason="no order") from None


def _list_of(raw: bytes, find_list: FindList) -> MemberList:
    """The list that the order names; its roots must have signed the order."""
    try:
        version = Order.from_json(claims_of(read_document(raw, type=envelopes.ORDER))).list
    except BadDocument as bad:
        raise BadOrder(reason=bad.sentence("en")) from None
    members = find_list(version)
    if members is None:
        raise Missing
    return members
