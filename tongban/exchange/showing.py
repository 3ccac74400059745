"""What an author and its witnesses say to each other about a log, on the wire. Whatever a peer answers is believed only as far as it is signed."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from tongban.alliance.members import MemberList, NodeEntry
from tongban.exchange import statements
from tongban.exchange.statements import BadStatement, CoSigned, Signed
from tongban.kernel import strictjson
from tongban.kernel.node import Node

PATH = "/txp/1/checkpoints"
MAX_BYTES = 64 * 1024


class Client(Protocol):
    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes: ...
    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes: ...


def show(
    client: Client, peer: NodeEntry, signed: Signed, *, since: int, proof: Sequence[bytes], at: datetime
) -> tuple[str, bytes]:
    """Status, and the co-signature or the checkpoint that the peer holds instead. Raises `PeerUnreachable`, `BadStatement`."""
    message = {
        "checkpoint": base64.b64encode(signed.raw).decode(), "from": since, "proof": statements.write_hashes(proof)
    }  # fmt: skip
    answer = _read(client.post(peer.url, PATH, strictjson.canonical(message), at=at))
    status = str(answer.get("status"))
    return status, _decode(answer, "co_signature" if status == "signed" else "held")


def ask_held(client: Client, peer: NodeEntry, region: str, author: str, *, at: datetime) -> bytes:
    """The last checkpoint of a region's log, kept by the node `author`, that the peer has co-signed. Raises `PeerUnreachable`, `BadStatement`."""
    query = f"{PATH}?region={region}&node={author}"
    return _decode(_read(client.get(peer.url, query, max_bytes=MAX_BYTES, at=at)), "held")


def ask_proof(client: Client, author: NodeEntry, region: str, old: int, new: int, *, at: datetime) -> list[bytes]:
    """Of the author itself. Raises `PeerUnreachable`, `BadStatement`."""
    query = f"{PATH}/proof?region={region}&from={old}&to={new}"
    answer = _read(client.get(author.url, query, max_bytes=MAX_BYTES, at=at))
    return statements.read_hashes(answer.get("proof"))


def read_own(node: Node, region: str, raw: bytes) -> Signed:
    """Raises `BadStatement` for what this node has not signed."""

    def own(key_id: str) -> bytes:
        key = node.find_key("event", key_id)
        if key is None:
            raise LookupError(key_id)
        return key.public

    signed = statements.read_checkpoint(raw, alliance=node.alliance, suite=node.suite, public_key_of=own)
    if (signed.region, signed.node) != (region, node.id):
        raise BadStatement("about another log")
    return signed


def read_witness(raw: bytes, about: Signed, witness: str, *, members: MemberList, at: datetime) -> CoSigned:
    """Raises `BadStatement` unless that node has co-signed exactly this checkpoint."""
    said = statements.read_co_signature(
        raw, alliance=members.alliance, suite=members.suite,
        public_key_of=lambda key_id: _key_of(members, witness, key_id, at),
    )  # fmt: skip
    if (said.witness, said.checkpoint, said.place) != (witness, about.hash, about.place):
        raise BadStatement("about another checkpoint")
    return said


def _key_of(members: MemberList, witness: str, key_id: str, at: datetime) -> bytes:
    if members.owner_of(key_id, "event", at).id != witness:
        raise LookupError(key_id)
    return members.public_key(key_id, "event", at)


def _read(answer: bytes) -> dict[str, Any]:
    try:
        value = strictjson.parse(answer, max_bytes=MAX_BYTES)
    except strictjson.NotStrict:
        raise BadStatement("no answer") from None
    if not isinstance(value, dict):
        raise BadStatement("no answer")
    return value


def _decode(answer: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(str(answer[name]).encode("ascii"), validate=True)
    except (KeyError, UnicodeEncodeError, binascii.Error):
        raise BadStatement("no answer") from None
