"""Signed envelopes in the manner of DSSE: sign bytes, store these bytes, verify before parsing (R1).

Wire form, canonical JSON: `{"p": base64 payload, "s": [{"k": key id, "v": base64 signature}], "t": type}`.
Signed bytes: `TXPv1 SP len(t) SP t SP len(p) SP p`. Hash: H(0x01 ‖ signed bytes).
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.kernel import strictjson
from tongban.kernel.crypto import PrivateKey, Suite

EVENT = "application/vnd.txp.event+json;v=1"
RECEIPT = "application/vnd.txp.receipt+json;v=1"
PROPOSAL = "application/vnd.txp.proposal+json;v=1"
MEMBER_LIST = "application/vnd.txp.member-list+json;v=1"
AGREEMENT = "application/vnd.txp.agreement+json;v=1"
AGREEMENT_STATEMENT = "application/vnd.txp.agreement-statement+json;v=1"
DEFINITION = "application/vnd.txp.definition+json;v=1"
RECORD = "application/vnd.txp.record+json;v=1"
PROMISE = "application/vnd.txp.promise+json;v=1"
CHECKPOINT = "application/vnd.txp.checkpoint+json;v=1"
CO_SIGNATURE = "application/vnd.txp.co-signature+json;v=1"
BACKUP = "application/vnd.txp.backup+json;v=1"
FENCE = "application/vnd.txp.fence+json;v=1"
ORDER = "application/vnd.txp.reassign-order+json;v=1"
LICENCE = "application/vnd.txp.licence+json;v=1"

MAX_ENVELOPE_BYTES = 128 * 1024

PublicKeyOf = Callable[[str], bytes]
"""Key id → public key; raises LookupError for a key that is not trusted."""


class BadEnvelope(ValueError):
    """These bytes are no envelope; nothing of their payload was read."""


@dataclass(frozen=True, slots=True)
class Signature:
    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """`raw` is what is stored, forwarded and compared; it is never written anew."""

    raw: bytes
    type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def signed_bytes(self) -> bytes:
        return signed_bytes(self.payload, type=self.type)

    def hash(self, suite: Suite) -> str:
        return suite.hash(b"\x01" + self.signed_bytes)

    def claims(self, *, max_bytes: int = MAX_ENVELOPE_BYTES) -> Any:
        """The parsed payload. Call only after `verify`."""
        return strictjson.parse(self.payload, max_bytes=max_bytes)

    @property
    def key_id(self) -> str:
        """The one signer's key id; `BadEnvelope` when there is not exactly one."""
        if len(self.signatures) != 1:
            raise BadEnvelope("exactly one signature is required")
        return self.signatures[0].key_id


def sign(payload: Any, *, type: str, suite: Suite, keys: Sequence[PrivateKey]) -> Envelope:
    """Sign the canonical form of `payload` with each key."""
    return sign_bytes(strictjson.canonical(payload), type=type, suite=suite, keys=keys)


def sign_bytes(payload: bytes, *, type: str, suite: Suite, keys: Sequence[PrivateKey]) -> Envelope:
    data = signed_bytes(payload, type=type)
    return assemble(payload, type=type, signatures=[Signature(key.id, suite.sign(data, key=key)) for key in keys])


def assemble(payload: bytes, *, type: str, signatures: Sequence[Signature]) -> Envelope:
    """Put payload and signatures into wire form, e.g. when several parties signed the same bytes one after another."""
    wire = {
        "t": type,
        "p": base64.b64encode(payload).decode(),
        "s": [{"k": s.key_id, "v": base64.b64encode(s.value).decode()} for s in signatures],
    }
    return Envelope(strictjson.canonical(wire), type, payload, tuple(signatures))


def read(raw: bytes, *, type: str, max_bytes: int = MAX_ENVELOPE_BYTES) -> Envelope:
    """Take the wrapper apart without looking into the payload. Raises `BadEnvelope`."""
    try:
        wire = strictjson.parse_canonical(raw, max_bytes=max_bytes)
        if set(wire) != {"t", "p", "s"} or wire["t"] != type:
            raise BadEnvelope("not an envelope of the expected type")
        signatures = tuple(_signature(item) for item in wire["s"])
        envelope = Envelope(raw, wire["t"], from_base64(wire["p"]), signatures)
    except (strictjson.NotStrict, TypeError, KeyError, binascii.Error, UnicodeEncodeError) as error:
        raise BadEnvelope(str(error)) from None
    if not signatures or len({s.key_id for s in signatures}) != len(signatures):
        raise BadEnvelope("signatures missing or doubled")
    return envelope


def verify(envelope: Envelope, *, suite: Suite, public_key_of: PublicKeyOf) -> None:
    """Every signature must verify with a key the caller trusts. Raises `BadSignature` or LookupError."""
    data = envelope.signed_bytes
    for signature in envelope.signatures:
        suite.verify(data, signature.value, public=public_key_of(signature.key_id))


def _signature(item: Any) -> Signature:
    if set(item) != {"k", "v"} or not isinstance(item["k"], str):
        raise BadEnvelope("malformed signature")
    return Signature(item["k"], from_base64(item["v"]))


def from_base64(text: object) -> bytes:
    """The one spelling of some bytes. Raises `BadEnvelope` for any other, and other ValueErrors for what is no base64."""
    if not isinstance(text, str):
        raise BadEnvelope("base64 is not a text")
    data = base64.b64decode(text.encode("ascii"), validate=True)
    # Unused bits in the last character would let two texts mean one signature.
    if base64.b64encode(data).decode() != text:
        raise BadEnvelope("base64 is not canonical")
    return data


def signed_bytes(payload: bytes, *, type: str) -> bytes:
    """What a signature is made over, where payload and signature travel without an envelope."""
    return b"TXPv1 %d %s %d %s" % (len(type.encode()), type.encode(), len(payload), payload)
