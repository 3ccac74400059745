"""Is what this database holds still what was signed (I5, G1)? Every row is read anew and proved with public keys only.

Called inside a scope that holds the region. Names the first wrong position of a copy; changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from tongban.exchange import chain, leaves
from tongban.exchange.chain import EMPTY, Head
from tongban.exchange.models import CaseHead, Checkpoint, Event, Incarnation, Receipt, ReceiptHead
from tongban.exchange.proofs import Lists, prove_event, prove_receipt
from tongban.kernel import envelopes
from tongban.kernel.crypto import BadSignature, Suite
from tongban.kernel.events import Json

BETWEEN = 500
"""Rows read at once."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing in a copy that does not verify. `where`: `event 5`, `head`, `receipt 12`, `log 1007`."""

    region: str
    case_id: UUID | None
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Seen:
    """How much was proved."""

    cases: int = 0
    events: int = 0
    receipts: int = 0

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(self.cases + other.cases, self.events + other.events, self.receipts + other.receipts)


class _Wrong(Exception):
    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"{where}: {why}")


def list_copies(region: str) -> list[UUID]:
    """Every case of which this region holds anything, also one whose head row is gone."""
    heads = CaseHead.objects.filter(region=region).values_list("case_id", flat=True)
    events = Event.objects.filter(region=region).values_list("case_id", flat=True).distinct()
    return sorted({*heads, *events})


def verify_copy(region: str, case_id: UUID, *, lists: Lists, suite: Suite) -> tuple[Seen, Fault | None]:
    """Events in order, then the head row, then the receipts."""
    try:
        hashes = _events(region, case_id, lists, suite)
        receipts = _receipts(region, case_id, hashes, lists, suite)
    except _Wrong as wrong:
        return Seen(cases=1), Fault(region, case_id, wrong.where, wrong.why)
    return Seen(1, len(hashes), receipts), None


def verify_receipt_chain(region: str, *, suite: Suite) -> Fault | None:
    """Each own receipt names the one before it: none can be withdrawn. What a restored node lost of an earlier life is no fault."""
    links = {hash: (number, prev, inc) for number, hash, prev, inc in _own_receipts(region, suite)}
    life = max((inc for _, _, inc in links.values()), default=1)
    for number, prev, inc in links.values():
        if inc == life and prev and prev not in links:
            return Fault(region, None, f"receipt {number}", "the receipt before it is missing")
    head = ReceiptHead.objects.filter(region=region).first()
    if head and head.head and head.head not in links:
        return Fault(region, None, "last receipt", "is missing")
    return None


def verify_log(region: str, *, suite: Suite) -> tuple[int, Fault | None]:
    """How many leaves the log has. Each leaf's event is still here, no place is empty, and the last checkpoint of this life follows from them."""
    count = leaves.count_leaves(region)
    if missing := leaves.find_missing(region):
        place, case_id, seq = missing
        return count, Fault(region, case_id, f"event {seq}", f"is not the one in the log at {place}")
    gap = leaves.find_gap(region)
    if gap is not None:
        return count, Fault(region, None, f"log {gap}", "is missing")
    life = Incarnation.objects.aggregate(life=Max("inc"))["life"] or 1
    last = Checkpoint.objects.filter(region=region, inc=life).order_by("-n").first()
    if last and last.size > count:
        return count, Fault(region, None, f"log {count}", f"is missing: checkpoint {last.n} counts {last.size}")
    if last and leaves.compute_root(region, last.size, suite=suite) != last.root:
        return count, Fault(region, None, f"checkpoint {last.n}", "has another root than the log")
    if leaves.find_root(region, count, suite=suite) != leaves.compute_root(region, count, suite=suite):
        return count, Fault(region, None, "tree", "does not follow from the leaves")
    return count, None


