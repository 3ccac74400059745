"""Evidence of a fork (分叉证据), verified by anybody: no node, no database. Plain Python; the file is written by `forks.py`.

`{"format", "alliance", "case", "region", "chain": [b64 envelope], "forks": [{"seq", "ours", "theirs", "found_at"}], "receipts": [b64],
"lists": [b64 signed member list]}`. `chain` holds the events up to the last fork, so that anybody can replay who was entitled to write.
No keys are taken from the file: its lists must be signed by the roots the reader trusts.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tongban.alliance.members import BadDocument, MemberList, UntrustedKey
from tongban.alliance.trust import Trust
from tongban.alliance.verification import read_member_list
from tongban.exchange import chain
from tongban.exchange.chain import EMPTY, Head, Illegal
from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import BadEnvelope
from tongban.kernel.events import BadEvent, Json, Payload
from tongban.kernel.refusals import Refused
from tongban.kernel.strictjson import NotStrict
from tongban.kernel.text import Text

FORMAT = "tongban-fork;v=1"
MAX_BYTES = 16 * 1024 * 1024


class EvidenceFaulty(Refused):
    """The file does not prove a fork. `why` names the first fault."""

    status = 422
    text = Text("证据未通过验证：{why}。", "The evidence does not prove a fork: {why}.")
    advice = Text(
        "请向导出节点重新索取，并核对信任根。", "Ask the node that exported it again and check the root keys."
    )


@dataclass(frozen=True, slots=True)
class ForkProof:
    """What a file proves. `authors`: who signed ours and theirs. `same_author`: one region signed two events for one position.

    `entitled`: the author of `theirs` was the one who might write at `seq`, so that neither of the two can be brushed aside.
    """

    case: UUID
    seq: int
    authors: tuple[str, str]
    hashes: tuple[str, str]
    kind: str
    entitled: bool

    @property
    def same_author(self) -> bool:
        return self.authors[0] == self.authors[1]


def verify_fork_evidence(data: bytes, *, trust: Trust) -> list[ForkProof]:
    """Plain Python, no database: every fork in the file, proved. Refuses `EvidenceFaulty`."""
    try:
        value: Any = strictjson.parse(data, max_bytes=MAX_BYTES)
        if value["format"] != FORMAT or value["alliance"] != trust.alliance:
            raise EvidenceFaulty(why="another format or alliance")
        verifier = _Verifier(trust, _lists(value["lists"], trust), UUID(value["case"]))
        heads = verifier.replay([_bytes(raw) for raw in value["chain"]])
        proofs = [verifier.prove(fork, heads) for fork in value["forks"]]
    except (NotStrict, KeyError, TypeError, ValueError) as error:
        raise EvidenceFaulty(why=type(error).__name__) from None
    if not proofs:
        raise EvidenceFaulty(why="it holds no fork")
    return proofs


@dataclass(frozen=True)
class _Verifier:
    trust: Trust
    lists: dict[int, MemberList]
    case: UUID

    def replay(self, raws: Sequence[bytes]) -> list[Head]:
        """The heads of the chain: before the first event, after it, and so on."""
        heads = [EMPTY]
        for raw in raws:
            payload, hash = self.read(raw)
            try:
                heads.append(chain.advance(heads[-1], payload, hash=hash))
            except Illegal as illegal:
                raise EvidenceFaulty(why=f"event {payload.seq} of the chain: {illegal.code}") from None
        return heads

    def prove(self, fork: Json, heads: Sequence[Head]) -> ForkProof:
        ours, our_hash = self.read(_bytes(fork["ours"]))
        theirs, their_hash = self.read(_bytes(fork["theirs"]))
        if our_hash == their_hash or our_hash not in {head.hash for head in heads}:
            raise EvidenceFaulty(why="not two different events, one of them of the chain")
        if ours.seq == theirs.seq:
            kind = "two-bodies"
        elif theirs.seq == ours.seq + 1 and theirs.prev != our_hash:
            kind = "other-past"
        else:
            raise EvidenceFaulty(why="the two can both stand")
        before = heads[theirs.seq - 1] if theirs.seq <= len(heads) else heads[-1]
        entitled = theirs.region == (before.writer if before.seq else ours.region)
        authors = (ours.region, theirs.region)
        return ForkProof(self.case, theirs.seq, authors, (our_hash, their_hash), kind, entitled)

    def read(self, raw: bytes) -> tuple[Payload, str]:
        """Signature with a key that the list of its time binds to the author; the payload only after that."""
        try:
            envelope = envelopes.read(raw, type=envelopes.EVENT)
            envelopes.verify(envelope, suite=self.trust.suite, public_key_of=self._any_key)
            payload = Payload.from_json(envelope.claims())
            members = self.lists[payload.list]
            signer = members.owner_of(envelope.key_id, "event", payload.at)
        except (BadEnvelope, BadSignature, NotStrict, BadEvent, LookupError, UntrustedKey) as error:
            raise EvidenceFaulty(why=f"signature or shape of an event ({type(error).__name__})") from None
        if payload.case != self.case or payload.node != signer.id or payload.alliance != self.trust.alliance:
            raise EvidenceFaulty(why="an event of another case, node or alliance")
        if not members.hosts(signer.id, payload.region, payload.at):
            raise EvidenceFaulty(why=f"{signer.id} did not host {payload.region}")
        return payload, envelope.hash(self.trust.suite)

    def _any_key(self, key_id: str) -> bytes:
        """Of any trusted list; whether it was valid at the time is asked once the time is known."""
        keys = (key for members in self.lists.values() for node in members.nodes for key in node.keys)
        found = next((key.public for key in keys if key.id == key_id), None)
        if found is None:
            raise LookupError(key_id)
        return found


def _lists(raws: Iterable[str], trust: Trust) -> dict[int, MemberList]:
    try:
        lists = [read_member_list(_bytes(raw), trust) for raw in raws]
    except BadDocument as refused:
        raise EvidenceFaulty(why=refused.code) from None
    return {members.version: members for members in lists}


def _bytes(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
