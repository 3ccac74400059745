"""Mr Luo on his phone: the portal of 济阳 with the service of 临邑, and the steps of the journey by their buttons."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.test import Client

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI, LUO, Person
from tongban.alliance.tests.factories import found_alliance
from tongban.catalogue import services as catalogue
from tongban.catalogue.layers import load_document
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.people import queries as people
from tongban.project import wiring
from tongban.regions.services import load_regions

PLEDGE = {"care": "inpatient", "category": "long_term", "proof": "pledge"}
PERMIT = PLEDGE | {"proof": "permit"}
REFERRAL = {"care": "inpatient", "category": "referral", "letter": "yes"}


SUPERVISION = {
    "name": {"zh": "监管机构", "en": "Supervising office"}, "at": "deciding", "situations": ["long_term_permit"],
    "remedy": {"zh": "可以申请行政复议。", "en": "You may object."}, "verified": False,
}  # fmt: skip


def supervised_item(region: str, office: str = "hall") -> dict[str, Any]:
    """The item as a region publishes it; its `office` is told of what was granted."""
    document = {**load_document(ITEM, region), "valid_from": "2020-01-01"}
    return document | {"supervision": {**SUPERVISION, "office": office, "basis": [document["basis"][0]["id"]]}}


def open_portal(jiyang: Node, linyi: Node, huimin: Node) -> None:
    """What the node of 济阳 knows before anybody comes."""
    wiring.connect()
    load_regions()
    found_alliance((jiyang, linyi, huimin), now())
    for node, region in ((linyi, LINYI), (jiyang, JIYANG), (huimin, HUIMIN)):
        with scope([region]):
            catalogue.publish(node=node, region=region, document=supervised_item(region), by=system(region), at=now())
    registries.set_node(jiyang)


@dataclass
class Phone:
    """One browser. Every step answers with the response of its last request."""

    node: Node
    client: Client = field(default_factory=Client)

    def get(self, path: str) -> Any:
        return self.client.get(path, follow=True)

    def post(self, path: str, **typed: Any) -> Any:
        return self.client.post(path, typed, follow=True)

    def places(self, insured: str = LINYI, here: str = JIYANG) -> Any:
        return self.post(f"/apply/{ITEM}/places", insured=insured, here=here)

    def answer(self, answers: dict[str, str]) -> Any:
        """From the places to the end of the questions."""
        page = self.places()
        for question, option in answers.items():
            page = self.post(f"/apply/{ITEM}/questions?q={question}", answer=option)
        return page

    def sign_in(self, person: Person = LUO) -> Any:
        self.post("/sign-in", phone=person.phone)
        flow = UUID(self.client.session["sms_flow"])
        with scope(self.node.regions):
            code = people.find_shown_code(node=self.node, flow=flow)
        return self.post("/sign-in/code", code=code)

    def say_who(self, person: Person = LUO, **other: str) -> Any:
        typed = {"name": person.name, "id_kind": person.id_kind, "id_number": person.id_number, **other}
        return self.post("/me", **typed)

    def begin(self, answers: dict[str, str] = PLEDGE) -> str:
        """As far as the form; the address of the draft."""
        self.sign_in()
        self.say_who()
        self.answer(answers)
        page = self.get(f"/apply/{ITEM}/begin")
        return str(page.request["PATH_INFO"]).removesuffix("/form")

    def fill(self, draft: str, **changes: str) -> Any:
        form = {
            "treat.region": JIYANG,
            "filing.start_on": legal_day(now()).isoformat(),
            "filing.address": "济北街道演示路1号",
        }
        return self.post(f"{draft}/form", **{**form, "pledge.signed": "yes", **changes})

    def submit(self, draft: str) -> Any:
        return self.client.post(f"{draft}/check", hidden_fields(self.get(f"{draft}/check")), follow=True)

    def hand_in(self) -> str:
        """A submitted case; its address."""
        draft = self.begin()
        self.fill(draft)
        return str(self.submit(draft).request["PATH_INFO"]).removesuffix("/submitted")


def hidden_fields(page: Any) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(cmd|version)" value="([^"]*)"', text(page)))


def text(page: Any) -> str:
    content: str = page.content.decode()
    return content
