"""What a checkpoint (检查点) and its co-signature say, as signed bytes and as values. Plain Python (docs/reference/peer-protocol.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.kernel import envelopes
from tongban.kernel.crypto import BadSignature, Suite
from tongban.kernel.envelopes import BadEnvelope, Envelope, PublicKeyOf
from tongban.kernel.events import Json, format_instant, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.strictjson import NotStrict

ROOT = re.compile(r"[0-9a-f]{64}")


class BadStatement(ValueError):
    """No checkpoint or co-signature at all, or not signed by whom it names."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log was: the `n`-th checkpoint of the life `inc`, with so many leaves and this root."""

    inc: int
    n: int
    size: int
    root: str

    def as_json(self) -> Json:
        return {"inc": self.inc, "n": self.n, "size": self.size, "root": self.root}

    @property
    def number(self) -> tuple[int, int]:
        return self.inc, self.n


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint. `follows`: the last place of an earlier life that its author knows of; after a restore it must name one."""

    region: str
    node: str
    place: Place
    follows: Place | None
    at: datetime
    hash: str
    raw: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class CoSigned:
    """A witness's word: it has seen the checkpoint with this hash, and that it continues the one before."""

    witness: str
    checkpoint: str
    region: str
    place: Place
    at: datetime
    raw: bytes


def sign_checkpoint(
    *, node: Node, region: str, place: Place, prev: str, follows: Place | None, list_version: int, at: datetime
) -> Signed:
    claims: Json = {
        "alliance": node.alliance, "epoch": node.epoch, "list": list_version, "region": region, "node": node.id,
        "prev": prev, "at": format_instant(at), **place.as_json(),
    }  # fmt: skip
    claims |= {"follows": follows.as_json()} if follows else {}
    envelope = envelopes.sign(claims, type=envelopes.CHECKPOINT, suite=node.suite, keys=[node.keys["event"]])
    return Signed(region, node.id, place, follows, at, envelope.hash(node.suite), envelope.raw, node.keys["event"].id)


def read_checkpoint(raw: bytes, *, alliance: str, suite: Suite, public_key_of: PublicKeyOf) -> Signed:
    """Signature first. Raises `BadStatement`; whether that key may speak for that region is the caller's question."""
    try:
        envelope, claims = _verified(raw, envelopes.CHECKPOINT, suite, public_key_of)
        follows = _place(claims["follows"]) if "follows" in claims else None
        signed = Signed(
            _text(claims["region"]), _text(claims["node"]), _place(claims), follows, parse_instant(claims["at"]),
            envelope.hash(suite), raw, envelope.key_id,
        )  # fmt: skip
        _require(claims["alliance"] == alliance and _text(claims["prev"]) is not None)
    except (BadEnvelope, BadSignature, LookupError, NotStrict, TypeError, ValueError) as error:
        raise BadStatement(type(error).__name__) from None
    return signed


def co_sign(*, node: Node, checkpoint: Signed, list_version: int, at: datetime) -> CoSigned:
    claims: Json = {
        "alliance": node.alliance, "epoch": node.epoch, "list": list_version, "witness": node.id,
        "witness_inc": node.inc, "checkpoint": checkpoint.hash, "region": checkpoint.region, "at": format_instant(at),
        **checkpoint.place.as_json(),
    }  # fmt: skip
    envelope = envelopes.sign(claims, type=envelopes.CO_SIGNATURE, suite=node.suite, keys=[node.keys["event"]])
    return CoSigned(node.id, checkpoint.hash, checkpoint.region, checkpoint.place, at, envelope.raw)


def read_co_signature(raw: bytes, *, alliance: str, suite: Suite, public_key_of: PublicKeyOf) -> CoSigned:
    """Signature first. Raises `BadStatement`; the caller compares witness and checkpoint."""
    try:
        _, claims = _verified(raw, envelopes.CO_SIGNATURE, suite, public_key_of)
        said = CoSigned(
            _text(claims["witness"]), _text(claims["checkpoint"]), _text(claims["region"]), _place(claims),
            parse_instant(claims["at"]), raw,
        )  # fmt: skip
        _require(claims["alliance"] == alliance)
    except (BadEnvelope, BadSignature, LookupError, NotStrict, TypeError, ValueError) as error:
        raise BadStatement(type(error).__name__) from None
    return said


def read_hashes(value: Any) -> list[bytes]:
    """A proof as it travels: hexadecimal texts, at most as many as a tree of any size has levels, twice."""
    if not isinstance(value, list) or len(value) > 128:
        raise BadStatement("no proof")
    if not all(isinstance(text, str) and ROOT.fullmatch(text) for text in value):
        raise BadStatement("no hashes")
    return [bytes.fromhex(text) for text in value]


def write_hashes(proof: Sequence[bytes]) -> list[str]:
    return [hash.hex() for hash in proof]


def _verified(raw: bytes, type: str, suite: Suite, public_key_of: PublicKeyOf) -> tuple[Envelope, Any]:
    envelope = envelopes.read(raw, type=type)
    _require(bool(envelope.key_id))
    envelopes.verify(envelope, suite=suite, public_key_of=public_key_of)
    return envelope, envelope.claims()


def _place(value: Any) -> Place:
    place = Place(value["inc"], value["n"], value["size"], _text(value["root"]))
    numbers = (place.inc, place.n, place.size)
    _require(all(type(number) is int for number in numbers) and place.inc > 0 and place.n > 0 and place.size >= 0)
    _require(ROOT.fullmatch(place.root) is not None)
    return place


def _text(value: Any) -> str:
    _require(isinstance(value, str) and len(value) <= 80)
    return str(value)


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("not as it should be")
