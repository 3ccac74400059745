"""What a seal is put on, made in the signer's process: the document as its kind fixed it, with room for the signature. Encrypted until it is fetched.

Nothing that stood in the request is taken over but the certificates and lists of the time-stamp authority, which show on no page.
"""

from collections.abc import Callable
from datetime import datetime

from tongban.kernel.node import Node
from tongban.seals import models
from tongban.seals.ofd import package
from tongban.seals.ofd.page import Box
from tongban.seals.ofd.sealing import Prepared as PreparedOfd
from tongban.seals.ofd.sealing import prepare_seal
from tongban.seals.pdf import Prepared, Proof, join, prepare
from tongban.seals.subjects import Sealable
from tongban.seals.views import MAIN_SUITE, NATIONAL_SUITE

COLUMNS = ("document", "size", "digest", "prepared", "start", "end", "attributes")
"""What is filled in here; a request that has any of it before was tampered with."""
_PURPOSE = "seal-request"


def is_untouched(row: models.SealRequest) -> bool:
    return not any(getattr(row, name) for name in (*COLUMNS, "answer"))


def prepare_request(row: models.SealRequest, document: Sealable, *, node: Node, at: datetime) -> None:
    """Fill the columns; nothing is saved. Raises `NotOfd`, RuntimeError."""
    _PREPARE[row.suite](row, document, node, at)


def open_pdf(row: models.SealRequest, *, node: Node) -> Prepared:
    return Prepared(_unlock(row, node=node), row.start, row.end, bytes(row.attributes))


def open_ofd(row: models.SealRequest, *, node: Node) -> PreparedOfd:
    files = package.unpack(_unlock(row, node=node))
    return PreparedOfd(files, bytes.fromhex(row.digest), bytes(row.attributes).decode())


def _prepare_pdf(row: models.SealRequest, document: Sealable, node: Node, at: datetime) -> None:
    certificate = bytes(row.seal.keys.get(suite=MAIN_SUITE).certificate)
    maker = models.SealMaker.objects.get(region=row.region, suite=MAIN_SUITE)
    own, stamped = bytes(maker.certificate), row.level == "B-LT"
    proof = join(Proof((certificate, own), (bytes(maker.ended),)), Proof.from_json(row.proof))
    made = prepare(
        document.pdf, picture=bytes(row.seal.page), spot=document.spot, certificate=certificate, maker=own, proof=proof,
        stamped=stamped, name=row.seal.owner, at=at,
    )  # fmt: skip
    if not made.is_whole():
        raise RuntimeError("what was prepared must be whole")
    row.start, row.end, row.attributes = made.start, made.end, made.attributes
    _keep(row, document.pdf, made.digest, made.pdf, node)


def _prepare_ofd(row: models.SealRequest, document: Sealable, node: Node, at: datetime) -> None:
    spot = document.spot
    half = spot.across / 2
    place = Box(spot.x - half, spot.y - half, spot.across, spot.across)
    made = prepare_seal(document.ofd, at=at, page=spot.page, place=place)
    row.attributes = made.subject.encode()
    _keep(row, document.ofd, made.digest, package.pack(made.files), node)


_PREPARE: dict[str, Callable[[models.SealRequest, Sealable, Node, datetime], None]] = {
    MAIN_SUITE: _prepare_pdf,
    NATIONAL_SUITE: _prepare_ofd,
}


def _keep(row: models.SealRequest, document: bytes, digest: bytes, prepared: bytes, node: Node) -> None:
    row.document, row.size, row.digest = node.suite.hash(document), len(document), digest.hex()
    row.prepared = node.suite.encrypt(prepared, key=node.local_key(_PURPOSE, row.region), context=_PURPOSE.encode())


def _unlock(row: models.SealRequest, *, node: Node) -> bytes:
    key = node.local_key(_PURPOSE, row.region)
    return node.suite.decrypt(bytes(row.prepared), key=key, context=_PURPOSE.encode())
