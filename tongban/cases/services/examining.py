"""More than one pair of eyes: the examiner's opinion, countersignatures, and who may then decide (审核、会签、四眼)."""

from datetime import datetime
from uuid import UUID

from tongban.cases import life_events as life
from tongban.cases.acting import find_question
from tongban.cases.services.deciding import (
    LONGEST_ARTICLE,
    ArticleTooLong,
    accepted_step,
    require_deciding,
)
from tongban.cases.writing import Step, act_as, once, seal_text, write
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text

RECOMMENDATIONS = ("approve", "refuse")
OPINIONS = ("agree", "disagree")
COUNTERSIGNING = ("examiner", "chief", "supervisor", "liaison")


class OpinionMissing(Refused):
    status = 422
    text = Text(
        "请选择意见并写明理由；建议不予的还须写明依据。", "Choose and give reasons; a refusal also needs its article."
    )
    advice = Text("请补全后再提交，已填写的内容都在。", "Complete it; everything typed is kept.")


class NobodyAsked(Refused):
    text = Text(
        "没有等待您会签的请求，或请求是您自己提出的。", "Nobody asked you to countersign, or you asked yourself."
    )
    advice = Text("请刷新页面查看。", "Reload the page.")


def examine_case(
    *, node: Node, region: str, case_id: UUID, recommends: str, reasons: str, article: str = "", expected_seq: int, cmd: UUID,
    by: Actor, at: datetime,
) -> None:  # fmt: skip
    """The first pair of eyes gives its opinion (审核意见); accepts first where that has not been done. Somebody else decides.

    `recommends`: approve or refuse; a refusal needs its `article`. `reasons` are sealed. Refuses `OpinionMissing`.
    """
    case = require_deciding(region, case_id)
    role = act_as(case, by, "examiner", region=region)
    if recommends not in RECOMMENDATIONS or not reasons.strip() or (recommends == "refuse" and not article.strip()):
        raise OpinionMissing
    if len(article) > LONGEST_ARTICLE or (article and not article.isprintable()):
        raise ArticleTooLong
    sealed = seal_text(node=node, region=region, case_id=case_id, name="opinion", text=reasons.strip())
    step = Step(life.CaseExamined(recommends, article.strip()), parts=[sealed])
    steps = [step] if case.state != "received" else [accepted_step(node, case, region, at), step]
    # Repeated, it would find the case accepted already: the command is the opinion all the same.
    write(
        node=node, region=region, case_id=case_id, steps=steps, cmd=cmd, request=step.event.KIND.name.encode(),
        expected_seq=expected_seq, by=by, role=role, at=at,
    )  # fmt: skip


def ask_countersign(
    *, node: Node, region: str, case_id: UUID, role: str, note: str, expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Ask somebody of another role for an opinion (会签); the decision waits for it. `role`: one of `COUNTERSIGNING`; `note` sealed."""
    case = require_deciding(region, case_id)
    acting = act_as(case, by, "examiner", "chief", region=region)
    if role not in COUNTERSIGNING or not note.strip():
        raise OpinionMissing
    step = Step(life.CountersignAsked(role), parts=[_note(node, region, case_id, note)])
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=acting, at=at
    )  # fmt: skip


@once(life.Countersigned)
def countersign(
    *, node: Node, region: str, case_id: UUID, opinion: str, note: str = "", expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:  # fmt: skip
    """Answer the oldest question to one of `by`'s roles that somebody else asked. `opinion`: agree, or disagree with a `note`.

    Refuses `NobodyAsked`, `OpinionMissing`.
    """
    case = require_deciding(region, case_id)
    act_as(case, by, *COUNTERSIGNING, region=region)
    role = find_question(case, by)
    if not role:
        raise NobodyAsked
    if opinion not in OPINIONS or (opinion == "disagree" and not note.strip()):
        raise OpinionMissing
    parts = [_note(node, region, case_id, note)] if note.strip() else []
    step = Step(life.Countersigned(role, opinion), parts=parts)
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def _note(node: Node, region: str, case_id: UUID, note: str) -> Sealed:
    return seal_text(node=node, region=region, case_id=case_id, name="note", text=note.strip())
