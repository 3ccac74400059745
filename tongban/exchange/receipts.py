"""Receipts (回执): signed statements about an event, kept for ever on both sides; each region's own ones form a chain.

STORED: verified, durable, contiguous. ADMITTED, DECLINED: with the answer to an offer. PARKED: kept, not understood or not in order yet.
REJECTED: these bytes can never become valid. OPENED: a person of the addressee has looked at what was offered.
Signed only after the commit of what they state (R14).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from tongban.alliance import signers
from tongban.alliance.members import MemberList
from tongban.alliance.own_keys import use_listed_keys
from tongban.alliance.signers import Claim
from tongban.exchange import incarnation
from tongban.exchange.models import Receipt, ReceiptHead
from tongban.kernel import crash, envelopes
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import BadEnvelope
from tongban.kernel.events import Json, format_instant, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.strictjson import NotStrict

NO_CASE = UUID(int=0)
"""Stands in a REJECTED receipt about bytes of which nothing could be verified."""

KEPT = ("STORED", "PARKED")
STAGES = frozenset({"STORED", "ADMITTED", "DECLINED", "PARKED", "REJECTED", "OPENED"})


class BadReceipt(ValueError):
    """No receipt at all, not signed by whom it names, or about something else."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a receipt says. `seq` is 0 for a proposal; `code` gives the reason of PARKED, DECLINED and REJECTED."""

    event: str
    case: UUID
    seq: int
    stage: str
    received_at: datetime
    code: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """A foreign receipt whose signature was verified."""

    statement: Statement
    region: str
    prev: str
    hash: str
    raw: bytes
    list: int = field(default=0, compare=False)


def issue(
    *, node: Node, region: str, statements: Sequence[Statement], members: MemberList, at: datetime
) -> list[bytes]:
    """One receipt for each statement: the original bytes where one was given before, else a new one. Its own transaction."""
    if not statements:
        return []
    use_listed_keys(node, members, at)
    with scope([region]):
        head = _lock_head(region)
        node = incarnation.living(node, incarnation.get_life(node))
        given = _given(region, statements)
        for statement in statements:
            if _find(given, statement) is None:
                row = _signed(node, region, statement, members, head, at)
                given[statement.event, statement.stage] = row
                head.head, head.count = row.hash, head.count + 1
        fresh = [row for row in given.values() if row.pk is None]
        crash.point("receipt.signed")
        if fresh:
            _insert(fresh)
            _move_head(head)
        crash.point("receipt.stored")
        return [bytes(_given_for(given, statement).envelope) for statement in statements]


def restate(*, node: Node, region: str, statements: Sequence[Statement], members: MemberList, at: datetime) -> None:
    """What was stated as PARKED is gone on with: STORED beside it. In the caller's transaction; peers pull it afterwards (R14)."""
    head, given = _lock_head(region), _given(region, statements)
    told = [said for said in statements if (said.event, "PARKED") in given and (said.event, "STORED") not in given]
    for statement in told:
        row = _signed(node, region, statement, members, head, at)
        row.save(force_insert=True)
        head.head, head.count = row.hash, head.count + 1
    head.save()


def verify(raw: bytes, *, members: MemberList, at: datetime) -> Verified:
    """Signature first, then whether that key may speak for the region, today or by the list of its time. Raises `BadReceipt`."""
    try:
        envelope = envelopes.read(raw, type=envelopes.RECEIPT)
        key_id = envelope.key_id
        envelopes.verify(envelope, suite=members.suite, public_key_of=lambda key: signers.get_public_key(members, key))
        claims = envelope.claims()
        verified = _read(claims, hash=envelope.hash(members.suite), raw=raw)
        claim = Claim(key_id, claims["node"], verified.region, verified.list, verified.statement.received_at)
        alliance, epoch = claims["alliance"], claims["epoch"]
    except (BadEnvelope, BadSignature, LookupError, NotStrict, KeyError, TypeError, ValueError) as error:
        raise BadReceipt(type(error).__name__) from None
    if not signers.belongs_to(members, key_id, claim.node) or not _may_state(members, claim, at):
        raise BadReceipt("signed by another node")
    if alliance != members.alliance or epoch != members.epoch:
        raise BadReceipt("another alliance")
    return verified


def _may_state(members: MemberList, claim: Claim, at: datetime) -> bool:
    """An old receipt stays one when its key has ended; what a stolen key signed and nobody kept before is worth nothing."""
    if signers.speaks_now(members, claim, at=at):
        return True
    return signers.spoke_then(claim) and not signers.is_compromised(claim.key_id)


def keep(*, region: str, cases: Collection[UUID], receipts: Iterable[Verified], at: datetime) -> None:
    """Store receipts of peers beside the cases they are about, others not. Inside the caller's transaction."""
    rows = [_row(region, receipt, at) for receipt in receipts if receipt.statement.case in (*cases, NO_CASE)]
    _insert(rows, " ON CONFLICT DO NOTHING")


