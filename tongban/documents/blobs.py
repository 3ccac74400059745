"""The blob store: ciphertexts by their hash, sharded by its first two digits. It knows no case and no region."""

import errno
import re

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from tongban.kernel.crypto import Suite
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text


class NoRoom(Refused):
    """The store is full or cannot be written to; nothing was kept."""

    status = 503
    text = Text("暂时无法保存文件。", "Files cannot be kept at the moment.")
    advice = Text("请稍后再上传，已填写的内容都在。", "Upload it again later; everything filled in is kept.")


log = structlog.get_logger()


def put(ciphertext: bytes, *, suite: Suite) -> str:
    """Keep a ciphertext; returns its hash. Doing so again changes nothing. Refuses `NoRoom`."""
    cipher = suite.hash(ciphertext)
    if not has(cipher):
        try:
            _store().save(_name(cipher), ContentFile(ciphertext))
        except OSError as error:
            log.error("file not kept", reason=errno.errorcode.get(error.errno or 0, type(error).__name__))
            raise NoRoom from None
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
