"""What a peer may ask of a case that it shares: the receipts which a region hosted here has signed about it."""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.blobs import require_sharing
from tongban.exchange.models import Receipt
from tongban.kernel import strictjson

MOST = 500
"""Receipts in one answer: a case has a few for each event."""


def read_receipts_for(*, peer: str, region: str, case_id: UUID, at: datetime) -> list[bytes]:
    """Own receipts of `region` about a case, newest last, for a node that hosts a region of its audience. Refuses `Missing`."""
    require_sharing(peer, region, case_id, at)
    rows = Receipt.objects.filter(case_id=case_id, region=region, issuer=region).order_by("-id")[:MOST]
    return [bytes(row.envelope) for row in reversed(rows)]


def write_receipts(raws: Iterable[bytes]) -> bytes:
    return strictjson.canonical({"receipts": [base64.b64encode(raw).decode() for raw in raws]})


def read_receipts(data: bytes, *, max_bytes: int) -> list[bytes]:
    """Raises `PeerUnreachable` for whatever is no such answer."""
    try:
        value: Any = strictjson.parse(data, max_bytes=max_bytes)
        return [base64.b64decode(text.encode("ascii"), validate=True) for text in value["receipts"]]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise PeerUnreachable("no receipts of a peer") from None
