"""Opened (已查阅): a person of the place that a case was handed to has looked at it. Signed as a receipt of the last offer, once."""

from datetime import datetime
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.exchange import receipts
from tongban.exchange.models import Event, Receipt
from tongban.exchange.receipts import Statement
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

OPENED = "OPENED"


def mark_opened(*, node: Node, region: str, case_id: UUID, at: datetime) -> bool:
    """Sign OPENED for the last offer of the case to `region`; whether there was one to sign. Costs two reads when it was signed before.

    The other side asks for it when it is due (`ladder.py`). Must not run inside a transaction.
    """
    with scope([region]):
        offer = _last_offer(region, case_id)
        if offer is None or _is_signed(region, offer):
            return False
    members = alliance.latest_list(at)
    statement = Statement(offer.hash, case_id, offer.seq, OPENED, at)
    receipts.issue(node=node, region=region, statements=[statement], members=members, at=at)
    return True


def _last_offer(region: str, case_id: UUID) -> Event | None:
    offers = Event.objects.filter(case_id=case_id, region=region, baton="offer")
    last = offers.only("hash", "seq", "baton_to", "case_id", "region").order_by("-seq").first()
    return last if last is not None and last.baton_to == region else None


def _is_signed(region: str, offer: Event) -> bool:
    return Receipt.objects.filter(
        case_id=offer.case_id, region=region, event=offer.hash, issuer=region, stage=OPENED
    ).exists()
