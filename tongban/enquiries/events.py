"""What can happen to an enquiry. It is offered to the deciding place at once; the answer gives the baton back, so the receiving place ends it."""

from dataclasses import dataclass

from tongban.cases.bodies import WITH_THE_CASE_KEY, CaseEvent
from tongban.kernel.registries import EventKind, register_kind
from tongban.kernel.text import Text


def _kind(name: str, zh: str, en: str, *, sealed: tuple[str, ...] = ()) -> EventKind:
    erasure = dict.fromkeys(sealed, WITH_THE_CASE_KEY)
    return register_kind(EventKind(f"enquiries.{name}", 1, Text(zh, en), sealed=erasure))


@dataclass(frozen=True)
class EnquiryOpened(CaseEvent):
    """The receiving place has a question about a service (咨询). `key` names the service, `item` the item of the national list."""

    KIND = _kind("opened", "咨询单 {number} 已提出", "Enquiry {number} was made", sealed=("question",))
    number: str
    key: str
    item: str
    title: dict[str, str]
    mode: str
    receiving: str
    deciding: str


@dataclass(frozen=True)
class EnquiryOffered(CaseEvent):
    """Passed to the deciding place in the same act."""

    KIND = _kind("offered", "已转 {to_name} 答复", "Passed to {to_name} for an answer")
    to: str
    to_name: str


@dataclass(frozen=True)
class EnquiryAnswered(CaseEvent):
    """The deciding place answers (答复). Neither acceptance nor a decision: no case is there yet."""

    KIND = _kind("answered", "审批地已答复", "The deciding place has answered", sealed=("answer",))


@dataclass(frozen=True)
class EnquiryClosed(CaseEvent):
    """Ended by the receiving place (办结咨询). `became`: the number of the case that came of it (转办件), or empty."""

    KIND = _kind("closed", "咨询已办结", "The enquiry was closed")
    became: str


_IN_ORDER = (EnquiryOpened, EnquiryOffered, EnquiryAnswered, EnquiryClosed)
EVENTS: dict[str, type[CaseEvent]] = {event.KIND.name: event for event in _IN_ORDER}