def _own_receipts(region: str, suite: Suite) -> Iterator[tuple[int, str, str, int]]:
    for row in Receipt.objects.filter(region=region, issuer=region).order_by("id").iterator(chunk_size=BETWEEN):
        envelope = envelopes.read(bytes(row.envelope), type=envelopes.RECEIPT)
        claims: Json = envelope.claims()
        yield row.pk, envelope.hash(suite), claims["prev_receipt"], claims["inc"]


def _events(region: str, case_id: UUID, lists: Lists, suite: Suite) -> dict[int, str]:
    head, hashes = EMPTY, dict[int, str]()
    for row in Event.objects.filter(case_id=case_id, region=region).order_by("seq").iterator(chunk_size=BETWEEN):
        if row.seq != head.seq + 1:
            raise _Wrong(f"event {head.seq + 1}", "is missing")
        try:
            head = _follow(head, row, lists, suite)
        except (BadSignature, LookupError, TypeError, ValueError) as error:
            raise _Wrong(f"event {row.seq}", _reason(error)) from None
        hashes[row.seq] = head.hash
    _require_head(region, case_id, head)
    return hashes


def _follow(head: Head, row: Event, lists: Lists, suite: Suite) -> Head:
    envelope = envelopes.read(bytes(row.envelope), type=envelopes.EVENT)
    payload = prove_event(envelope, lists=lists, suite=suite)
    if payload.case != row.case_id:
        raise ValueError("belongs to another case")
    following = chain.advance(head, payload, hash=envelope.hash(suite))
    signed = {
        "hash": following.hash, "prev": payload.prev, "kind": payload.kind, "author": payload.region,
        "baton": chain.operation(payload), "baton_to": payload.baton.to if payload.baton else "", "at": payload.at,
        "writer": following.writer, "offered_by": following.offered_by,
    }  # fmt: skip
    if wrong := [name for name, value in signed.items() if getattr(row, name) != value]:
        raise ValueError(f"column {wrong[0]} says something else than the signed bytes")
    return following


def _require_head(region: str, case_id: UUID, head: Head) -> None:
    row = CaseHead.objects.filter(case_id=case_id, region=region).first()
    if row is None:
        raise _Wrong("head", "is missing")
    if row.seq > head.seq:
        raise _Wrong(f"event {head.seq + 1}", "is missing")
    if (row.seq, row.head, row.writer, row.offered_by, tuple(row.audience)) != (
        head.seq, head.hash, head.writer, head.offered_by, head.audience,
    ):  # fmt: skip
        raise _Wrong("head", "says something else than the events")


def _receipts(region: str, case_id: UUID, hashes: dict[int, str], lists: Lists, suite: Suite) -> int:
    count = 0
    for row in Receipt.objects.filter(case_id=case_id, region=region).order_by("id").iterator(chunk_size=BETWEEN):
        try:
            _check_receipt(row, hashes, lists, suite)
        except (BadSignature, LookupError, TypeError, ValueError) as error:
            raise _Wrong(f"receipt {row.pk}", _reason(error)) from None
        count += 1
    return count


def _check_receipt(row: Receipt, hashes: dict[int, str], lists: Lists, suite: Suite) -> None:
    envelope = envelopes.read(bytes(row.envelope), type=envelopes.RECEIPT)
    claims = prove_receipt(envelope, lists=lists, suite=suite)
    signed = {
        "hash": envelope.hash(suite), "prev": claims["prev_receipt"], "event": claims["event"], "seq": claims["seq"],
        "stage": claims["stage"], "issuer": claims["region"], "case_id": UUID(claims["case"]),
    }  # fmt: skip
    if wrong := [name for name, value in signed.items() if getattr(row, name) != value]:
        raise ValueError(f"column {wrong[0]} says something else than the signed bytes")
    if row.stage == "STORED" and row.seq and hashes.get(row.seq) != row.event:
        raise _Wrong(f"event {row.seq}", "is not the one that a receipt confirms")


def _reason(error: Exception) -> str:
    if isinstance(error, LookupError):
        return "signed with a key that no member list held here knows"
    return str(error) or type(error).__name__
