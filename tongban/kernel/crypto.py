"""Crypto suites: one per alliance epoch, chosen by the member list and never by a message (R2).

A second suite (SM2, SM3, SM4-GCM for 密评) is added to `SUITES`; nothing above this file names an algorithm.
"""

import hashlib
import os
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class BadSignature(ValueError):
    """The signature does not belong to these bytes and this key."""


class BadCiphertext(ValueError):
    """The ciphertext was altered or this is not its key."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key of one purpose; `id` names it in envelopes and in the member list."""

    id: str
    secret: bytes = field(repr=False)
    public: bytes


class Suite(Protocol):
    """What an alliance epoch fixes: hash, signature, authenticated encryption, key wrapping."""

    name: str

    def hash(self, data: bytes) -> str: ...
    def new_signing_key(self, *, owner: str) -> PrivateKey: ...
    def new_wrapping_key(self, *, owner: str) -> PrivateKey: ...
    def sign(self, data: bytes, *, key: PrivateKey) -> bytes: ...
    def verify(self, data: bytes, signature: bytes, *, public: bytes) -> None: ...
    def new_data_key(self) -> bytes: ...
    def encrypt(self, plaintext: bytes, *, key: bytes, context: bytes) -> bytes: ...
    def decrypt(self, ciphertext: bytes, *, key: bytes, context: bytes) -> bytes: ...
    def wrap(self, data_key: bytes, *, public: bytes, context: bytes) -> bytes: ...
    def unwrap(self, wrapped: bytes, *, key: PrivateKey, context: bytes) -> bytes: ...


class InternationalSuite:
    """Ed25519 (RFC 8032), SHA-256, AES-256-GCM with random nonces, HPKE X25519 (RFC 9180) for wrapping keys."""

    name = "ED25519+SHA256+AES256GCM"

    def __init__(self) -> None:
        self._hpke = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

    def hash(self, data: bytes) -> str:
        """Digest in lower-case hexadecimal, 64 characters."""
        return hashlib.sha256(data).hexdigest()

    def new_signing_key(self, *, owner: str) -> PrivateKey:
        return self._named(owner, Ed25519PrivateKey.generate())

    def new_wrapping_key(self, *, owner: str) -> PrivateKey:
        return self._named(owner, X25519PrivateKey.generate())

    def _named(self, owner: str, key: Ed25519PrivateKey | X25519PrivateKey) -> PrivateKey:
        public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return PrivateKey(id=f"{owner}.{self.hash(public)[:16]}", secret=key.private_bytes_raw(), public=public)

    def sign(self, data: bytes, *, key: PrivateKey) -> bytes:
        return _signing_key(key.secret).sign(data)

    def verify(self, data: bytes, signature: bytes, *, public: bytes) -> None:
        """Raises `BadSignature`."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
        except (InvalidSignature, ValueError):
            raise BadSignature("signature does not verify") from None

    def new_data_key(self) -> bytes:
        return AESGCM.generate_key(256)

    def encrypt(self, plaintext: bytes, *, key: bytes, context: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, plaintext, context)

    def decrypt(self, ciphertext: bytes, *, key: bytes, context: bytes) -> bytes:
        """Raises `BadCiphertext`."""
        try:
            return AESGCM(key).decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise BadCiphertext("ciphertext does not open") from None

    def wrap(self, data_key: bytes, *, public: bytes, context: bytes) -> bytes:
        return self._hpke.encrypt(data_key, X25519PublicKey.from_public_bytes(public), info=context)

    def unwrap(self, wrapped: bytes, *, key: PrivateKey, context: bytes) -> bytes:
        """Raises `BadCiphertext`."""
        try:
            return self._hpke.decrypt(wrapped, X25519PrivateKey.from_private_bytes(key.secret), info=context)
        except (InvalidTag, ValueError):
            raise BadCiphertext("wrapped key does not open") from None


@lru_cache(maxsize=16)
def _signing_key(secret: bytes) -> Ed25519PrivateKey:
    """Making it costs more than a signature. The process holds the secret anyway."""
    return Ed25519PrivateKey.from_private_bytes(secret)


SUITES: dict[int, Suite] = {1: InternationalSuite()}
"""Epoch of the alliance → its suite. An epoch is never reused for another suite."""
