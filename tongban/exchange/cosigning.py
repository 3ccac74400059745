"""Witnessing the logs of others (见证): co-sign a checkpoint only if it continues the one co-signed before (R20).

What contradicts itself is kept as evidence, both signed roots, and answered with the checkpoint held here, so that its author can see what it
signed. Nothing of a case is in a checkpoint: roots, sizes, times.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import connection, transaction

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList
from tongban.exchange import merkle, statements
from tongban.exchange.leaves import hasher
from tongban.exchange.models import WitnessedCheckpoint
from tongban.exchange.promises import Promises
from tongban.exchange.showing import MAX_BYTES
from tongban.exchange.statements import BadStatement, Place, Signed
from tongban.exchange.witnessed import find_held, find_numbered, keep_evidence, place_of
from tongban.kernel import strictjson
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

Status = Literal["signed", "behind", "conflict", "unacknowledged"]


class BadCheckpoint(Refused):
    status = 400
    text = Text("检查点无效：{reason}", "The checkpoint is not valid: {reason}")
    advice = Text("请核对协议版本和节点密钥。", "Check the protocol version and the node's key.")


@dataclass(frozen=True, slots=True)
class Answer:
    """`co_signature` with "signed", `held` (the last checkpoint co-signed here) with all others."""

    status: Status
    co_signature: bytes = b""
    held: bytes = b""


def co_sign(*, node: Node, message: bytes, peer: str, at: datetime) -> Answer:
    """Answer `POST /txp/1/checkpoints` of `peer` (its request signature is verified).

    Refuses `BadCheckpoint`, `Forbidden` for a region that the peer does not host, `ListExpired`.
    """
    members = alliance.current_list(at)
    new, since, proof = _read(message, members, at)
    if new.node != peer or not members.hosts(peer, new.region, at):
        raise Forbidden
    with transaction.atomic():
        _lock(node, new.region)
        before = find_numbered(node, new)
        if before and before.hash == new.hash:
            return Answer("signed", bytes(before.co_signature))
        held = find_held(node, new.region, new.node)
        contradiction = _contradicts(held, before, new, since, proof, members)
        if held and contradiction:
            known = bytes((before or held).envelope)
            keep_evidence(node, new.region, contradiction, known, new.raw, at)
            return Answer("conflict", held=known)
        if held and not may_follow(place_of(held), new, since):
            return Answer(_why_not(place_of(held), new), held=bytes(held.envelope))
        return Answer("signed", _sign(node, new, members, at))


def is_equivocation(before: WitnessedCheckpoint | None, new: Signed) -> bool:
    """Two bodies under one number (M5)."""
    return before is not None and before.hash != new.hash


def is_rollback(held: Place, new: Signed) -> bool:
    """A later checkpoint of the same life with fewer leaves (I9)."""
    return _is_next(held, new) and new.place.size < held.size


def is_rewritten(held: Place, new: Signed, since: int, proof: Sequence[bytes], hash: merkle.Hash) -> bool:
    """A later checkpoint whose log does not begin with the one that was co-signed: another root for one size, or no proof."""
    if not _is_next(held, new) or since != held.size:
        return False
    return not merkle.continues(
        held.size, new.place.size, old_root=bytes.fromhex(held.root), new_root=bytes.fromhex(new.place.root),
        proof=proof, hash=hash,
    )  # fmt: skip


def may_follow(held: Place, new: Signed, since: int) -> bool:
    """The next number of the same life, proved from what is held; or the first of a later life that acknowledges what is held."""
    if new.place.inc == held.inc:
        return new.place.n > held.n and since == held.size
    return new.place.inc > held.inc and acknowledges(new.follows, held)


def acknowledges(follows: Place | None, held: Place) -> bool:
    """After a restore the author says itself how far its earlier life had come, no less than is known here."""
    if follows is None or follows.inc < held.inc:
        return False
    if follows.inc > held.inc:
        return True
    return follows.size > held.size or (follows.size, follows.root) == (held.size, held.root)


def read_for_alliance(raw: bytes, *, members: MemberList, at: datetime) -> Signed:
    """A checkpoint signed with an event key that is valid now, by a node that hosts its region. Raises `BadStatement`."""
    signed = statements.read_checkpoint(
        raw, alliance=members.alliance, suite=members.suite,
        public_key_of=lambda key_id: members.public_key(key_id, "event", at),
    )  # fmt: skip
    if members.owner_of(signed.key_id, "event", at).id != signed.node:
        raise BadStatement("signed by another node")
    return signed


def _read(message: bytes, members: MemberList, at: datetime) -> tuple[Signed, int, list[bytes]]:
    try:
        value: Any = strictjson.parse(message, max_bytes=MAX_BYTES)
        raw = base64.b64decode(str(value["checkpoint"]).encode("ascii"), validate=True)
        since, proof = value["from"], statements.read_hashes(value["proof"])
        if type(since) is not int:
            raise TypeError("from")
        return read_for_alliance(raw, members=members, at=at), since, proof
    except (BadStatement, strictjson.NotStrict, binascii.Error, LookupError, TypeError, ValueError) as error:
        raise BadCheckpoint(reason=str(error)) from None


def _lock(node: Node, region: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tongban.witness {node.id} {region}"])


def _contradicts(
    held: WitnessedCheckpoint | None,
    before: WitnessedCheckpoint | None,
    new: Signed,
    since: int,
    proof: Sequence[bytes],
    members: MemberList,
) -> str:
    """The kind of evidence, or ""."""
    if held is None:
        return ""
    if is_equivocation(before, new):
        return "equivocation"
    if is_rollback(place_of(held), new):
        return "rollback"
    if is_rewritten(place_of(held), new, since, proof, hasher(members.suite)):
        return "rewritten"
    return ""


def _is_next(held: Place, new: Signed) -> bool:
    return new.place.inc == held.inc and new.place.n > held.n


def _why_not(held: Place, new: Signed) -> Status:
    return "unacknowledged" if new.place.inc > held.inc else "behind"


def _sign(node: Node, new: Signed, members: MemberList, at: datetime) -> bytes:
    said = statements.co_sign(node=node, checkpoint=new, list_version=members.version, at=at)
    WitnessedCheckpoint.objects.create(
        witness=node.id, region_code=new.region, author=new.node, inc=new.place.inc, n=new.place.n, size=new.place.size, root=new.place.root,
        hash=new.hash, envelope=new.raw, co_signature=said.raw, at=at,
    )  # fmt: skip
    _note_life(node, new)
    return said.raw


def _note_life(node: Node, new: Signed) -> None:
    """A checkpoint too shows in which life its author is: a restored one must choose a later one (R15)."""
    for region in node.regions:
        with scope([region]):
            Promises.of(region).note(node=new.node, inc=new.place.inc)
