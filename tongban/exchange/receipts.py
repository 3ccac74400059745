"""Receipts (回执): signed statements about an event, kept for ever on both sides; each region's own ones form a chain.

STORED: verified, durable, contiguous. ADMITTED, DECLINED: with the answer to an offer. PARKED: kept, not understood or not in order yet.
REJECTED: these bytes can never become valid. Signed only after the commit of what they state (R14).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from tongban.alliance.members import MemberList
from tongban.exchange.models import Receipt, ReceiptHead
from tongban.kernel import envelopes
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import BadEnvelope
from tongban.kernel.events import Json, format_instant, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.strictjson import NotStrict

NO_CASE = UUID(int=0)
"""Stands in a REJECTED receipt about bytes of which nothing could be verified."""

KEPT = ("STORED", "PARKED")
STAGES = frozenset({"STORED", "ADMITTED", "DECLINED", "PARKED", "REJECTED"})


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


def issue(
    *, node: Node, region: str, statements: Sequence[Statement], members: MemberList, at: datetime
) -> list[bytes]:
    """One receipt for each statement: the original bytes where one was given before, else a new one. Its own transaction."""
    if not statements:
        return []
    with scope([region]):
        head = _lock_head(region)
        given = _given(region, statements)
        for statement in statements:
            if _find(given, statement) is None:
                row = _signed(node, region, statement, members, head, at)
                given[statement.event, statement.stage] = row
                head.head, head.count = row.hash, head.count + 1
        fresh = [row for row in given.values() if row.pk is None]
        if fresh:
            Receipt.objects.bulk_create(fresh)
            head.save()
        return [bytes(_given_for(given, statement).envelope) for statement in statements]


def verify(raw: bytes, *, members: MemberList, at: datetime) -> Verified:
    """Signature first, with an event key of the node that hosts the region it names. Raises `BadReceipt`."""
    try:
        envelope = envelopes.read(raw, type=envelopes.RECEIPT)
        signer = members.owner_of(envelope.key_id, "event", at)
        envelopes.verify(envelope, suite=members.suite, public_key_of=lambda key: members.public_key(key, "event", at))
        claims = envelope.claims()
        verified = _read(claims, hash=envelope.hash(members.suite), raw=raw)
        node, alliance, epoch = claims["node"], claims["alliance"], claims["epoch"]
    except (BadEnvelope, BadSignature, LookupError, NotStrict, KeyError, TypeError, ValueError) as error:
        raise BadReceipt(type(error).__name__) from None
    if node != signer.id or not members.hosts(signer.id, verified.region, at):
        raise BadReceipt("signed by another node")
    if alliance != members.alliance or epoch != members.epoch:
        raise BadReceipt("another alliance")
    return verified


def keep(*, region: str, cases: Collection[UUID], receipts: Iterable[Verified], at: datetime) -> None:
    """Store receipts of peers beside the cases they are about, others not. Inside the caller's transaction."""
    rows = [_row(region, receipt, at) for receipt in receipts if receipt.statement.case in (*cases, NO_CASE)]
    Receipt.objects.bulk_create(rows, ignore_conflicts=True)


def find_own(*, region: str, case_id: UUID, seqs: Iterable[int], stages: Iterable[str]) -> dict[int, bytes]:
    """This region's own receipts by position."""
    rows = Receipt.objects.filter(
        case_id=case_id, region=region, issuer=region, seq__in=list(seqs), stage__in=list(stages)
    )
    return {row.seq: bytes(row.envelope) for row in rows}


_Given = dict[tuple[str, str], Receipt]


def _lock_head(region: str) -> ReceiptHead:
    ReceiptHead.objects.bulk_create([ReceiptHead(region=region)], ignore_conflicts=True)
    return ReceiptHead.objects.select_for_update().get(region=region)


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
    texts = (claims["prev_receipt"], claims["region"], statement.event)
    if claims["inc"] < 1 or not all(isinstance(text, str) for text in texts):
        raise ValueError("incarnation, region or hashes")
    return Verified(statement, claims["region"], claims["prev_receipt"], hash, raw)


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
