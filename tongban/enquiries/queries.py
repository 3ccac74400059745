"""What others may ask: the enquiries of a place, and one of them with its words opened."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.cases.talk import read_note
from tongban.enquiries.fold import ANSWERED, ASKED, STATES
from tongban.enquiries.models import Enquiry
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.text import Text
from tongban.regions import queries as regions

ASKING = ("reception",)
ANSWERING = ("acceptance", "examiner", "liaison")
READING = (*ASKING, *ANSWERING)
MOST = 100


@dataclass(frozen=True, slots=True)
class EnquiryLine:
    """`waits`: it waits for this place, for an answer or for being closed."""

    enquiry_id: UUID
    number: str
    title: Text
    receiving_name: str
    deciding_name: str
    state: Text
    asked_at: datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class EnquiryView:
    """`actions`: what `by` may do now, "answer" or "close". `became`: the number of a case, or empty."""

    line: EnquiryLine
    key: str
    deciding: str
    question: str
    answer: str
    answered_at: datetime | None
    closed_at: datetime | None
    became: str
    actions: frozenset[str]


def list_enquiries(*, region: str, by: Actor) -> list[EnquiryLine]:
    """What waits for this place first, then the newest; at most `MOST`."""
    require_reader(by, region=region)
    lines = [_line(row) for row in Enquiry.objects.filter(region=region).order_by("-asked_at")[:MOST]]
    return sorted(lines, key=lambda line: not line.waits)


def get_enquiry(*, node: Node, region: str, enquiry_id: UUID, by: Actor) -> EnquiryView:
    """Refuses `Missing`."""
    require_reader(by, region=region)
    row = find_row(region=region, enquiry_id=enquiry_id)
    if row is None:
        raise Missing
    opened = {"node": node, "region": region, "case_id": enquiry_id}
    return EnquiryView(
        line=_line(row), key=row.key, deciding=row.deciding, question=read_note(row.question, **opened),  # type: ignore[arg-type]
        answer=read_note(row.answer, **opened), answered_at=row.answered_at, closed_at=row.closed_at,  # type: ignore[arg-type]
        became=row.became, actions=_actions(row, by),
    )  # fmt: skip


def find_row(*, region: str, enquiry_id: UUID) -> Enquiry | None:
    return Enquiry.objects.filter(region=region, enquiry_id=enquiry_id).first()


def require_reader(by: Actor, *, region: str) -> None:
    if by.region != region or not any(by.may(role) for role in READING):
        raise Forbidden


def _actions(row: Enquiry, by: Actor) -> frozenset[str]:
    answers = _waits_for_answer(row) and any(by.may(role) for role in ANSWERING)
    closes = _waits_for_end(row) and any(by.may(role) for role in ASKING)
    return frozenset(name for name, may in {"answer": answers, "close": closes}.items() if may)


def _waits_for_answer(row: Enquiry) -> bool:
    return row.state == ASKED and row.region == row.deciding


def _waits_for_end(row: Enquiry) -> bool:
    return row.state == ANSWERED and row.region == row.receiving


def _line(row: Enquiry) -> EnquiryLine:
    return EnquiryLine(
        row.enquiry_id, row.number, Text(row.title["zh"], row.title["en"]), regions.get_region(row.receiving).name,
        regions.get_region(row.deciding).name, STATES[row.state], row.asked_at, _waits_for_answer(row) or _waits_for_end(row),
    )  # fmt: skip
