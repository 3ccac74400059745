"""What a node shows a peer of agreements: everything that is in force or was, and what the peer's places are asked to sign.

Compared by hash and by who has signed, so that nothing has to be remembered of who got what, also after a backup is restored.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from tongban.alliance import queries, rounds, verification
from tongban.alliance.agreements import Agreement
from tongban.alliance.members import BadDocument
from tongban.alliance.models import AgreementProposal, AgreementStatement, AgreementVersion
from tongban.alliance.services import list_former
from tongban.alliance.statements import LEAVING
from tongban.kernel import envelopes, strictjson
from tongban.kernel.envelopes import Signature
from tongban.kernel.events import Json
from tongban.kernel.refusals import Missing
from tongban.kernel.strictjson import NotStrict

MAX_INDEX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Held:
    """`whole`: hashes of agreements. `open`: hash of a proposal → key ids that have signed. `statements`: hashes. Older versions come first."""

    whole: tuple[str, ...]
    open: Mapping[str, frozenset[str]]
    statements: tuple[str, ...]

    def as_json(self) -> Json:
        open = {hash: sorted(keys) for hash, keys in self.open.items()}
        return {"agreements": list(self.whole), "open": open, "statements": list(self.statements)}


def list_held(at: datetime, *, peer: str) -> Held:
    """As far as the node `peer` may see it."""
    known = queries.list_versions()
    whole = tuple(one.hash for one in sorted(known, key=lambda one: (one.version, one.id)))
    shown = {row.hash for row in _proposals(peer, at)}
    members = queries.current_list(at)
    open = {
        hash: frozenset(row.key_id for row in rounds.list_valid(hash, members, at)) for hash in shown - set(whole)
    }  # fmt: skip
    return Held(whole, open, tuple(_statements([*whole, *shown]).values_list("hash", flat=True)))


def read_held(raw: bytes) -> Held:
    """What a peer says of itself; only for knowing what to ask for. Refuses `BadDocument`."""
    try:
        value = strictjson.parse(raw, max_bytes=MAX_INDEX_BYTES)
        open = {_hash(hash): frozenset(map(str, keys)) for hash, keys in value["open"].items()}
        return Held(tuple(map(_hash, value["agreements"])), open, tuple(map(_hash, value["statements"])))
    except (NotStrict, KeyError, TypeError, ValueError, AttributeError):
        raise BadDocument(reason="no index of agreements") from None


def list_missing(mine: Held, theirs: Held) -> tuple[list[str], list[str]]:
    """Agreements and statements that they have and we lack, in their order."""
    known = set(mine.whole)
    documents = [hash for hash in theirs.whole if hash not in known]
    documents += [hash for hash, keys in theirs.open.items() if hash not in known and keys - mine.open.get(hash, set())]
    return documents, [hash for hash in theirs.statements if hash not in set(mine.statements)]


def read_document_for(peer: str, hash: str, at: datetime) -> bytes:
    """An agreement, or a proposal with every signature held. Refuses `Missing`."""
    if AgreementVersion.objects.filter(hash=hash).exists():
        return _with_later_signatures(hash, at)
    row = next((row for row in _proposals(peer, at) if row.hash == hash), None)
    whole = rounds.assemble(bytes(row.payload), rounds.list_valid(hash, queries.current_list(at), at)) if row else None
    if whole is None:
        raise Missing
    return whole.raw


def _with_later_signatures(hash: str, at: datetime) -> bytes:
    """As it was taken in, and those made since by nodes that have new keys: a peer that was away cannot believe the old ones."""
    held = verification.read_document(queries.read_agreement(hash), type=envelopes.AGREEMENT)
    known = {one.key_id for one in held.signatures}
    rows = [row for row in rounds.list_valid(hash, queries.current_list(at), at) if row.key_id not in known]
    later = [Signature(row.key_id, bytes(row.value)) for row in rows]
    return envelopes.assemble(held.payload, type=envelopes.AGREEMENT, signatures=[*held.signatures, *later]).raw


def read_statement_for(peer: str, hash: str, at: datetime) -> bytes:
    """Refuses `Missing`."""
    row = AgreementStatement.objects.filter(hash=hash).first()
    notice = AgreementStatement.objects.filter(hash=row.document).first() if row else None
    about = notice.document if notice else row.document if row else ""
    shown = AgreementVersion.objects.filter(hash=about).exists() or any(
        one.hash == about for one in _proposals(peer, at)
    )
    if row is None or not shown:
        raise Missing
    return bytes(row.raw)


def _proposals(peer: str, at: datetime) -> Iterable[AgreementProposal]:
    """Those being signed, or so lately that a receipt may be on its way, whose members the peer hosts."""
    members = queries.current_list(at)
    hosted = set(members.regions_of(peer, at))
    for row in rounds.list_working(at).order_by("version", "id"):
        agreement: Agreement = rounds.read_proposed(row)
        if hosted & {*agreement.members, *list_former(agreement, members, at)}:
            yield row


def _statements(documents: Collection[str]) -> QuerySet[AgreementStatement]:
    """About these documents, and receipts of the notices among them."""
    about = AgreementStatement.objects.filter(document__in=documents)
    seen = Q(document__in=AgreementStatement.objects.filter(document__in=documents, act=LEAVING).values("hash"))
    return AgreementStatement.objects.filter(Q(hash__in=about.values("hash")) | seen).order_by("id")


def _hash(value: Any) -> str:
    if not (isinstance(value, str) and len(value) <= 64 and value.isascii() and value.isalnum()):
        raise ValueError("no hash")
    return value
