"""Delivering what the outbox holds (protocol §3.5), one batch at a time. The threads that do it all day are in `sender.py`.

Only committed rows are read (R6). A row counts as delivered when a receipt of the peer verifies and names its event, and never before (R14, W6).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList, UntrustedKey
from tongban.alliance.own_keys import use_listed_keys
from tongban.exchange import lists, log, outbox, peers, proposals, receipts, shipping, witnesses
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.outbox import Claimed, Jitter, Link
from tongban.exchange.receipts import KEPT, BadReceipt, Verified
from tongban.exchange.shipping import Parcel
from tongban.exchange.wire import MAX_ITEMS, Answer, BadMessage, Batch, read_answers
from tongban.kernel import crash
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope

UNREACHABLE = "unreachable: "
EVENTS_PATH = "/txp/1/events"
LONGEST_SILENCE = peers.PROBE.total_seconds()
"""Rows wait no longer for a peer that is away than its breaker does, which lets a probe through for all of them."""
EXPECTED_STAGES = {
    "stored": KEPT,
    "duplicate": KEPT,
    "parked": ("PARKED",),
    "rejected": ("REJECTED",),
    "declined": ("DECLINED",),
}


class Poster(Protocol):
    """How a batch reaches a peer; `PeerClient` in production. Raises `PeerUnreachable`."""

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes: ...


def deliver_once(node: Node, at: datetime, *, poster: Poster, jitter: Jitter = random.uniform) -> int:
    """One batch to every peer region where something is due; returns how many rows were confirmed."""
    with scope(node.regions):
        links = outbox.list_links(node.regions, at)
    return sum(deliver(node, link, at=at, poster=poster, jitter=jitter) for link in links)


def deliver(node: Node, link: Link, *, at: datetime, poster: Poster, jitter: Jitter = random.uniform) -> int:
    """One batch over one link: claim, build, post, settle. No lock is held during the post."""
    if _is_suspended(link, at):
        return 0
    with scope([link.region]):
        rows = outbox.claim(link, limit=limit, at=at) if (limit := _allowed(link, at)) else []
    if not rows:
        return 0
    crash.point("send.claimed")
    delivery = _Delivery(node, link, at, jitter)
    try:
        members = alliance.current_list(at)
        use_listed_keys(node, members, at)
        peer = members.node_of(link.peer, at)
        parcels = delivery.pack(rows, members)
        crash.point("send.packed")
        answers = delivery.post(parcels, peer.url, poster) if parcels else []
    except PeerUnreachable as error:
        peers.note_silence(peer.id, reason=error.reason, at=at)
        peers.note_date(peer.id, error.date, at=at)
        delivery.unreachable(rows, UNREACHABLE + error.reason)
        return 0
    except Refused as refused:
        delivery.unreachable(rows, refused.code)
        return 0
    peers.note_answer(peer.id, at=at)
    crash.point("send.answered")
    confirmed, told = delivery.settle(parcels, answers, members)
    crash.point("send.settled")
    if told:
        peers.note_receipt(peer.id, received_at=told.statement.received_at, version=told.list, at=at)
    return confirmed


def _allowed(link: Link, at: datetime) -> int:
    """How many items the circuit breaker of the peer's node lets through; whether it can be addressed at all is found out later."""
    try:
        return peers.items_allowed(alliance.current_list(at).node_of(link.peer, at).id, at)
    except Refused:
        return MAX_ITEMS


def _is_suspended(link: Link, at: datetime) -> bool:
    """Nothing goes to or from a suspended node: what is due for it waits without a try, for as long as it takes."""
    try:
        members = alliance.latest_list(at)
        return not all(members.node_of(region).active for region in (link.region, link.peer))
    except Refused:
        return False


