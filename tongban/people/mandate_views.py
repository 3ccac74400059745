"""Mandates as values for pages and services."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from tongban.kernel.actors import Behalf
from tongban.kernel.text import Text
from tongban.people.acts import ACTS, ENDINGS, RELATIONS
from tongban.people.queries import Citizen

State = Literal["drafted", "offered", "not_yet", "active", "expired", "declined", "ended"]

STATES: dict[State, Text] = {
    "drafted": Text("还没有确认", "Not confirmed yet"),
    "offered": Text("等对方接受", "Waiting to be accepted"),
    "not_yet": Text("还没到开始日期", "Has not begun yet"),
    "active": Text("有效", "In force"),
    "expired": Text("已到期", "Expired"),
    "declined": Text("对方没有接受", "Declined"),
    "ended": Text("已终止", "Ended"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two people of a mandate, opened. `office`: a helper's."""

    name: str
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return "Party(…)"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    at: datetime
    what: str
    sentence: Text
    by: str
    act: str
    case_id: UUID | None


@dataclass(frozen=True, slots=True)
class MandateView:
    """`principal_ref`, `agent_ref`: accounts; the agent's is empty until accepted. `acts` in the order of the table."""

    id: UUID
    state: State
    relation: str
    acts: tuple[str, ...]
    items: tuple[str, ...]
    case_id: UUID | None
    from_on: date
    until_on: date
    principal: Party
    agent: Party
    principal_ref: str
    agent_ref: str
    means: str
    given_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    ended_why: str

    @property
    def state_name(self) -> Text:
        return STATES[self.state]

    @property
    def relation_name(self) -> Text:
        return RELATIONS[self.relation]

    @property
    def act_names(self) -> tuple[Text, ...]:
        return tuple(ACTS[act] for act in self.acts)

    @property
    def why_ended(self) -> Text | None:
        return ENDINGS.get(self.ended_why)

    @property
    def open(self) -> bool:
        return self.state in ("offered", "not_yet", "active")

    def behalf(self) -> Behalf:
        return Behalf(self.principal_ref, self.id, frozenset(self.acts), frozenset(self.items), self.case_id)


@dataclass(frozen=True, slots=True)
class Client:
    """For whom an agent may act now. `citizen` is the principal's account, None for an organisation."""

    mandate: MandateView
    citizen: Citizen | None

    @property
    def name(self) -> str:
        return self.mandate.principal.name


@dataclass(frozen=True, slots=True)
class DoneForMe:
    """One act of an agent in a case (代办记录)."""

    at: datetime
    act: Text
    agent_name: str
    relation: Text
    mandate: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class BusyHelper:
    """How many cases one person handed in for how many others. `name` is masked unless they are staff."""

    ref: str
    name: str
    cases: int
    clients: int
