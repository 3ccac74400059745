"""What others may ask about files. No file leaves here that the malware scan has not passed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tongban.documents import blobs
from tongban.documents.models import BlobUse
from tongban.documents.scanning import FileQuarantined, FilesAwaitScan, InfectedFile, judge, list_not_clean, words_of
from tongban.kernel import sealing, vault
from tongban.kernel.clock import now
from tongban.kernel.events import SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text


def read_file(*, node: Node, region: str, case_id: UUID, ref: SealedRef, at: datetime | None = None) -> bytes:
    """The file as it was handed in, proved against its commitment; one that waits for its scan is scanned now.

    Refuses `Missing`, `KeyErased`, `FileQuarantined` and `InfectedFile`.
    """
    use = _uses(region, case_id).filter(cipher=ref.cipher).first()
    if use is None:
        raise Missing
    if use.state == "infected":
        raise InfectedFile
    key = vault.get_key(node=node, region=region, case_id=case_id, kid=ref.kid)
    data = sealing.open_(blobs.get(ref.cipher), ref=ref, key=key, suite=node.suite)
    verdict = judge(use, data, at=at or now())
    if verdict.state == "infected":
        raise InfectedFile
    if verdict.state != "clean":
        raise FileQuarantined
    return data


def find_scan_faults(region: str, case_id: UUID, ciphers: Iterable[str]) -> dict[str, Text]:
    """By cipher: what stands against handing in these files, said to whose files they are."""
    found = list_not_clean(region, case_id)
    return {cipher: words_of(found[cipher]) for cipher in ciphers if cipher in found}


def require_scanned(region: str, case_id: UUID, ciphers: Iterable[str]) -> None:
    """Refuses `FilesAwaitScan` unless the malware scan has passed all of them."""
    if find_scan_faults(region, case_id, ciphers):
        raise FilesAwaitScan


def read_blob(*, region: str, cipher: str, first: int = 0, length: int | None = None) -> bytes:
    """The ciphertext or a piece of it, for a peer whose request was checked. Refuses `Missing`."""
    if not may_read_blob(region, cipher):
        raise Missing
    return blobs.get(cipher, first=first, length=length)


def blob_size(*, region: str, cipher: str) -> int:
    """In bytes. Refuses `Missing`."""
    if not may_read_blob(region, cipher):
        raise Missing
    return blobs.size(cipher)


def missing_blobs(region: str, case_id: UUID, ciphers: Iterable[str]) -> list[str]:
    """Those of `ciphers` that this copy of the case has yet to fetch, in their order."""
    wanted = list(dict.fromkeys(ciphers))
    held = dict(_uses(region, case_id).filter(cipher__in=wanted).values_list("cipher", "state"))
    # What was infected came, and is gone on purpose.
    return [c for c in wanted if c not in held or not (held[c] == "infected" or blobs.has(c))]


def may_read_blob(region: str, cipher: str) -> bool:
    """Whether a case of this region uses the blob, and the malware scan has passed it."""
    return BlobUse.objects.filter(region=region, cipher=cipher, state="clean").exists()


def list_cases_of_blob(region: str, cipher: str) -> list[UUID]:
    """The region's cases that use a blob, so that a peer's right to one of them can be checked."""
    return list(BlobUse.objects.filter(region=region, cipher=cipher).values_list("case_id", flat=True))


def _uses(region: str, case_id: UUID) -> QuerySet[BlobUse]:
    return BlobUse.objects.filter(region=region, case_id=case_id)
