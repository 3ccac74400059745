"""Signed envelopes: `{"p": payload, "s": [{"k": key id, "v": signature}], "t": type}`; signed is `TXPv1 len(t) t len(p) p`."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tongban_verify import strict

TYPE = "application/vnd.txp.{}+json;v=1"


@dataclass(frozen=True)
class Envelope:
    payload: bytes
    signed: bytes
    signatures: dict[str, bytes]

    @property
    def hash(self) -> str:
        return hashlib.sha256(b"\x01" + self.signed).hexdigest()

    @property
    def key(self) -> str:
        if len(self.signatures) != 1:
            raise ValueError("exactly one signature is required")
        return next(iter(self.signatures))

    def claims(self, public_key_of: Callable[[str], bytes]) -> Any:
        """The payload, once its one signature is verified."""
        check(self, self.key, public_key_of(self.key))
        return strict.read(self.payload)


def read(raw: bytes, name: str) -> Envelope:
    """Of the type that is called `name` (event, receipt, member-list …); nothing is verified yet."""
    wire, type_ = strict.read(raw), TYPE.format(name)
    strict.exactly(wire, {"p", "s", "t"})
    if wire["t"] != type_:
        raise ValueError("not an envelope of the expected type")
    for item in wire["s"]:
        strict.exactly(item, {"k", "v"})
    payload, signatures = strict.unbase64(wire["p"]), {str(item["k"]): strict.unbase64(item["v"]) for item in wire["s"]}
    if not signatures or len(signatures) != len(wire["s"]):
        raise ValueError("signatures missing or doubled")
    return Envelope(payload, signed_bytes(type_, payload), signatures)


def signed_bytes(type_: str, payload: bytes) -> bytes:
    return b"TXPv1 %d %s %d %s" % (len(type_), type_.encode(), len(payload), payload)


def check(envelope: Envelope, key: str, public: bytes) -> None:
    """ValueError unless this key signed these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(envelope.signatures[key], envelope.signed)
    except InvalidSignature:
        raise ValueError("the signature does not verify") from None
