"""One way onto the chain for every service of `cases`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec
from uuid import UUID, uuid5

from tongban.cases import projection
from tongban.cases.events import CaseEvent
from tongban.cases.fold import read_folded
from tongban.exchange import queries as chains
from tongban.exchange import services as exchange
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import Baton, Clause, NewEvent, SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.sealing import DataKey, Sealed, seal_json
from tongban.kernel.text import Text

Given = ParamSpec("Given")


class Recused(Refused):
    """Who is recused (回避) does nothing on the case."""

    status = 403
    text = Text("您已回避此办件，不能办理。", "You are recused from this case and may not act on it.")
    advice = Text("请由其他工作人员办理。", "Let a colleague take it.")


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
        expected_seq=_as_now(region, case_id, expected_seq),
        by=by,
        role=role,
        at=at,
    )


BESIDE = frozenset(
    {"cases.paper_issued", "cases.document_sealed", "cases.served", "cases.rated", "cases.licence_issued"}
)
"""Nothing that an act rests on: a page that does not show them yet is not stale."""


def _as_now(region: str, case_id: UUID, seen: int | None) -> int | None:
    if seen is None:
        return None
    later = chains.list_events(region, case_id, first=seen + 1)
    return later[-1].seq if later and all(event.payload.kind_name in BESIDE for event in later) else seen


def is_done(*, node: Node, region: str, case_id: UUID, cmd: UUID, request: bytes) -> bool:
    """Whether the same command with the same `request` was carried out before."""
    return chains.is_done(region=region, case_id=case_id, cmd=cmd, request_hash=node.suite.hash(request))


def once(
    act: type[CaseEvent], *, asked: bytes = b""
) -> Callable[[Callable[Given, None]], Callable[Given, None]]:  # fmt: skip
    """For a service that looks at the case before it writes `act`: a doubled click is not judged by what the first one changed.

    `asked`: the request where it goes to the holder as a proposal.
    """

    def wrap(service: Callable[Given, None]) -> Callable[Given, None]:
        @wraps(service)
        def perform(*args: Given.args, **given: Given.kwargs) -> None:
            which: Any = {name: given.get(name) for name in ("node", "region", "case_id", "cmd")}
            requests = [act.KIND.name.encode(), *([asked] if asked else [])]
            if not which["cmd"] or not any(is_done(**which, request=request) for request in requests):
                service(*args, **given)

        return perform

    return wrap


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


def require_counter(case: projection.Case, role: str, *, region: str) -> None:
    """For what an applicant does at a counter: at that of the place that received the case. Refuses `Forbidden`."""
    if role == "reception" and case.receiving != region:
        raise Forbidden


def act_as(case: projection.Case, by: Actor, *roles: str, region: str) -> str:
    """`require_role` for a person who acts on a case there is. Refuses `Recused`."""
    role = require_role(by, *roles, region=region)
    if by.kind == "staff" and by.ref in case.recused:
        raise Recused
    return role


def seal_text(*, node: Node, region: str, case_id: UUID, name: str, text: str) -> Sealed:
    """A part `{"text"}`, as `talk.read_note` reads it."""
    key = case_key(node=node, region=region, case_id=case_id)
    return seal_json({"text": text}, name=name, key=key, suite=node.suite)
