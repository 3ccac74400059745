"""What the receiving side finds about one item, before the receipt is signed. Plain Python."""

from dataclasses import dataclass
from datetime import datetime

from tongban.exchange.arrivals import Arrival, Rejected
from tongban.exchange.receipts import Statement
from tongban.exchange.wire import Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """`statement`: what is signed about it, if anything is (R13)."""

    status: Status
    statement: Statement | None = None
    have: int | None = None
    code: str = ""

    @property
    def statements(self) -> tuple[Statement, ...]:
        return (self.statement,) if self.statement else ()

    @classmethod
    def rejected(cls, rejected: Rejected, at: datetime) -> "Verdict":
        statement = Statement(rejected.event, rejected.case, rejected.seq, "REJECTED", at, rejected.code)
        return cls("rejected", statement, code=rejected.code)

    @classmethod
    def kept(cls, arrival: Arrival, *, parked: str, at: datetime, status: Status | None = None) -> "Verdict":
        """Stored, or parked for a reason; as a duplicate when `status` says so."""
        payload = arrival.payload
        stage = "PARKED" if parked else "STORED"
        seq = 0 if arrival.item.proposal else payload.seq
        statement = Statement(arrival.hash, payload.case, seq, stage, at, parked)
        return cls(status or ("parked" if parked else "stored"), statement, code=parked)
