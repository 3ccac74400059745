"""What others may do with files."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from tongban.documents import blobs
from tongban.documents.models import BlobUse
from tongban.documents.uploads import CheckedFile, check_upload
from tongban.kernel import sealing, vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

__all__ = ["CheckedFile", "StoredFile", "check_upload", "erase_files", "store_blob", "store_upload"]

PART = "file"
MAX_CASE_BYTES = 200 * 1024 * 1024


class CaseTooLarge(Refused):
    status = 413
    text = Text("本办件的文件合计超过 200 MB。", "The files of this case are larger than 200 MB together.")
    advice = Text(
        "请删除不需要的文件，或到窗口提交。", "Remove files that are not needed, or bring them to the counter."
    )


class BlobAltered(Refused):
    """The bytes are not those that the hash names."""

    status = 422
    text = Text("收到的文件与其摘要不符。", "The blob that came is not the one its hash names.")
    advice = Text("将重新获取。", "It will be fetched again.")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`ref` goes into the signed event; name and type are personal data and go into the sealed application."""

    ref: SealedRef
    media_type: str
    size: int
    pages: int
    name: str


def store_upload(
    *, node: Node, region: str, case_id: UUID, data: bytes, filename: str, by: Actor, at: datetime
) -> StoredFile:
    """Inspect a file, seal it under the case's key and keep it.

    Refuses what `check_upload` refuses, `CaseTooLarge`, `KeyErased`, and `Forbidden` for somebody of another region.
    """
    if by.region != region:
        raise Forbidden
    checked = check_upload(data, filename=filename)
    key = vault.get_key(node=node, region=region, case_id=case_id)
    sealed = sealing.seal(data, name=PART, key=key, suite=node.suite)
    _require_room(region, case_id, len(sealed.ciphertext))
    # The blob first: a row without its blob would be a promise not kept, a blob without a row is only waste.
    blobs.put(sealed.ciphertext, suite=node.suite)
    _use(region, case_id, sealed.ref.cipher, len(sealed.ciphertext), at)
    return StoredFile(sealed.ref, checked.media_type, checked.size, checked.pages, checked.name)


def store_blob(*, node: Node, region: str, case_id: UUID, cipher: str, data: bytes, at: datetime) -> None:
    """Keep a blob that a peer sent for a case. The caller has checked that an event of the case names it. Refuses `BlobAltered`."""
    if node.suite.hash(data) != cipher:
        raise BlobAltered
    _require_room(region, case_id, len(data))
    blobs.put(data, suite=node.suite)
    _use(region, case_id, cipher, len(data), at)


def erase_files(*, node: Node, region: str, case_id: UUID) -> None:
    """One region's copy of a case loses its files; a blob goes when no region of this node uses it any more."""
    with scope(node.regions):
        own = BlobUse.objects.filter(region=region, case_id=case_id)
        ciphers = set(own.values_list("cipher", flat=True))
        own.delete()
        still = set(BlobUse.objects.filter(cipher__in=ciphers).values_list("cipher", flat=True))
        for cipher in ciphers - still:
            transaction.on_commit(partial(blobs.remove, cipher))


def _require_room(region: str, case_id: UUID, size: int) -> None:
    used = BlobUse.objects.filter(region=region, case_id=case_id).aggregate(total=Sum("size"))["total"] or 0
    if used + size > MAX_CASE_BYTES:
        raise CaseTooLarge


def _use(region: str, case_id: UUID, cipher: str, size: int, at: datetime) -> None:
    row = BlobUse(region=region, case_id=case_id, cipher=cipher, size=size, stored_at=at)
    BlobUse.objects.bulk_create([row], ignore_conflicts=True)
