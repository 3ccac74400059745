"""Who vouches for an event whose key speaks no more: ended, stolen, or of a node that is suspended or gone (docs/adr/0025).

Whoever has an ended key can write any date and name any old list. So beside the list of its time (`arrivals.py`) one of these is asked for:
a receipt of another active node from before the end; a later event that follows it lawfully, signed with a key that speaks today; or that
its author's own node hands it over, which its request key proves. For a stolen key only the first counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongban.alliance import signers
from tongban.exchange import chain
from tongban.exchange.arrivals import Arrival, NotNow, Reader
from tongban.exchange.chain import Head, Illegal
from tongban.exchange.receipts import Verified

CONFIRMING = frozenset({"STORED", "PARKED", "ADMITTED"})
DISPUTED = "disputed-key"
"""Also the reason for which cases wait that hold such an event."""


@dataclass(frozen=True, slots=True)
class Vouching:
    """For the events of one case. `batch`: what else came with them; `lawful`: whether a reassignment among it is by order of the alliance."""

    reader: Reader
    batch: Sequence[Arrival]
    lawful: Callable[[Arrival, Head], bool]

    def require(
        self, arrival: Arrival, head: Head, receipts: Iterable[Verified], *, fenced_at: datetime | None
    ) -> None:
        """`head`: what the event would follow. Raises `NotNow`."""
        if self.reader.speaks_now(arrival) and fenced_at is None:
            return
        ends = [signers.find_end(arrival.claim)] if not self.reader.speaks_now(arrival) else []
        end = min([*ends, *([fenced_at] if fenced_at else [])])
        if self._confirmed(arrival, receipts, end):
            return
        if signers.is_compromised(arrival.key_id):
            raise NotNow(DISPUTED)
        if self._followed(arrival, head) or (fenced_at is None and handed_over_by_author(self.reader, arrival)):
            return
        raise NotNow("fenced" if fenced_at else "unvouched")

    def _confirmed(self, arrival: Arrival, receipts: Iterable[Verified], end: datetime) -> bool:
        return any(self._confirms(receipt, arrival, end) for receipt in receipts)

    def _confirms(self, receipt: Verified, arrival: Arrival, end: datetime) -> bool:
        """Of another node that is active today and had it before the key ended."""
        said, host = receipt.statement, self.reader.members.node_of(receipt.region, self.reader.at)
        other = host.active and host.id != arrival.payload.node
        return other and said.event == arrival.hash and said.stage in CONFIRMING and said.received_at < end

    def _followed(self, arrival: Arrival, head: Head) -> bool:
        """By an event that may stand there and whose key speaks today: its author had this one."""
        by_position = {other.payload.seq: other for other in self.batch}
        following: Arrival | None = arrival
        try:
            while following:
                if chain.operation(following.payload) == chain.REASSIGN and not self.lawful(following, head):
                    return False
                head = chain.advance(head, following.payload, hash=following.hash)
                following = by_position.get(head.seq + 1)
                if following and self.reader.speaks_now(following):
                    chain.check_next(head, following.payload)
                    return chain.operation(following.payload) != chain.REASSIGN or self.lawful(following, head)
        except Illegal:
            return False
        return False


def handed_over_by_author(reader: Reader, arrival: Arrival) -> bool:
    """The node that asks has proved with its request key who it is; only an active one gets so far."""
    host = reader.members.find_node(reader.peer)
    return host is not None and host.active and host.id == arrival.payload.node


def require_proposer(reader: Reader, arrival: Arrival) -> None:
    """A request is handed over by its own node, so nobody else can vouch for it. Raises `NotNow`."""
    if reader.speaks_now(arrival):
        return
    if signers.is_compromised(arrival.key_id) or not handed_over_by_author(reader, arrival):
        raise NotNow("unvouched")
