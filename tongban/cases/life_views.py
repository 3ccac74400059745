"""What pages are shown of the life of a case beside the straight road. Values only; officers are pseudonyms of their own office."""

from dataclasses import dataclass
from datetime import date, datetime

from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class PrecheckView:
    """Sent home before receipt (预审退回). `waited`: since when the office had it; `back_at` None: it is with the applicant still."""

    reason: Text
    notice: str
    fields: tuple[str, ...]
    materials: tuple[str, ...]
    labels: tuple[Text, ...]
    since: datetime
    at: datetime
    back_at: datetime | None


@dataclass(frozen=True, slots=True)
class PledgeView:
    """Notice and pledge (告知承诺): who signed which words; `ended` before the decision: withdrawn or not_open, else empty.

    `regime`: its name; `words`: hash of what was told and signed; `notice`: why it is not open, as an examiner wrote it; `point`: the review
    point that says so; `instead`: the situation of the ordinary way.
    """

    regime: Text
    words: str
    signer: Text
    way: Text
    signed_at: datetime
    instead: Text
    ended: str
    ended_at: datetime | None
    notice: str
    point: Text | None


@dataclass(frozen=True, slots=True)
class ToleratedView:
    """What may still follow (容缺), and until when."""

    materials: tuple[str, ...]
    labels: tuple[Text, ...]
    until: date


@dataclass(frozen=True, slots=True)
class SpecialView:
    """A special procedure (特别程序); `ended_at` None: it runs and the clock stands still."""

    procedure: str
    name: Text
    basis: str
    until: date
    notice: str
    at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExtensionView:
    days: int
    due_on: date
    notice: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExaminedView:
    """The first opinion. `by` is a staff reference."""

    recommends: str
    article: str
    opinion: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CountersignView:
    """`opinion` is empty while nobody has answered."""

    role: str
    question: str
    asked_by: str
    asked_at: datetime
    opinion: str
    note: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper of the procedure (文书). `way` is empty until it is served."""

    paper: str
    name: Text
    number: str
    office: str
    issued_on: date
    digest: str
    place: str
    place_name: str
    way: str = ""
    served_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RatingView:
    about: str
    grade: int
    tags: tuple[str, ...]
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ArchiveView:
    until: date
    years: int
    at: datetime
