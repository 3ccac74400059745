"""A case on its way from 济阳 to 临邑, and outside systems that answer as a test says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.cast import ITEM, JIYANG, LINYI, LUO, Person, clerk
from tongban.alliance.tests.factories import found_alliance
from tongban.cases import queries, services
from tongban.cases.reading import Opened
from tongban.catalogue import services as catalogue
from tongban.catalogue.layers import load_document
from tongban.catalogue.queries import find_in_force
from tongban.exchange import queries as exchange_queries
from tongban.exchange import services as exchange
from tongban.exchange.wire import read_batch, write_answers
from tongban.kernel.actors import system
from tongban.kernel.calendar import load_calendar
from tongban.kernel.events import StoredEvent
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.regions.services import load_regions
from tongban.review import services as review
from tongban.review.adapters import base
from tongban.review.adapters.base import Answered, Silent
from tongban.review.adapters.business_system import Acknowledged, Filing, TurnedDown
from tongban.rules.facts import Value

INSURED = {"insured.status": "normal", "insured.region": LINYI, "filing.duplicate": False}
CANCEL = {"existing.region": JIYANG, "cancel.on": "2026-11-20"}
HELD: dict[str, Value] = {
    "filing.active": True,
    "filing.active_since": "2025-03-01",
    "filing.active_term": "long",
}
RESIDENT = {"residence.registered": True, "residence.since": "2025-09-26", "filing.address": "纬二路 8 号"}
ACKNOWLEDGED = Acknowledged("YB2026112000001", date(2026, 11, 20))


@dataclass
class Says:
    """A register that gives one answer and remembers what it was asked."""

    answer: Answered | Silent
    asked: list[tuple[base.Person, tuple[str, ...], dict[str, str]]] = field(default_factory=list)

    def ask(self, *, person: base.Person, elements: Sequence[str], about: Mapping[str, str]) -> Answered | Silent:
        self.asked.append((person, tuple(elements), dict(about)))
        return self.answer


def insured_says(values: Mapping[str, Value] = INSURED, **changes: Any) -> Says:
    return Says(Answered(**{"found": True, "name": "same", "values": values, "reference": "q-1"} | changes))


def residence_says(values: Mapping[str, Value] = RESIDENT) -> Says:
    return Says(Answered(True, "same", values, "q-2"))


@dataclass
class Platform:
    """Gives its answers one after another, then acknowledges; `filings` by key, as a real one would keep them."""

    answers: list[Acknowledged | TurnedDown | Silent] = field(default_factory=list)
    pushed: list[tuple[UUID, Filing]] = field(default_factory=list)

    def push(self, *, key: UUID, filing: Filing) -> Acknowledged | TurnedDown | Silent:
        self.pushed.append((key, filing))
        return self.answers.pop(0) if self.answers else ACKNOWLEDGED


@dataclass
class Road:
    """Both places in one database, as two regions on two nodes."""

    jiyang: Node
    linyi: Node
    huimin: Node
    at: datetime

    def found(self) -> "Road":
        load_regions()
        load_calendar()
        found_alliance((self.jiyang, self.linyi, self.huimin), self.at)
        self.publish(ITEM)
        return self

    def publish(self, item: str, document: dict[str, Any] | None = None) -> None:
        document = document or {**load_document(item, LINYI), "valid_from": "2020-01-01"}
        with scope([LINYI]):
            catalogue.publish(node=self.linyi, region=LINYI, document=document, by=system(LINYI), at=self.at)

    def received(
        self,
        *,
        person: Person = LUO,
        item: str = ITEM,
        situation: str = "long_term_permit",
        consent: bool = True,
        stated: dict[str, Any] | None = None,
        **elements: Any,
    ) -> UUID:
        """A case received at the counter of 济阳. `stated` takes the place of the form of a first filing."""
        definition = find_in_force(item, LINYI, legal_day(self.at))
        assert definition
        applicant = {
            "name": person.name,
            "id_kind": person.id_kind,
            "id_number": person.id_number,
            "phone": person.phone,
        }
        form: dict[str, Any] = stated or {
            "treat.region": JIYANG, "filing.start_on": "2026-11-20", "filing.address": "济北街道演示路 1 号",
        } | ({"consent.residence_register": True} if consent else {})  # fmt: skip
        whose: dict[str, Any] = {"node": self.jiyang, "region": JIYANG, "by": clerk(), "at": self.at}
        with scope([JIYANG]):
            draft = services.start_draft(
                **whose, definition=definition, deciding=LINYI, situation=situation, mode="collect", channel="counter",
                applicant=applicant, elements={**form, **elements},
            )  # fmt: skip
            services.submit_case(
                **whose, case_id=draft.case_id, version=draft.version, identity_check="manual", cmd=new_id()
            )
        return draft.case_id

    def collect(self, case_id: UUID, residence: Says | None = None, *, last_try: bool = True) -> None:
        review.collect_evidence(
            node=self.jiyang, region=JIYANG, case_id=case_id, by=system(JIYANG), at=self.at,
            registers={"residence": residence or residence_says()}, last_try=last_try,
        )  # fmt: skip

    def taken_over(self, **about: Any) -> UUID:
        """A case that 临邑 has taken over, with the evidence of 济阳."""
        case_id = self.received(**about)
        self.collect(case_id)
        self.take_over(case_id)
        return case_id

    def take_over(self, case_id: UUID) -> None:
        self.deliver()
        with scope([LINYI]):
            services.take_over(node=self.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=self.at)

    def consider(self, case_id: UUID, insured: Says | None = None, *, last_try: bool = True) -> None:
        review.consider(
            node=self.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=self.at,
            registers={"insured": insured or insured_says()}, last_try=last_try,
        )  # fmt: skip

    def approved(self) -> UUID:
        case_id = self.taken_over()
        self.consider(case_id)
        return case_id

    def push(self, case_id: UUID, platform: Platform) -> None:
        review.push_effect(
            node=self.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=self.at,
            systems={"insurance-platform": platform},
        )  # fmt: skip

    def deliver(self) -> None:
        exchange.deliver_once(self.jiyang, self.at + timedelta(seconds=1), poster=_Wire(self.linyi, self.jiyang.id))

    def deliver_back(self) -> None:
        """To 济阳, whose node becomes a witness of what 临邑 wrote."""
        exchange.deliver_once(self.linyi, self.at + timedelta(days=1), poster=_Wire(self.jiyang, self.linyi.id))

    def opened(self, case_id: UUID, region: str = LINYI) -> Opened:
        with scope([region]):
            node = self.linyi if region == LINYI else self.jiyang
            return queries.open_case_for_review(node=node, region=region, case_id=case_id)

    def kinds(self, case_id: UUID, region: str = LINYI) -> list[str]:
        """What happened, by the short names of the events."""
        return [event.payload.kind_name.removeprefix("cases.") for event in self.chain(case_id, region)]

    def chain(self, case_id: UUID, region: str = LINYI) -> list[StoredEvent]:
        with scope([region]):
            return exchange_queries.get_chain(region=region, case_id=case_id)


@dataclass
class _Wire:
    """What is posted arrives at once, in this process."""

    receiver: Node
    sender: str

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes:
        return write_answers(exchange.receive(node=self.receiver, batch=read_batch(body), peer=self.sender, at=at))
