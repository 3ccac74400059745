"""The desks of 济阳 and 临邑 for tests: an alliance, the published service, clerks who can sign in, and one case on its way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pyotp
from django.test import Client

from tests.cast import ITEM, JIYANG, LINYI, LUO
from tests.web.citizens import supervised_item
from tongban.alliance.tests.factories import found_alliance
from tongban.cases import services as cases
from tongban.catalogue import services as catalogue
from tongban.catalogue.queries import find_in_force
from tongban.exchange import services as exchange
from tongban.exchange.wire import read_batch, write_answers
from tongban.kernel import registries
from tongban.kernel.actors import Actor, system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.people import services as accounts
from tongban.regions.services import load_regions
from tongban.review import services as review
from tongban.review.adapters.base import Register, Silent

PASSWORD = "a-long-phrase-of-tests"
ELEMENTS = {
    "treat.region": JIYANG,
    "filing.address": "济阳街道演示路 1 号",
    "consent.residence_register": True,
}


@dataclass
class Desks:
    """Both places in one database, as two regions on two nodes."""

    jiyang: Node
    linyi: Node
    huimin: Node

    def found(self, *, supervisor: str = "hall") -> "Desks":
        """`supervisor`: the office of 临邑 that is told of what is granted."""
        load_regions()
        found_alliance((self.jiyang, self.linyi, self.huimin), now())
        document = supervised_item(LINYI, supervisor)
        with scope([LINYI]):
            catalogue.publish(node=self.linyi, region=LINYI, document=document, by=system(LINYI), at=now())
        return self

    def sign_in(self, node: Node, username: str, *roles: str) -> Client:
        """Through both factors, as a clerk does."""
        uri = self.enrol(node, username, *roles)
        registries.set_node(node)
        client = Client()
        client.post("/staff/sign-in", {"username": username, "password": PASSWORD})
        client.post("/staff/sign-in/code", {"code": pyotp.parse_uri(uri).now()})
        return client

    def enrol(self, node: Node, username: str, *roles: str) -> str:
        region = node.regions[0]
        with scope([region]):
            return accounts.register_staff(
                node=node, region=region, office="hall", username=username, password=PASSWORD, roles=frozenset(roles),
                display_name="赵敏", by=system(region), at=now(),
            ).totp_uri  # fmt: skip

    def clerk(self, username: str = "zhaomin") -> Client:
        return self.sign_in(self.jiyang, username, "reception")

    def examiner(self, username: str = "chengang") -> Client:
        return self.sign_in(self.linyi, username, "acceptance", "examiner")

    def received(self) -> UUID:
        """Mr Luo's case, received at 济阳."""
        actor = Actor("staff", "s-test", JIYANG, frozenset({"reception"}), office="hall")
        definition = find_in_force(ITEM, LINYI, legal_day(now()))
        assert definition
        applicant = {"name": LUO.name, "id_kind": LUO.id_kind, "id_number": LUO.id_number, "phone": LUO.phone}
        start = legal_day(now()).isoformat()
        whose: dict[str, Any] = {"node": self.jiyang, "region": JIYANG, "by": actor, "at": now()}
        with scope([JIYANG]):
            draft = cases.start_draft(
                **whose, definition=definition, deciding=LINYI, situation="long_term_permit", mode="collect",
                channel="counter", applicant=applicant, elements={**ELEMENTS, "filing.start_on": start},
            )  # fmt: skip
            cases.submit_case(
                **whose, case_id=draft.case_id, version=draft.version, identity_check="manual", cmd=new_id()
            )
        return draft.case_id

    def taken_over(self) -> UUID:
        """The same case, on the desk of 临邑: the residence register was silent, so the rules leave it to a person."""
        return self.hand_over(self.received())

    def hand_over(self, case_id: UUID) -> UUID:
        with scope([JIYANG]):
            cases.record_evidence_and_hand_over(
                node=self.jiyang, region=JIYANG, case_id=case_id, evidence=[cases.Evidence("residence", "silent")],
                by=system(JIYANG), at=now(),
            )  # fmt: skip
        self.deliver()
        with scope([LINYI]):
            cases.take_over(node=self.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=now())
        review.consider(
            node=self.linyi,
            region=LINYI,
            case_id=case_id,
            by=system(LINYI),
            at=now(),
            registers={"insured": SilentRegister()},
        )
        return case_id

    def come_back(self, case_id: UUID) -> None:
        """济阳 takes over what 临邑 sent back."""
        with scope([JIYANG]):
            cases.take_over(node=self.jiyang, region=JIYANG, case_id=case_id, by=system(JIYANG), at=now())

    def platform_is_silent(self, address: str) -> None:
        """The decided case at this address could not be pushed to the business system."""
        with scope([LINYI]):
            cases.record_effect_failure(
                node=self.linyi, region=LINYI, case_id=UUID(address.rpartition("/")[2]), reason="no-answer", permanent=False,
                by=system(LINYI), at=now(),
            )  # fmt: skip

    def deliver(self) -> None:
        for node in (self.jiyang, self.linyi, self.jiyang):
            exchange.deliver_once(node, now() + timedelta(seconds=1), poster=Wire(self, node))


class SilentRegister(Register):
    """The insurance register of a bad day."""

    def ask(self, **question: Any) -> Silent:
        return Silent("timeout")


@dataclass
class Wire:
    """What is posted arrives at once, in this process."""

    desks: Desks
    sender: Node

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes:
        other = self.desks.linyi if self.sender is self.desks.jiyang else self.desks.jiyang
        return write_answers(exchange.receive(node=other, batch=read_batch(body), peer=self.sender.id, at=at))
