"""What others may do with files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from tongban.documents import blobs, scanning
from tongban.documents.adapters.base import CLEAN, Verdict
from tongban.documents.models import BlobUse, FileReading
from tongban.documents.scanning import UNSCANNED, InfectedFile
from tongban.documents.uploads import CheckedFile, check_upload
from tongban.kernel import sealing, vault
from tongban.kernel.actors import Actor
from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.events import SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

__all__ = ["CheckedFile", "StoredFile", "check_upload", "erase_files", "rescan_files", "store_blob", "store_upload"]

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
    clean: bool = True
    """False: quarantined until the malware scan has passed it."""


def store_upload(
    *, node: Node, region: str, case_id: UUID, data: bytes, filename: str, by: Actor, at: datetime
) -> StoredFile:
    """Inspect a file, scan it for malware, seal it under the case's key and keep it; quarantined when the scan could not be made.

    Refuses what `check_upload` refuses, `InfectedFile`, `ScannerNotConfigured`, `CaseTooLarge`, `KeyErased`, and `Forbidden` for
    somebody of another region.
    """
    if by.region != region:
        raise Forbidden
    checked = check_upload(data, filename=filename)
    verdict = scanning.scan(data)
    if verdict.state == "infected":
        raise InfectedFile
    key = vault.get_key(node=node, region=region, case_id=case_id)
    sealed = sealing.seal(data, name=PART, key=key, suite=node.suite)
    _require_room(region, case_id, len(sealed.ciphertext))
    # The blob first: a row without its blob would be a promise not kept, a blob without a row is only waste.
    blobs.put(sealed.ciphertext, suite=node.suite)
    _use(region, case_id, sealed.ref.cipher, len(sealed.ciphertext), at, verdict, sealed.ref)
    clean = verdict.state == "clean"
    return StoredFile(sealed.ref, checked.media_type, checked.size, checked.pages, checked.name, clean)


def store_blob(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    cipher: str,
    data: bytes,
    at: datetime,
    ref: SealedRef | None = None,
    made_here: bool = False,
) -> None:
    """Keep a blob that a peer sent for a case. The caller has checked that an event of the case names it. Refuses `BlobAltered`.

    Another node's scan is no scan: with `ref` it is scanned as soon as its key is here, without it when somebody opens it.
    `made_here`: this node wrote the file itself.
    """
    if node.suite.hash(data) != cipher:
        raise BlobAltered
    _require_room(region, case_id, len(data))
    blobs.put(data, suite=node.suite)
    _use(region, case_id, cipher, len(data), at, CLEAN if made_here else UNSCANNED, ref)
    if ref and not made_here:
        _scan_again(node, BlobUse.objects.get(region=region, case_id=case_id, cipher=cipher), ref, at)


def rescan_files(
    *, node: Node, region: str, at: datetime, find_part: Callable[[UUID, str], SealedRef | None], most: int = 100
) -> int:
    """Scan what is quarantined and may pass by now; returns how many left the quarantine, clean or infected. Ends when the scanner is silent.

    `find_part`: what the events of a case say about a file, for those that came before they were kept with it.
    """
    waiting = BlobUse.objects.filter(region=region, state="quarantined", reason__in=scanning.PASSING)
    left = 0
    for use in waiting.order_by("scanned_at", "id")[:most]:
        ref = SealedRef(**use.part) if use.part else find_part(use.case_id, use.cipher)
        verdict = _scan_again(node, use, ref, at) if ref else UNSCANNED
        if verdict.reason in ("down", "timeout"):
            break
        left += verdict.state != "quarantined"
    return left


def _scan_again(node: Node, use: BlobUse, ref: SealedRef, at: datetime) -> Verdict:
    """What was infected goes, unless another region of this node has it still. Without its key a file waits."""
    try:
        key = vault.get_key(node=node, region=use.region, case_id=use.case_id, kid=ref.kid)
        data = sealing.open_(blobs.get(ref.cipher), ref=ref, key=key, suite=node.suite)
        verdict = scanning.judge(use, data, at=at)
    except (Refused, BadCiphertext):
        return UNSCANNED
    if verdict.state == "infected" and not _used_elsewhere(node, use):
        transaction.on_commit(partial(blobs.remove, use.cipher))
    return verdict


def _used_elsewhere(node: Node, use: BlobUse) -> bool:
    with scope(node.regions):
        return BlobUse.objects.filter(cipher=use.cipher).exclude(id=use.id).exclude(state="infected").exists()


def erase_files(*, node: Node, region: str, case_id: UUID) -> None:
    """One region's copy of a case loses its files and what was read in them; a blob goes when no region of this node uses it any more."""
    with scope(node.regions):
        FileReading.objects.filter(region=region, case_id=case_id).delete()
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


def _use(
    region: str, case_id: UUID, cipher: str, size: int, at: datetime, verdict: Verdict, ref: SealedRef | None
) -> None:
    row = BlobUse(
        region=region, case_id=case_id, cipher=cipher, size=size, stored_at=at, state=verdict.state, reason=verdict.reason,
        scanned_at=None if verdict is UNSCANNED else at, part=ref.as_json() if ref else None,
    )  # fmt: skip
    BlobUse.objects.bulk_create([row], ignore_conflicts=True)
