"""The sealed files of a case, as its chain names them."""

from dataclasses import dataclass
from uuid import UUID

from tongban.cases.life_events import DocumentSealed
from tongban.documents import queries as documents
from tongban.exchange import queries as exchange
from tongban.kernel.events import SealedRef
from tongban.kernel.node import Node


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """`document`, `digest`: SHA-256 without and with the seal, hex; `file`: where the sealed file lies. `seq`: of the event."""

    seq: int
    subject: str
    ref: str
    suite: str
    level: str
    document: str
    digest: str
    file: SealedRef


def list_sealed(*, region: str, case_id: UUID) -> list[SealedDocument]:
    """In the order of the chain. Whoever asks has seen to it that they may."""
    found = []
    for event in exchange.list_events(region, case_id):
        files = [part for part in event.payload.sealed if part.name == exchange.BLOB]
        if event.payload.kind_name == "cases.document_sealed" and files:
            said = DocumentSealed.read(event.payload.body)
            found.append(
                SealedDocument(
                    event.seq, said.subject, said.ref, said.suite, said.level, said.document, said.digest, files[0]
                )
            )
    return found


def read_sealed(*, node: Node, region: str, case_id: UUID, subject: str, ref: str, suite: str) -> bytes | None:
    """None where it is not sealed, or its file has not come here yet."""
    for known in list_sealed(region=region, case_id=case_id):
        here = not documents.missing_blobs(region, case_id, [known.file.cipher])
        if (known.subject, known.ref, known.suite) == (subject, ref, suite) and here:
            return documents.read_file(node=node, region=region, case_id=case_id, ref=known.file)
    return None
