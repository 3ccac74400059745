"""What pages and other contexts see of seals. Plain values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from tongban.kernel.text import Text

MAIN_SUITE, NATIONAL_SUITE = "P256", "SM2"
"""PDF readers everywhere verify the first; the OFD of GB/T 38540 needs the second."""
ASKING = frozenset({"chief", "operator"})
ENDING = frozenset({"supervisor"})
READING = frozenset({"chief", "operator", "supervisor"})
AGAIN = ("seal-ended", "failed")
"""Why a request was refused that is asked for anew: the seal had ended, or its key was not there."""
USES: dict[str, Text] = {
    "licence": Text("电子证照", "E-licences"),
    "paper": Text("文书", "Papers of the procedure"),
}
STATES: dict[str, Text] = {
    "asked": Text("待确认", "Waits to be confirmed"),
    "confirmed": Text("待制作", "Waits for the signer"),
    "active": Text("在用", "In use"),
    "ended": Text("已到期", "Ended"),
    "stopped": Text("已停用", "Stopped"),
    "declined": Text("不予制作", "Declined"),
}
SUBJECTS: dict[str, Text] = {"licence": Text("电子证照", "E-licence"), "paper": Text("文书", "Paper")}


@dataclass(frozen=True, slots=True)
class SealView:
    """`state`: of `STATES`; `fingerprint`: SHA-256 of the certificate, hex, "" before it is made; `used`: how often."""

    id: UUID
    office: str
    owner: str
    title: str
    uscc: str
    number: str
    uses: tuple[Text, ...]
    state: str
    valid_from: date
    valid_until: date
    asked_by: str
    asked_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    ended_by: str
    ended_at: datetime | None
    reason: str
    suites: tuple[str, ...]
    fingerprint: str
    used: int

    @property
    def status(self) -> Text:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class UseView:
    subject: Text
    ref: str
    suite: str
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MakerView:
    """The authority behind the seals of a place. `ended_until`: until when its list of ended seals may be used."""

    certificate: bytes = field(repr=False)
    fingerprint: str
    made_at: datetime
    ended_until: datetime | None


@dataclass(frozen=True, slots=True)
class SealedFile:
    """`level`: of PAdES; `document`: hash of the file before it was sealed, with which it still begins."""

    data: bytes = field(repr=False)
    level: str
    document: str
