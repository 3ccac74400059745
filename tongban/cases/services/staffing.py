"""Who handles a case: drawn by lot or named (分派), or kept away from it (回避)."""

import re
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from tongban.cases import life_events as life
from tongban.cases.services.deciding import ReasonMissing, require_deciding
from tongban.cases.writing import Step, act_as, command_of, once, seal_text, write
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text

STAFF_REF = re.compile(r"s-[0-9a-z-]{1,22}")


class NobodyLeft(Refused):
    text = Text("可分派的人员均已回避或名单为空。", "Everybody on the list is recused, or the list is empty.")
    advice = Text("请指定其他工作人员。", "Name somebody else.")


def assign_officer(
    *, node: Node, region: str, case_id: UUID, officers: Sequence[str], expected_seq: int | None = None, cmd: UUID, by: Actor,
    at: datetime, choose: Callable[[Sequence[str]], str] = secrets.choice,
) -> str:  # fmt: skip
    """Give the case to one of `officers` (staff refs), by lot where there are several; never to one who is recused. Returns the ref.

    The same `cmd` again draws again only in appearance: what stands on the chain is the first. Refuses `NobodyLeft`.
    """
    case = require_deciding(region, case_id)
    role = act_as(case, by, "chief", "supervisor", "acceptance", "system", region=region)
    left = [ref for ref in dict.fromkeys(officers) if ref not in case.recused]
    if not left:
        raise NobodyLeft
    how = "random" if len(officers) > 1 else "by-hand"
    step = Step(life.OfficerAssigned(officer=choose(left), how=how))
    (event,) = write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip
    return life.OfficerAssigned.read(event.payload.body).officer


@once(life.OfficerRecused)
def recuse(
    *, node: Node, region: str, case_id: UUID, officer: str = "", note: str, expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Keep an officer away from the case (回避): oneself, or by a chief or supervisor somebody else. `note`: why, sealed.

    Refuses `ReasonMissing`, `Forbidden`, `Missing` for what is no reference: it stands in clear on the record of both places.
    """
    case = require_deciding(region, case_id)
    role = act_as(case, by, "examiner", "acceptance", "chief", "supervisor", region=region)
    officer = officer or by.ref
    if not STAFF_REF.fullmatch(officer):
        raise Missing
    if officer != by.ref and not by.roles & {"chief", "supervisor"}:
        raise Forbidden
    if not note.strip():
        raise ReasonMissing
    sealed = seal_text(node=node, region=region, case_id=case_id, name="note", text=note.strip())
    step = Step(life.OfficerRecused(officer=officer), parts=[sealed])
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def draw_officer(*, node: Node, region: str, case_id: UUID, officers: Sequence[str], by: Actor, at: datetime) -> None:
    """By lot and by machine (随机分派), where nobody is named yet and a person is to look at it. Harmless when already done."""
    case = require_deciding(region, case_id)
    if not case.officer and case.writer == region and case.state in {"received", "accepted", "examining"}:
        assign_officer(
            node=node, region=region, case_id=case_id, officers=officers, cmd=command_of(case_id, "draw", case.seq), by=by, at=at
        )  # fmt: skip
