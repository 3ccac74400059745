"""What others may ask about conversations (人工导办)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.guidance.models import Conversation, ConversationLine
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing

ANSWERING = ("reception", "helper")
SEALED_FOR = "conversation"
MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """`by_clerk`: the hall's word; else of who asks."""

    number: int
    by_clerk: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationView:
    """`waits`: the last word is of who asks. `about`: the key of an item, or empty."""

    id: UUID
    about: str
    begun_at: datetime
    last_at: datetime
    waits: bool
    closed_at: datetime | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One conversation in the queue of the clerks. `first`: how it begins."""

    id: UUID
    about: str
    first: str
    last_at: datetime
    waits: bool
    mine: bool


def get_conversation(*, node: Node, region: str, conversation: UUID) -> ConversationView:
    """For who holds its id in their session; for a clerk see `get_for_clerk`. Refuses `Missing`."""
    row = Conversation.objects.filter(region=region, id=conversation).first()
    if row is None:
        raise Missing
    lines = tuple(_line(node, one) for one in row.lines.order_by("number"))
    return ConversationView(row.id, row.about, row.begun_at, row.last_at, row.waits, row.closed_at, lines)


def get_for_clerk(*, node: Node, region: str, conversation: UUID, by: Actor) -> ConversationView:
    """Refuses `Forbidden`, `Missing`."""
    require_clerk(by, region=region)
    return get_conversation(node=node, region=region, conversation=conversation)


def list_open(*, node: Node, region: str, by: Actor) -> list[Waiting]:
    """Those that wait for an answer first, the longest waiting first; at most `MOST`. Refuses `Forbidden`."""
    require_clerk(by, region=region)
    rows = Conversation.objects.filter(region=region, closed_at=None).order_by("-waits", "last_at")[:MOST]
    first = {
        line.conversation_id: line for line in ConversationLine.objects.filter(conversation__in=list(rows), number=1)
    }
    return [
        Waiting(row.id, row.about, _open(node, first[row.id]), row.last_at, row.waits, row.clerk == by.ref)
        for row in rows
    ]


def require_clerk(by: Actor, *, region: str) -> None:
    """Refuses `Forbidden`."""
    if by.region != region or by.behalf or not any(by.may(role) for role in ANSWERING):
        raise Forbidden


def _line(node: Node, row: ConversationLine) -> Line:
    return Line(row.number, bool(row.by), _open(node, row), row.at)


def _open(node: Node, row: ConversationLine) -> str:
    return node.open_locally(bytes(row.text), purpose=SEALED_FOR, region=row.region)
