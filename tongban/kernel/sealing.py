"""Sealed parts: personal data outside the clear part of an event. Plain Python; the keys are kept by `vault`.

A part's plaintext is `salt ‖ content`; the signed bytes carry H(0x02 ‖ plaintext), so that whoever is shown the plaintext can prove it, and
nobody can guess it from the hash. The ciphertext is bound to its case and its name.
"""

import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tongban.kernel import strictjson
from tongban.kernel.crypto import Suite
from tongban.kernel.events import SealedRef

SALT_BYTES = 16
MAX_PART_BYTES = 64 * 1024


class BadPart(ValueError):
    """A part that does not match what was signed."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key under which a case's parts are sealed. Never stored or logged as it is."""

    case: UUID
    kid: str
    secret: bytes

    def __repr__(self) -> str:
        return f"DataKey({self.case}, {self.kid})"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A reference for the event and the ciphertext that travels beside it."""

    ref: SealedRef
    ciphertext: bytes


def seal(content: bytes, *, name: str, key: DataKey, suite: Suite) -> Sealed:
    plaintext = os.urandom(SALT_BYTES) + content
    ciphertext = suite.encrypt(plaintext, key=key.secret, context=_context(key.case, name))
    ref = SealedRef(
        name=name,
        kid=key.kid,
        cipher=suite.hash(ciphertext),
        commit=commitment(plaintext, suite=suite),
        size=len(ciphertext),
    )
    return Sealed(ref, ciphertext)


def seal_json(value: Any, *, name: str, key: DataKey, suite: Suite) -> Sealed:
    return seal(strictjson.canonical(value), name=name, key=key, suite=suite)


def open_plaintext(ciphertext: bytes, *, ref: SealedRef, key: DataKey, suite: Suite) -> bytes:
    """Salt and content, proved against the commitment. Raises `BadPart` or `BadCiphertext`."""
    if suite.hash(ciphertext) != ref.cipher:
        raise BadPart("not the ciphertext that was signed")
    plaintext = suite.decrypt(ciphertext, key=key.secret, context=_context(key.case, ref.name))
    if commitment(plaintext, suite=suite) != ref.commit:
        raise BadPart("not the plaintext that was signed")
    return plaintext


def open_(ciphertext: bytes, *, ref: SealedRef, key: DataKey, suite: Suite) -> bytes:
    return content(open_plaintext(ciphertext, ref=ref, key=key, suite=suite))


def open_json(ciphertext: bytes, *, ref: SealedRef, key: DataKey, suite: Suite) -> Any:
    return strictjson.parse(open_(ciphertext, ref=ref, key=key, suite=suite))


def content(plaintext: bytes) -> bytes:
    return plaintext[SALT_BYTES:]


def commitment(plaintext: bytes, *, suite: Suite) -> str:
    return suite.hash(b"\x02" + plaintext)


def _context(case: UUID, name: str) -> bytes:
    return b"txp-part " + case.bytes + b" " + name.encode()
