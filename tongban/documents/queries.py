"""What others may ask about files."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from tongban.documents import blobs
from tongban.documents.models import BlobUse
from tongban.kernel import sealing, vault
from tongban.kernel.events import SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing


def read_file(*, node: Node, region: str, case_id: UUID, ref: SealedRef) -> bytes:
    """The file as it was handed in, proved against its commitment. Refuses `Missing` and `KeyErased`."""
    if not _uses(region, case_id).filter(cipher=ref.cipher).exists():
        raise Missing
    key = vault.get_key(node=node, region=region, case_id=case_id, kid=ref.kid)
    return sealing.open_(blobs.get(ref.cipher), ref=ref, key=key, suite=node.suite)


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
    rows = _uses(region, case_id).filter(cipher__in=wanted)
    held = set(rows.values_list("cipher", flat=True))
    return [cipher for cipher in wanted if cipher not in held or not blobs.has(cipher)]


def may_read_blob(region: str, cipher: str) -> bool:
    """Whether a case of this region uses the blob."""
    return bool(list_cases_of_blob(region, cipher))


def list_cases_of_blob(region: str, cipher: str) -> list[UUID]:
    """The region's cases that use a blob, so that a peer's right to one of them can be checked."""
    return list(BlobUse.objects.filter(region=region, cipher=cipher).values_list("case_id", flat=True))


def _uses(region: str, case_id: UUID) -> QuerySet[BlobUse]:
    return BlobUse.objects.filter(region=region, case_id=case_id)
