"""The blob store: ciphertexts by their hash, sharded by its first two digits. It knows no case and no region."""

import re

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from tongban.kernel.crypto import Suite
from tongban.kernel.refusals import Missing


def put(ciphertext: bytes, *, suite: Suite) -> str:
    """Keep a ciphertext; returns its hash. Doing so again changes nothing."""
    cipher = suite.hash(ciphertext)
    if not has(cipher):
        _store().save(_name(cipher), ContentFile(ciphertext))
    return cipher


def get(cipher: str, *, first: int = 0, length: int | None = None) -> bytes:
    """All of it, or `length` bytes from `first` on. Refuses `Missing`. The reader checks the hash (`sealing.open_`)."""
    try:
        with _store().open(_name(cipher)) as file:
            file.seek(first)
            content: bytes = file.read(length)
    except FileNotFoundError:
        raise Missing from None
    return content


def size(cipher: str) -> int:
    """In bytes. Refuses `Missing`."""
    try:
        return _store().size(_name(cipher))
    except FileNotFoundError:
        raise Missing from None


def has(cipher: str) -> bool:
    return _store().exists(_name(cipher))


def remove(cipher: str) -> None:
    _store().delete(_name(cipher))


def _store() -> Storage:
    return storages["blobs"]


def _name(cipher: str) -> str:
    """Refuses what is no hash: it would be a path of somebody else's choice."""
    if not re.fullmatch(r"[0-9a-f]{64}", cipher):
        raise Missing
    return f"{cipher[:2]}/{cipher}"