@dataclass(frozen=True, slots=True)
class _Delivery:
    node: Node
    link: Link
    at: datetime
    jitter: Jitter

    def pack(self, rows: Sequence[Claimed], members: MemberList) -> list[Parcel]:
        shipping.issue_answers(node=self.node, region=self.link.region, rows=rows, members=members, at=self.at)
        with scope([self.link.region]):
            load = shipping.pack(node=self.node, link=self.link, rows=rows, members=members, at=self.at)
            outbox.release(load.left)
            if load.left:
                log.wake_senders(region=self.link.region, peer=self.link.peer)
            outbox.mark_failed(load.broken, reason="unreadable here", at=self.at, jitter=self.jitter)
        return load.parcels

    def post(self, parcels: Sequence[Parcel], url: str, poster: Poster) -> list[Answer]:
        batch = Batch(self.link.peer, self.link.region, tuple(parcel.item for parcel in parcels))
        reply = poster.post(url, EVENTS_PATH, batch.as_bytes(), at=self.at)
        try:
            return read_answers(reply, expected=len(parcels))
        except BadMessage:
            # A login page with status 200 is no answer (W6).
            raise PeerUnreachable("no answer of a peer") from None

    def unreachable(self, rows: Sequence[Claimed], reason: str) -> None:
        with scope([self.link.region]):
            longest = LONGEST_SILENCE if reason.startswith(UNREACHABLE) else outbox.MAX_WAIT
            outbox.mark_unreachable(self.link, rows, reason=reason, at=self.at, jitter=self.jitter, longest=longest)

    def settle(
        self, parcels: Sequence[Parcel], answers: Sequence[Answer], members: MemberList
    ) -> tuple[int, Verified | None]:
        """How many rows were confirmed, and a receipt that was signed just now."""
        told: Verified | None = None
        sent = {(parcel.row.case_id, parcel.row.seq) for parcel in parcels}
        answered: list[tuple[Parcel, Verified]] = []
        with scope([self.link.region]):
            for parcel, answer in zip(parcels, answers, strict=True):
                if answer.status == "gap" and answer.have is not None:
                    self._rewind(parcel, answer.have, sent)
                elif receipt := self._receipt(parcel, answer, members):
                    answered.append((parcel, receipt))
                    told = receipt if answer.status == "stored" else told
            confirmed = self._keep(answered)
            if any(receipt.list > members.version for _, receipt in answered):
                lists.fetch_soon()
            if any(parcel.row.tries for parcel in parcels):
                outbox.reset_waits(self.link, reason_prefix=UNREACHABLE, at=self.at)
                log.wake_senders(region=self.link.region, peer=self.link.peer)
        return confirmed, told

    def _receipt(self, parcel: Parcel, answer: Answer, members: MemberList) -> Verified | None:
        """None, and the row is to be tried again, when the answer proves nothing."""
        if answer.status not in EXPECTED_STAGES:
            self._failed(parcel, answer.code or answer.status)
            return None
        try:
            return self._verified(parcel, answer, members)
        except BadReceipt as bad:
            if str(bad) == UntrustedKey.__name__:
                # The peer signs with a key that only a newer list names.
                lists.fetch_soon()
            self._failed(parcel, f"receipt: {bad}")
            return None

    def _keep(self, answered: Sequence[tuple[Parcel, Verified]]) -> int:
        """All receipts and all delivered rows of a batch in two statements."""
        cases = {parcel.row.case_id for parcel, _ in answered}
        receipts.keep(region=self.link.region, cases=cases, receipts=[receipt for _, receipt in answered], at=self.at)
        crash.point("send.receipts-kept")
        delivered = [parcel.row for parcel, receipt in answered if self._is_delivered(parcel, receipt)]
        outbox.mark_delivered(delivered, at=self.at)
        for parcel, receipt in answered:
            if parcel.event and receipt.statement.stage == witnesses.STORED:
                witnesses.react_to_witness(self.node, parcel.event, self.link.peer)
        return len(delivered)

    def _verified(self, parcel: Parcel, answer: Answer, members: MemberList) -> Verified:
        receipt = receipts.verify(answer.receipt, members=members, at=self.at)
        said = receipt.statement
        if receipt.region != self.link.peer or said.stage not in EXPECTED_STAGES[answer.status]:
            raise BadReceipt("of another region or stage")
        named = said.event == parcel.hash and said.case == parcel.row.case_id and said.seq == parcel.row.seq
        unread = said.stage == "REJECTED" and said.event == self.node.suite.hash(parcel.item.envelope)
        if not (named or unread):
            raise BadReceipt("about another event")
        return receipt

    def _is_delivered(self, parcel: Parcel, receipt: Verified) -> bool:
        """Closes a proposal as it was answered; what was rejected is marked so."""
        row, said = parcel.row, receipt.statement
        if row.proposal:
            states = {"STORED": proposals.TAKEN, "PARKED": proposals.PARKED}
            state = states.get(said.stage, proposals.DECLINED)
            proposals.mark(
                region=self.link.region, case_id=row.case_id, proposal=row.proposal, state=state, code=said.code
            )
        elif said.stage == "REJECTED":
            outbox.mark_rejected([row], code=said.code, at=self.at)
            return False
        return True

    def _rewind(self, parcel: Parcel, have: int, sent: set[tuple[UUID, int]]) -> None:
        """The peer lacks earlier events: they are due again, at once. If they were in this very batch, what happened to them counts."""
        row = parcel.row
        self._failed(parcel, "gap")
        if row.proposal is None and (row.case_id, have + 1) not in sent:
            missing = range(have + 1, row.seq)
            log.requeue_events(
                region=self.link.region, case_id=row.case_id, peer=self.link.peer, positions=missing, at=self.at
            )

    def _failed(self, parcel: Parcel, reason: str) -> None:
        outbox.mark_failed([parcel.row], reason=reason, at=self.at, jitter=self.jitter)
