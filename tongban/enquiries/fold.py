"""Keeps the row of an enquiry in step with its chain, and refuses what its table does not allow, whoever wrote it."""

from collections.abc import Sequence

from tongban.alliance.queries import ClauseMismatch
from tongban.enquiries.models import Enquiry
from tongban.kernel.events import Json, Payload, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

OPENED, ASKED, ANSWERED, CLOSED = "opened", "asked", "answered", "closed"
STATES: dict[str, Text] = {
    OPENED: Text("已提出", "Made"),
    ASKED: Text("待答复", "Waiting for an answer"),
    ANSWERED: Text("已答复", "Answered"),
    CLOSED: Text("已办结", "Closed"),
}
TABLE = {
    ("", "opened"): OPENED,
    (OPENED, "offered"): ASKED,
    (ASKED, "answered"): ANSWERED,
    (ANSWERED, "closed"): CLOSED,
}
BATONS = {"opened": "open", "offered": "offer", "answered": "decline", "closed": ""}


class NotNowInThisEnquiry(Refused):
    """Asked, answered, closed: in this order, each by the place whose step it is."""

    text = Text("咨询单当前不能进行此操作。", "This cannot be done with the enquiry now.")
    advice = Text("请刷新页面，查看咨询单的最新状态。", "Reload the page to see where the enquiry stands.")


def fold_events(node: Node, events: Sequence[StoredEvent]) -> None:
    """Registered for every `enquiries.*` kind. `events` are consecutive, of one copy. Refuses `NotNowInThisEnquiry`, `ClauseMismatch`."""
    region, enquiry_id = events[0].holder, events[0].case
    row = Enquiry.objects.filter(region=region, enquiry_id=enquiry_id).first()
    row = row or Enquiry(region=region, enquiry_id=enquiry_id)
    for event in events:
        _apply(row, event.payload)
    row.save()


def _apply(row: Enquiry, payload: Payload) -> None:
    name = payload.kind_name.removeprefix("enquiries.")
    following = TABLE.get((row.state, name))
    if following is None:
        raise NotNowInThisEnquiry
    if name == "opened":
        _open(row, payload)
    _require_place(row, payload, name)
    row.state = following
    if name == "answered":
        row.answer, row.answered_at = _part(payload, "answer"), payload.at
    if name == "closed":
        row.became, row.closed_at = payload.body["became"], payload.at


def _open(row: Enquiry, payload: Payload) -> None:
    for name in ("number", "key", "item", "title", "receiving", "deciding"):
        setattr(row, name, payload.body[name])
    row.question, row.asked_at = _part(payload, "question"), payload.at
    clause, about = payload.clause, [payload.body[name] for name in ("item", "mode", "receiving", "deciding")]
    if clause and [clause.item, clause.mode, clause.receiving, clause.deciding] != about:
        raise ClauseMismatch(agreement=clause.agreement, version=clause.version, article=clause.article)


def _require_place(row: Enquiry, payload: Payload, name: str) -> None:
    baton = payload.baton
    author = row.deciding if name == "answered" else row.receiving
    to = row.deciding if name == "offered" else ""
    if (payload.region, baton.op if baton else "", baton.to if baton else "") != (author, BATONS[name], to):
        raise NotNowInThisEnquiry


def _part(payload: Payload, name: str) -> Json:
    return next((part.as_json() for part in payload.sealed if part.name == name), {})
