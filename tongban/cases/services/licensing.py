"""What the machine writes of licences: issued by the signer's signature, and what follows by itself. What people do is asked through `licences`."""

from datetime import datetime
from uuid import UUID

from tongban.cases.licence_events import LicenceChanged, LicenceIssued
from tongban.cases.projection import Case
from tongban.cases.writing import Step, act_as, command_of, current, require_role, seal_text, write
from tongban.kernel.actors import Actor
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text


class CaseElsewhere(Refused):
    """The case is with another place for the moment; what is to be written is tried again."""

    text = Text("办件目前不在本地办理，暂不能记录。", "The case is with another place now; this cannot be written yet.")
    advice = Text("系统会自动重试。", "It is tried again by itself.")


def record_licence(
    *, node: Node, region: str, case_id: UUID, event: LicenceIssued, licence: Sealed, by: Actor, at: datetime
) -> StoredEvent:
    """Put an issued licence on the chain, once for each decision and type however often it is called. Refuses `CaseElsewhere`."""
    require_role(by, "system", region=region)
    require_ours(current(region=region, case_id=case_id), region)
    cmd = command_of(case_id, f"licence {event.type}", event.decision)
    stored = write(
        node=node, region=region, case_id=case_id, steps=[Step(event, parts=[licence])], cmd=cmd, by=by, role="system", at=at,
        request=event.identifier.encode(),
    )  # fmt: skip
    return stored[0]


def record_licence_change(
    *, node: Node, region: str, case_id: UUID, event: LicenceChanged, notice: str = "", cmd: UUID, expected_seq: int | None = None,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """What was done with a licence; by the machine, by the chief of the deciding place, or by who confirms what a chief proposed.

    `notice`: why, told to the holder, sealed.
    """
    case = current(region=region, case_id=case_id)
    role = (
        require_role(by, "system", region=region)
        if by.kind == "system"
        else act_as(case, by, *(("chief", "supervisor") if event.proposed_by else ("chief",)), region=region)
    )
    require_ours(case, region)
    parts = [seal_text(node=node, region=region, case_id=case_id, name="notice", text=notice)] if notice else []
    write(
        node=node, region=region, case_id=case_id, steps=[Step(event, parts=parts)], cmd=cmd, expected_seq=expected_seq, by=by,
        role=role, at=at, request=change_request(event.identifier, event.operation),
    )  # fmt: skip


def change_request(identifier: str, operation: str) -> bytes:
    """What a command to change a licence asks for: the same again is not done twice."""
    return " ".join((LicenceChanged.KIND.name, identifier, operation)).encode()


def require_ours(case: Case, region: str) -> None:
    """Refuses `Forbidden` elsewhere than at the deciding place, `CaseElsewhere` while another place writes."""
    if case.deciding != region:
        raise Forbidden
    if case.writer != region or case.offered_to:
        raise CaseElsewhere
