"""The demonstration zone for tests of the case life: alliance, published service, and a network that carries posts between the nodes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.cast import ITEM, JIYANG, LINYI, LUO, citizen, examiner
from tongban.alliance.queries import list_versions
from tongban.alliance.services import import_agreement
from tongban.alliance.terms import Terms
from tongban.alliance.tests.factories import found_alliance, signed_agreement
from tongban.cases import queries, services
from tongban.cases.drafts import Draft
from tongban.cases.views import CaseView
from tongban.catalogue import services as catalogue
from tongban.catalogue.layers import load_document
from tongban.catalogue.queries import find_in_force
from tongban.exchange.tests.factories import Network
from tongban.kernel.actors import Actor, system
from tongban.kernel.calendar import load_calendar
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.regions.services import load_regions

PERSON = {"name": LUO.name, "id_kind": LUO.id_kind, "id_number": LUO.id_number, "phone": LUO.phone}
PERMIT = {
    "treat.region": JIYANG,
    "filing.start_on": "2026-11-20",
    "filing.address": "济阳街道演示路 1 号",
    "consent.residence_register": True,
}
LIVES_HERE = {"element": "residence.registered", "value": True, "source": "register:residence", "evidence": "r-1"}
ALL_TRUE = {"identity": "true", "insured": "true", "residence": "true"}


@dataclass
class Zone:
    """济阳 receives, 临邑 decides; `at` is the moment at which everything happens."""

    jiyang: Node
    linyi: Node
    huimin: Node
    at: datetime

    def found(self, amend: Callable[[Any], object] = lambda document: None) -> "Zone":
        """`amend` changes the document of the service before 临邑 publishes it."""
        load_regions()
        load_calendar()
        found_alliance((self.jiyang, self.linyi, self.huimin), self.at)
        with scope([LINYI]):
            document = load_document(ITEM, LINYI)
            amend(document)
            catalogue.publish(node=self.linyi, region=LINYI, document=document, by=system(LINYI), at=self.at)
        self.network = Network({node.id: node for node in (self.jiyang, self.linyi, self.huimin)})
        return self

    def end_agreement(self, *, helpers: tuple[str, ...] = ()) -> None:
        """By a version that ended yesterday; with `helpers` it goes on and recognises theirs only."""
        held, today = list_versions()[-1], self.at.date()
        ends = None if helpers else today - timedelta(days=1)
        version = replace(
            held, version=held.version + 1, prev=held.hash, valid_from=today - timedelta(days=2), valid_until=ends,
            terms=Terms(helpers=helpers),
        )  # fmt: skip
        import_agreement(raw=signed_agreement(version, (self.jiyang, self.linyi, self.huimin)), at=self.at)

    def draft(self, by: Actor | None = None, *, situation: str = "long_term_permit", **changes: Any) -> Draft:
        by = by or citizen()
        counter = by.kind == "staff"
        definition = find_in_force(ITEM, LINYI, legal_day(self.at))
        assert definition
        values = {
            "definition": definition, "deciding": LINYI, "situation": situation, "mode": "collect" if counter else "online",
            "channel": "counter" if counter else "online", "applicant": PERSON, "elements": PERMIT,
        }  # fmt: skip
        with scope([JIYANG]):
            return services.start_draft(node=self.jiyang, region=JIYANG, by=by, at=self.at, **(values | changes))

    def submit(self, draft: Draft, by: Actor | None = None, *, cmd: UUID | None = None, **changes: Any) -> CaseView:
        by = by or citizen()
        values = {
            "version": draft.version, "cmd": cmd or new_id(), "identity_check": "manual" if by.kind == "staff" else "sms",
        }  # fmt: skip
        with scope([JIYANG]):
            services.submit_case(
                node=self.jiyang, region=JIYANG, case_id=draft.case_id, by=by, at=self.at, **(values | changes)
            )
        return self.here(draft.case_id, by)

    def hand_over(self, case_id: UUID) -> None:
        with scope([JIYANG]):
            services.record_evidence_and_hand_over(
                node=self.jiyang, region=JIYANG, case_id=case_id, by=system(JIYANG), at=self.at,
                evidence=[services.Evidence("register:residence", "answered", [LIVES_HERE | {"at": "2026-11-20T02:00:00.000Z"}])],
            )  # fmt: skip

    def taken_over(self, by: Actor | None = None) -> UUID:
        """A case that 临邑 has just taken over."""
        case_id = self.submit(self.draft(by), by).case_id
        self.hand_over(case_id)
        self.network.settle(self.at)
        with scope([LINYI]):
            services.take_over(node=self.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=self.at)
        return case_id

    def assess(self, case_id: UUID, points: dict[str, str] = ALL_TRUE, *, approve: bool = True) -> None:
        outcome = "approve" if set(points.values()) == {"true"} else "refer"
        with scope([LINYI]):
            services.record_assessment(
                node=self.linyi, region=LINYI, case_id=case_id, outcome=outcome, points=points, values={"facts": []},
                approve=approve, by=system(LINYI), at=self.at,
            )  # fmt: skip

    def here(self, case_id: UUID, by: Actor | None = None) -> CaseView:
        """The case as 济阳 shows it to Mr Luo, or to `by`."""
        with scope([JIYANG]):
            return queries.get_case(node=self.jiyang, region=JIYANG, case_id=case_id, by=by or citizen(), at=self.at)

    def there(self, case_id: UUID, by: Actor | None = None) -> CaseView:
        """The case as 临邑 shows it to its examiner, or to `by`."""
        with scope([LINYI]):
            return queries.get_case(node=self.linyi, region=LINYI, case_id=case_id, by=by or examiner(), at=self.at)

    def accepted(self) -> UUID:
        """A case that 临邑 has accepted."""
        case_id = self.taken_over()
        self.do(services.accept_case, case_id)
        return case_id

    def act_here(self, service: Any, case_id: UUID, by: Actor | None = None, **changes: Any) -> None:
        """Mr Luo acts at 济阳, or `by`."""
        with scope([JIYANG]):
            service(
                **{
                    "node": self.jiyang,
                    "region": JIYANG,
                    "case_id": case_id,
                    "cmd": new_id(),
                    "by": by or citizen(),
                    "at": self.at,
                }
                | changes
            )

    def settle(self) -> None:
        self.network.settle(self.at)

    def do(self, service: Any, case_id: UUID, by: Actor | None = None, **changes: Any) -> None:
        """A person acts at 临邑 on the newest state; the examiner, unless `by` says otherwise."""
        head = self.there(case_id).head
        values = {"expected_seq": head, "cmd": new_id(), "by": by or examiner()}
        with scope([LINYI]):
            service(node=self.linyi, region=LINYI, case_id=case_id, at=self.at, **(values | changes))
