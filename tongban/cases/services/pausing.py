"""The decision limit: stopped by a special procedure (特别程序), started again, extended once (延期). All in working days."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from tongban.cases import life_events as life
from tongban.cases.acting import longest_extension
from tongban.cases.projection import Case
from tongban.cases.services.deciding import LONGEST_ARTICLE, ArticleTooLong, ReasonMissing, require_deciding
from tongban.cases.services.terms import rest_of_limit, term
from tongban.cases.states import NotAllowedNow
from tongban.cases.writing import Step, act_as, once, seal_text, write
from tongban.catalogue import queries as catalogue
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

PROCEDURES = ("site_visit", "expert_review", "hearing", "test", "announcement")
"""行政许可法 Art. 45 names most of them: their time is outside the limit, and is told to the applicant in writing."""


class NoSuchProcedure(Refused):
    status = 422
    text = Text(
        "特别程序须从列表中选择，并写明依据和预计结束日期。",
        "Choose the procedure, its basis and the day it should end.",
    )
    advice = Text("请补全后再提交，预计结束日期不能早于今天。", "Complete it; the day may not lie in the past.")


class ExtendedBefore(Refused):
    """A limit is extended once."""

    text = Text("办理期限已经延长过一次。", "The limit has been extended once already.")
    advice = Text("请在现有期限内作出决定。", "Decide within the limit there is.")


class LimitOver(Refused):
    """Extending a limit is approved before it ends (行政许可法 Art. 42): afterwards it would only hide that it was missed."""

    text = Text("办理期限已过，不能再延长。", "The limit is over; it cannot be extended any more.")
    advice = Text("请尽快作出决定。", "Decide as soon as possible.")


class NotExtendable(Refused):
    text = Text(
        "该事项最多可延长 {days} 个工作日。", "This item's limit may be extended by {days} working days at most."
    )
    advice = Text("请在允许的天数内填写；为 0 的不能延长。", "Stay within that number; 0 means not at all.")


def start_special_procedure(
    *, node: Node, region: str, case_id: UUID, procedure: str, basis: str, until: date, note: str = "", expected_seq: int, cmd: UUID,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """Stop the clock for a procedure outside it (行政许可法 Art. 45). `until` and `note` are told to the applicant.

    `procedure`: one of `PROCEDURES`. Refuses `NoSuchProcedure`.
    """
    case = require_deciding(region, case_id)
    role = act_as(case, by, "examiner", "chief", region=region)
    if procedure not in PROCEDURES or not basis.strip() or until < legal_day(at):
        raise NoSuchProcedure
    if len(basis) > LONGEST_ARTICLE or not basis.isprintable():
        raise ArticleTooLong
    event = life.SpecialStarted(procedure, basis.strip(), until.isoformat())
    step = Step(event, parts=_text(node, region, case_id, "notice", note))
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


@once(life.SpecialEnded)
def end_special_procedure(
    *, node: Node, region: str, case_id: UUID, note: str = "", expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:
    """Start the clock again with the working days that were left. `note`: what came out of it, for the offices."""
    case = require_deciding(region, case_id)
    role = act_as(case, by, "examiner", "chief", region=region)
    if case.state != "special_procedure":
        raise NotAllowedNow(case.state)
    rest = rest_of_limit(node, region, case, at)
    step = Step(
        life.SpecialEnded(rest.on, rest.provisional, rest.calendar), parts=_text(node, region, case_id, "note", note)
    )
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


@once(life.LimitExtended)
def extend_limit(
    *, node: Node, region: str, case_id: UUID, days: int, note: str, expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Extend the decision limit, once, by the head of the office (延期). `note`: the reason, which the applicant is told.

    Refuses `ExtendedBefore`, `LimitOver`, `NotExtendable`, `ReasonMissing`.
    """
    case = require_deciding(region, case_id)
    role = act_as(case, by, "chief", region=region)
    require_extendable(case, days, today=legal_day(at))
    if not note.strip():
        raise ReasonMissing
    longer = term(node, region, date.fromisoformat(case.decision_due_on), days)
    event = life.LimitExtended(days, longer.on, longer.provisional, longer.calendar)
    step = Step(event, parts=_text(node, region, case_id, "notice", note))
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def require_extendable(case: Case, days: int, *, today: date) -> None:
    if case.state not in {"accepted", "examining"}:
        raise NotAllowedNow(case.state)
    if case.extended:
        raise ExtendedBefore
    if date.fromisoformat(case.decision_due_on) < today:
        raise LimitOver
    longest = longest_extension(catalogue.get_definition(case.definition))
    if not 1 <= days <= longest:
        raise NotExtendable(days=longest)


def _text(node: Node, region: str, case_id: UUID, name: str, text: str) -> Sequence[Sealed]:
    text = text.strip()
    return [seal_text(node=node, region=region, case_id=case_id, name=name, text=text)] if text else []