def find_own(*, region: str, case_id: UUID, seqs: Iterable[int], stages: Iterable[str]) -> dict[int, bytes]:
    """This region's own receipts by position."""
    rows = Receipt.objects.filter(
        case_id=case_id, region=region, issuer=region, seq__in=list(seqs), stage__in=list(stages)
    )
    return {row.seq: bytes(row.envelope) for row in rows}


def find_confirming(*, region: str, case_id: UUID, event: str, issuers: Collection[str]) -> list[bytes]:
    """What these regions have stated of having an event, the earliest first."""
    rows = Receipt.objects.filter(
        case_id=case_id, region=region, event=event, issuer__in=issuers, stage__in=(*KEPT, "ADMITTED")
    )
    return [bytes(row.envelope) for row in rows.order_by("id")]


_Given = dict[tuple[str, str], Receipt]


# Every event brings a receipt on both sides: plain statements, for which the table's row object would be most of the work.


def _lock_head(region: str) -> ReceiptHead:
    with connection.cursor() as cursor:
        cursor.execute("SELECT head, count FROM exchange_receipthead WHERE region = %s FOR UPDATE", [region])
        row = cursor.fetchone()
    if row is None:
        ReceiptHead.objects.bulk_create([ReceiptHead(region=region)], ignore_conflicts=True)
        return ReceiptHead.objects.select_for_update().get(region=region)
    return ReceiptHead(region=region, head=row[0], count=row[1])


def _move_head(head: ReceiptHead) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_receipthead SET head = %s, count = %s WHERE region = %s",
            [head.head, head.count, head.region],
        )


def _insert(rows: Sequence[Receipt], on_conflict: str = "") -> None:
    if not rows:
        return
    columns = [[getattr(row, name) for row in rows] for name in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(f"{_INSERT}{on_conflict}", columns)


_COLUMNS = {
    "case_id": "uuid", "region": "text", "event": "text", "seq": "int", "stage": "text", "issuer": "text", "hash": "text",
    "prev": "text", "envelope": "bytea", "stored_at": "timestamptz",
}  # fmt: skip
_INSERT = (
    f"INSERT INTO exchange_receipt ({', '.join(_COLUMNS)})"  # noqa: S608
    f" SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in _COLUMNS.values())})"
)


def _given(region: str, statements: Sequence[Statement]) -> _Given:
    wanted = Q(case_id__in={s.case for s in statements}, event__in={s.event for s in statements})
    rows = Receipt.objects.filter(wanted, region=region, issuer=region)
    return {(row.event, row.stage): row for row in rows}


def _find(given: _Given, statement: Statement) -> Receipt | None:
    """Something kept is not stated twice: a duplicate gets the statement it got at first, STORED or PARKED."""
    stages = KEPT if statement.stage in KEPT else (statement.stage,)
    return next((given[statement.event, stage] for stage in stages if (statement.event, stage) in given), None)


def _given_for(given: _Given, statement: Statement) -> Receipt:
    found = _find(given, statement)
    if found is None:
        raise LookupError(statement.event)
    return found


def _signed(
    node: Node, region: str, statement: Statement, members: MemberList, head: ReceiptHead, at: datetime
) -> Receipt:
    claims = _claims(node, region, statement, members, prev=head.head)
    envelope = envelopes.sign(claims, type=envelopes.RECEIPT, suite=node.suite, keys=[node.keys["event"]])
    hash = envelope.hash(node.suite)
    return _row(region, Verified(statement, region, head.head, hash, envelope.raw), at)


def _claims(node: Node, region: str, statement: Statement, members: MemberList, *, prev: str) -> Json:
    claims: Json = {
        "alliance": node.alliance, "epoch": node.epoch, "list": members.version, "event": statement.event,
        "case": str(statement.case), "seq": statement.seq, "stage": statement.stage, "region": region, "node": node.id,
        "inc": node.inc, "received_at": format_instant(statement.received_at), "prev_receipt": prev,
    }  # fmt: skip
    return claims | {"code": statement.code} if statement.code else claims


def _read(claims: Any, *, hash: str, raw: bytes) -> Verified:
    statement = Statement(
        event=claims["event"], case=UUID(claims["case"]), seq=claims["seq"], stage=claims["stage"],
        received_at=parse_instant(claims["received_at"]), code=claims.get("code", "")[:80],
    )  # fmt: skip
    if statement.stage not in STAGES or type(statement.seq) is not int or statement.seq < 0:
        raise ValueError("stage or position")
    texts = (claims["prev_receipt"], claims["region"], claims["node"], statement.event)
    if claims["inc"] < 1 or type(claims["list"]) is not int or not all(isinstance(text, str) for text in texts):
        raise ValueError("incarnation, region or hashes")
    return Verified(statement, claims["region"], claims["prev_receipt"], hash, raw, claims["list"])


def _row(region: str, receipt: Verified, at: datetime) -> Receipt:
    return Receipt(
        case_id=receipt.statement.case,
        region=region,
        event=receipt.statement.event,
        seq=receipt.statement.seq,
        stage=receipt.statement.stage,
        issuer=receipt.region,
        hash=receipt.hash,
        prev=receipt.prev,
        envelope=receipt.raw,
        stored_at=at,
    )
