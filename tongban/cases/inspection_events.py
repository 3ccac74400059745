"""What happens after a decision (审管联动): the supervising office is told, claims it, looks, answers; an order to correct; the revocation.

`place`: the region whose act it is, where the place that does not hold the case may ask for the event; `proposal`: its request, or empty.
What the applicant is told stands in the sealed part `notice`. Officers are pseudonyms that resolve at their own office only.
"""

from dataclasses import dataclass, field

from tongban.cases.bodies import CaseEvent
from tongban.cases.bodies import case_kind as _kind


@dataclass(frozen=True)
class InspectionAsked(CaseEvent):
    """The approval was pushed to the office that supervises it (推送监管). `inspecting`: its region, one of the two places of the case.

    `pledged`: the decision rests on a pledge; then `due_on` is the day by which somebody has looked, otherwise it is empty.
    """

    KIND = _kind("inspection_asked", "已推送监管部门核查", "The supervising office was told", critical=False)
    office: str
    inspecting: str
    pledged: bool
    due_on: str


@dataclass(frozen=True)
class InspectionClaimed(CaseEvent):
    """An officer of the supervising office took it on (认领); a colleague may take it on after them."""

    KIND = _kind("inspection_claimed", "监管人员已认领", "An inspector took it on", critical=False)
    officer: str
    place: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class CaseInspected(CaseEvent):
    """What the inspector found (核查反馈). `finding`: in_order or differs; `points`: ids of the review points from which it differs.

    `article`: the provision that it breaks, only where it differs.
    """

    KIND = _kind("inspected", "核查结果：{finding}", "Inspected: {finding}", sealed=("notice",), critical=False)
    finding: str
    points: list[str] = field(default_factory=list)
    article: str = ""
    place: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class OrderedToCorrect(CaseEvent):
    """What differs must be put right by a day (责令限期改正); a further order sets another day."""

    KIND = _kind(
        "ordered_to_correct",
        "责令于 {due_on} 前改正（依据 {article}）",
        "Ordered to put it right by {due_on} ({article})",
        sealed=("notice",),
        critical=False,
    )
    due_on: str
    article: str
    place: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class OrderMet(CaseEvent):
    """An inspector looked again: it was put right (改正复核)."""

    KIND = _kind("order_met", "经复核，已经改正", "Put right, as seen again", sealed=("notice",), critical=False)
    place: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class InspectionOverdue(CaseEvent):
    """The day has passed and nobody has answered, or nothing was put right; a supervisor is told (核查超期). Once for each day."""

    KIND = _kind(
        "inspection_overdue",
        "批后核查已过 {due_on}，已提请{to}督办",
        "The inspection was due on {due_on}: {to} was told",
        critical=False,
    )
    due_on: str
    to: str


@dataclass(frozen=True)
class CaseRevoked(CaseEvent):
    """The deciding place took its decision back (撤销), by a person, with reason (sealed), article and remedy (行政许可法 Art. 69)."""

    KIND = _kind("revoked", "决定已撤销（依据 {article}）", "The decision was revoked ({article})", sealed=("notice",))
    article: str


@dataclass(frozen=True)
class RevocationTold(CaseEvent):
    """An outside system knows of the revocation. `system`: effect (the register that holds the result) or credit (信用记录)."""

    KIND = _kind(
        "revocation_told",
        "撤销已告知{system}，回执 {acknowledgement}",
        "The {system} was told of the revocation, acknowledged as {acknowledgement}",
        critical=False,
    )
    system: str
    acknowledgement: str


EVENTS: tuple[type[CaseEvent], ...] = (
    InspectionAsked, InspectionClaimed, CaseInspected, OrderedToCorrect, OrderMet, InspectionOverdue, CaseRevoked, RevocationTold,
)  # fmt: skip
