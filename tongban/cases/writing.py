"""One way onto the chain for every service of `cases`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from tongban.cases import projection
from tongban.cases.events import CaseEvent
from tongban.cases.fold import read_folded
from tongban.exchange import services as exchange
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import Baton, Clause, NewEvent, SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.sealing import DataKey, Sealed


@dataclass(frozen=True)
class Step:
    """An event with what goes beside its body. `parts` are new sealed parts; `refs` are parts stored before (files)."""

    event: CaseEvent
    parts: Sequence[Sealed] = ()
    refs: Sequence[SealedRef] = ()
    baton: Baton | None = None
    clause: Clause | None = None
    audience: tuple[str, ...] = field(default=())

    def as_new_event(self) -> NewEvent:
        sealed = (*(part.ref for part in self.parts), *self.refs)
        return NewEvent(self.event.KIND.kind, self.event.body(), sealed, self.baton, self.clause, self.audience)


def write(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    steps: Sequence[Step],
    cmd: UUID,
    by: Actor,
    role: str,
    at: datetime,
    request: bytes = b"",
    expected_seq: int | None = None,
) -> list[StoredEvent]:
    """Append the steps as one command. The same `cmd` with the same `request` returns the first outcome again.

    Without a `request` the acts themselves are it: one page's command id does not serve for accepting and then for refusing.
    """
    acts = " ".join(step.event.KIND.name for step in steps)
    return exchange.append(
        node=node,
        region=region,
        case_id=case_id,
        events=[step.as_new_event() for step in steps],
        parts=[part for step in steps for part in step.parts],
        cmd=cmd,
        request=request or acts.encode(),
        expected_seq=expected_seq,
        by=by,
        role=role,
        at=at,
    )


def current(*, region: str, case_id: UUID) -> projection.Case:
    case = read_folded(region, case_id)
    if case is None:
        raise Missing
    return case


def case_key(*, node: Node, region: str, case_id: UUID) -> DataKey:
    return vault.get_key(node=node, region=region, case_id=case_id)


def command_of(case_id: UUID, action: str, seq: int) -> UUID:
    """The command id of a step that the machine takes: repeating the job repeats the command, not the act."""
    return uuid5(case_id, f"{action} {seq}")


def require_role(by: Actor, *roles: str, region: str) -> str:
    """The role in which `by` acts at `region`; the system acts only where its own name is listed."""
    held = next((role for role in roles if by.may(role)), None)
    if by.region != region or held is None:
        raise Forbidden
    return held
