"""What a node shows a peer of agreements: everything that is in force or was, and what the peer's places are asked to sign.

Compared by hash and by who has signed, so that nothing has to be remembered of who got what, also after a backup is restored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.alliance import queries, rounds
from tongban.alliance.agreements import Agreement
from tongban.alliance.members import BadDocument
from tongban.alliance.models import AgreementProposal, AgreementStatement, AgreementVersion
from tongban.alliance.services import list_former
from tongban.kernel import strictjson
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
    about = AgreementStatement.objects.filter(document__in=[*whole, *shown]).order_by("id")
    return Held(whole, open, tuple(about.values_list("hash", flat=True)))


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
        return queries.read_agreement(hash)
    row = next((row for row in _proposals(peer, at) if row.hash == hash), None)
    whole = rounds.assemble(bytes(row.payload), rounds.list_valid(hash, queries.current_list(at), at)) if row else None
    if whole is None:
        raise Missing
    return whole.raw


def read_statement_for(peer: str, hash: str, at: datetime) -> bytes:
    """Refuses `Missing`."""
    if hash not in list_held(at, peer=peer).statements:
        raise Missing
    return bytes(AgreementStatement.objects.values_list("raw", flat=True).get(hash=hash))


def _proposals(peer: str, at: datetime) -> Iterable[AgreementProposal]:
    """Those whose members the peer hosts."""
    members = queries.current_list(at)
    hosted = set(members.regions_of(peer, at))
    for row in AgreementProposal.objects.order_by("version", "id"):
        agreement: Agreement = rounds.read_proposed(row)
        if hosted & {*agreement.members, *list_former(agreement, members, at)}:
            yield row


def _hash(value: Any) -> str:
    if not (isinstance(value, str) and len(value) <= 64 and value.isalnum()):
        raise ValueError("no hash")
    return value
