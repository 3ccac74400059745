"""What two desks, an applicant and the machine do to one case at the receiving place. Imported after `home.prepare`."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection

from tests.cast import clerk
from tongban.cases import services as cases
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope

DONE = "done"


class Racer:
    """`hold`: called inside the transaction, before it commits."""

    def __init__(self, node: Node, case_id: str, *, hold: Callable[[], object] = lambda: None) -> None:
        self.node, self.region, self.case_id, self.hold = node, node.regions[0], UUID(case_id), hold

    def run(self, act: str, start: Callable[[], object]) -> str:
        connection.ensure_connection()
        start()
        try:
            with scope([self.region]):
                ACTS[act](self)
                self.hold()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return DONE

    def offer(self) -> None:
        cases.record_evidence_and_hand_over(evidence=[], by=system(self.region), **self._common)

    def withdraw(self) -> None:
        cases.withdraw_case(cmd=new_id(), by=clerk(self.region), **self._common)

    def say(self) -> None:
        cases.send_message(text="请稍候", cmd=new_id(), by=clerk(self.region), **self._common)

    @property
    def _common(self) -> dict[str, Any]:
        return {"node": self.node, "region": self.region, "case_id": self.case_id, "at": now()}


ACTS: dict[str, Callable[[Racer], None]] = {"offer": Racer.offer, "withdraw": Racer.withdraw, "say": Racer.say}
