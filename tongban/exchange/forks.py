"""Forks (分叉) held as evidence: two signed events of one case that cannot both stand, written to one file that proves itself offline
(`fork_proofs.py`)."""

import base64
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.exchange.fork_proofs import FORMAT
from tongban.exchange.models import Event, ForkEvidence, Receipt
from tongban.kernel import envelopes, strictjson
from tongban.kernel.events import Json, Payload, format_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing


def is_forked(region: str, case_id: UUID) -> bool:
    """Whether the entitled writer itself signed a second event: only that stops a case (R11)."""
    return any(is_by_writer(row) for row in ForkEvidence.objects.filter(case_id=case_id, region=region))


def write_evidence(*, node: Node, region: str, case_id: UUID) -> bytes:
    """Refuses `Missing` where there is no fork."""
    rows = list(ForkEvidence.objects.filter(case_id=case_id, region=region).order_by("id"))
    if not rows:
        raise Missing
    last = max(row.seq for row in rows)
    events = Event.objects.filter(case_id=case_id, region=region, seq__lte=last).order_by("seq")
    given = Receipt.objects.filter(case_id=case_id, region=region, seq__in={row.seq for row in rows}).order_by("id")
    chain_ = [bytes(event.envelope) for event in events]
    versions = {_payload(raw).list for raw in (*chain_, *(bytes(row.theirs) for row in rows))}
    value = {
        "format": FORMAT, "alliance": node.alliance, "case": str(case_id), "region": region,
        "chain": [_text(raw) for raw in chain_], "forks": [_fork_json(row) for row in rows],
        "receipts": [_text(bytes(row.envelope)) for row in given],
        "lists": [_text(alliance.get_list_bytes(version)) for version in sorted(versions)],
    }  # fmt: skip
    return strictjson.canonical(value)


def is_by_writer(row: ForkEvidence) -> bool:
    before = Event.objects.filter(case_id=row.case_id, region=row.region, seq=row.seq - 1).first()
    author = _payload(bytes(row.theirs)).region
    if before:
        return author == before.writer
    return author == _payload(bytes(row.ours)).region


def _fork_json(row: ForkEvidence) -> Json:
    return {
        "seq": row.seq, "ours": _text(bytes(row.ours)), "theirs": _text(bytes(row.theirs)),
        "found_at": format_instant(row.found_at),
    }  # fmt: skip


def _payload(raw: bytes) -> Payload:
    """Of bytes that were verified when they came."""
    return Payload.from_json(envelopes.read(raw, type=envelopes.EVENT).claims())


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
