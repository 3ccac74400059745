"""Proving signed bytes from public keys alone: for the record file, for `tongban verify`, for a drill. Plain Python.

Signature first, with the only key that is named; then the content; then whether that key might write this at that time.
"""

from datetime import datetime
from typing import Protocol

from tongban.alliance.members import MemberList
from tongban.kernel import envelopes
from tongban.kernel.crypto import Suite
from tongban.kernel.envelopes import Envelope
from tongban.kernel.events import Json, Payload, parse_instant


class Lists(Protocol):
    """Every version of the member list that the reader trusts."""

    def at(self, version: int) -> MemberList:
        """Raises LookupError for a version that is not trusted."""

    def public_key(self, key_id: str) -> bytes:
        """Of any trusted list; whether it was valid at the time is asked once the time is known. Raises LookupError."""


def prove_event(envelope: Envelope, *, lists: Lists, suite: Suite) -> Payload:
    """Raises `BadEnvelope`, `BadSignature`, `BadEvent`, LookupError or ValueError."""
    envelopes.verify(envelope, suite=suite, public_key_of=lists.public_key)
    payload = Payload.from_json(envelope.claims())
    _require_host(envelope, lists.at(payload.list), payload.node, payload.region, payload.at)
    return payload


def prove_receipt(envelope: Envelope, *, lists: Lists, suite: Suite) -> Json:
    """Raises like `prove_event`, and KeyError, TypeError for claims that are none."""
    envelopes.verify(envelope, suite=suite, public_key_of=lists.public_key)
    claims: Json = envelope.claims()
    at = parse_instant(claims["received_at"])
    _require_host(envelope, lists.at(claims["list"]), claims["node"], claims["region"], at)
    return claims


def _require_host(envelope: Envelope, members: MemberList, node: str, region: str, at: datetime) -> None:
    owner = members.owner_of(envelope.key_id, "event", at)
    if owner.id != node or not members.hosts(node, region, at):
        raise ValueError("signed by a node that does not host this region")
