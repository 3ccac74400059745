"""What a place does that the alliance has told to go on with the case of a suspended node (指定接办, R17)."""

import base64
from datetime import datetime
from uuid import UUID, uuid5

from tongban.cases import events
from tongban.cases.writing import Step, current, write
from tongban.kernel.actors import Actor
from tongban.kernel.events import Baton
from tongban.kernel.node import Node
from tongban.regions import queries as regions


def go_on_by_order(*, node: Node, region: str, case_id: UUID, order: bytes, by: Actor, at: datetime) -> None:
    """Write the alliance's signed order onto the chain. The same order again changes nothing.

    Refuses `BadOrder`, `StaleHead` while this copy lacks events of the longest chain, `Missing` while the list that it names is not here.
    """
    case = current(region=region, case_id=case_id)
    event = events.CaseReassigned(
        before=case.offered_to or case.writer, before_name=_name(case.offered_to or case.writer, at),
        to=region, to_name=_name(region, at), order=base64.b64encode(order).decode(),
    )  # fmt: skip
    write(
        node=node, region=region, case_id=case_id, steps=[Step(event, baton=Baton("reassign", region))],
        cmd=uuid5(case_id, node.suite.hash(order)), request=order, by=by, role="system", at=at,
    )  # fmt: skip


def _name(region: str, at: datetime) -> str:
    return regions.get_region(region, at.date()).name
