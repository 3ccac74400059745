"""Notice and pledge (告知承诺) before the decision: who signed which words, and how a case comes from that way to the ordinary one.

Coming to the ordinary way is never a refusal: `instead` is its situation, `fields` and `materials` what it asks for and nobody has given yet.
"""

from dataclasses import dataclass, field

from tongban.cases.bodies import CaseEvent
from tongban.cases.bodies import case_kind as _kind


@dataclass(frozen=True)
class CasePledged(CaseEvent):
    """The applicant was told the conditions and signed the pledge (告知承诺). Written with the submission.

    `regime`: proof or licence. `words`: hash of the notice and the pledge as they were shown, in both languages. `signer`: applicant, or an
    agent with express authority. `way`: online or counter.
    """

    KIND = _kind("pledged", "{signer}已阅知告知并签署承诺书", "Notice read and pledge signed: {signer}", critical=False)
    regime: str
    situation: str
    words: str
    signer: str
    way: str


@dataclass(frozen=True)
class PledgeWithdrawn(CaseEvent):
    """The applicant took the pledge back before the decision (撤回承诺); no machine decides the case any more."""

    KIND = _kind(
        "pledge_withdrawn",
        "申请人撤回承诺，改按一般程序办理，请于 {due_on} 前补交",
        "The applicant took the pledge back; the ordinary way: hand in by {due_on}",
    )
    instead: str
    fields: list[str]
    materials: list[str]
    due_on: str
    provisional: bool = False
    calendar: dict[str, str] = field(default_factory=dict)
    proposal: str = ""


@dataclass(frozen=True)
class PledgeNotOpen(CaseEvent):
    """This way is closed to the applicant (不适用告知承诺): the review point `point` is false, or an examiner says so. The application goes on."""

    KIND = _kind(
        "pledge_not_open",
        "不能采用告知承诺，改按一般程序办理，请于 {due_on} 前补交",
        "The pledge is not open to the applicant; the ordinary way: hand in by {due_on}",
        sealed=("notice",),
    )
    decided_by: str
    point: str
    instead: str
    fields: list[str]
    materials: list[str]
    due_on: str
    provisional: bool = False
    calendar: dict[str, str] = field(default_factory=dict)


EVENTS: tuple[type[CaseEvent], ...] = (CasePledged, PledgeWithdrawn, PledgeNotOpen)
