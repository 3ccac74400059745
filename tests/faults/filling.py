"""A complete draft by domain calls: nothing is left but to hand it in. Imported after `home.prepare`."""

from contextlib import suppress

from django.db import Error, InterfaceError, OperationalError, connections

from tongban.cases import services as cases
from tongban.catalogue import queries as catalogue
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.people.citizens import find_or_create_by_phone
from tongban.people.queries import actor_of
from tongban.project.demo_alliance import ITEM
from tongban.web.citizen.identity import applicant

Away = (OperationalError, InterfaceError)


class Writer:
    def __init__(self, node: Node, deciding: str) -> None:
        self.node, self.region, self.deciding = node, node.regions[0], deciding

    def fill_in(self, phone: str) -> dict[str, str]:
        at, region = now(), self.region
        definition = catalogue.find_in_force(ITEM, self.deciding, legal_day(at))
        if definition is None:
            raise LookupError(ITEM)
        elements = {
            "treat.region": region,
            "filing.start_on": legal_day(at).isoformat(),
            "filing.address": "济北街道泰兴东街 12 号",
            "consent.residence_register": True,
        }
        with scope([region]):
            citizen = find_or_create_by_phone(node=self.node, phone=phone, at=at)
            draft = cases.start_draft(
                node=self.node, region=region, definition=definition, deciding=self.deciding, situation="long_term_permit",
                mode="online", channel="online", applicant=applicant(citizen), elements=elements,
                by=actor_of(citizen, region=region), at=at,
            )  # fmt: skip
        return {"case": str(draft.case_id), "version": draft.version, "phone": phone}


def come_back() -> None:
    with suppress(Error):
        connections.close_all()
