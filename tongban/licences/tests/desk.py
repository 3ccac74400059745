"""Short forms: a case that 临邑 decides, its licence reserved, signed, issued, witnessed."""

from typing import Any, Self
from uuid import UUID

from tests.cast import JIYANG, LINYI, examiner
from tongban.cases import services as cases
from tongban.cases.tests.zone import Zone
from tongban.kernel.actors import Actor, system
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.signer_keys import load_signer_keys
from tongban.licences import models, queries, services
from tongban.licences.queries import HeldLicence
from tongban.licences.signer import sign_next


def chief(region: str = LINYI) -> Actor:
    """李华, chief representative of the deciding office."""
    return Actor("staff", "s-lihua", region, frozenset({"chief"}), office="medical-insurance")


class Desk(Zone):
    @classmethod
    def of(cls, *given: Any) -> Self:
        desk = cls(*given)
        desk.found()
        return desk

    def approved(self) -> UUID:
        """A filing that 临邑 has granted; its receipt is reserved."""
        case_id = self.accepted()
        self.assess(case_id)
        return case_id

    def sign(self) -> bool:
        return sign_next(node=self.linyi, keys=load_signer_keys(self.linyi.home), at=self.at)

    def issue(self, case_id: UUID) -> None:
        for row in self.rows(case_id):
            self.machine(services.go_on, reservation=row.id)

    def give(self, case_id: UUID) -> list[str]:
        found: list[str] = self.machine(services.hand_over, case_id=case_id)
        return found

    def machine(self, service: Any, **given: Any) -> Any:
        with scope([LINYI]):
            return service(node=self.linyi, region=LINYI, by=system(LINYI), at=self.at, **given)

    def licensed(self) -> HeldLicence:
        """A valid licence, witnessed by 济阳."""
        case_id = self.approved()
        self.sign()
        self.issue(case_id)
        self.settle()
        self.give(case_id)
        return self.licence(case_id)

    def rows(self, case_id: UUID) -> list[models.Reservation]:
        with scope([LINYI]):
            return list(models.Reservation.objects.filter(region=LINYI, case_id=case_id))

    def licence(self, case_id: UUID, region: str = LINYI) -> HeldLicence:
        with scope([region]):
            (held,) = queries.list_licences(region=region, case_ids=[case_id])
        return held

    def change(self, licence: HeldLicence, operation: str, **given: Any) -> None:
        values = {
            "identifier": licence.identifier, "operation": operation, "reason_code": "inspection", "note": "正在核查",
            "article": "行政许可法第六十九条", "by": chief(), "cmd": new_id(),
        }  # fmt: skip
        with scope([LINYI]):
            services.change_licence(
                node=self.linyi, region=LINYI, at=self.at,
                expected_seq=self.there(licence.case_id).head, **(values | given),
            )  # fmt: skip


__all__ = ["JIYANG", "LINYI", "Desk", "cases", "chief", "examiner"]
