"""What can happen to a case. Bodies are clear and hold no personal data; the sealed parts are named in each kind.

Here is the road that every case goes; what may happen beside it stands in `life_events.py`, what follows the decision in
`inspection_events.py`, notice and pledge in `pledge_events.py`, what was read on papers in `document_events.py`, licences in
`licence_events.py`.
"""

from dataclasses import dataclass, field

from tongban.cases import document_events as documents
from tongban.cases import inspection_events as inspection
from tongban.cases import licence_events as licences
from tongban.cases import life_events as life
from tongban.cases import pledge_events as pledging
from tongban.cases.bodies import CaseEvent as CaseEvent
from tongban.cases.bodies import case_kind as _kind


@dataclass(frozen=True)
class CaseSubmitted(CaseEvent):
    """The applicant handed the matter in (提交). Opens the chain; pins the definition by its hash."""

    KIND = _kind(
        "submitted",
        "申请已提交，编号 {number}",
        "Application handed in, number {number}",
        sealed=("application", "file"),
    )
    number: str
    item: str
    title: dict[str, str]
    definition: str
    situation: str
    mode: str
    channel: str
    receiving: str
    deciding: str
    receiving_office: str
    deciding_office: str
    files: int


@dataclass(frozen=True)
class CaseReceived(CaseEvent):
    """The receiving place checked form and identity and took the papers in (收件). Not yet acceptance (受理).

    `acceptance_due_on`: last day for telling what is missing, 5 working days (行政许可法 Art. 32), with the calendar that was used.
    """

    KIND = _kind("received", "收件：形式与身份已核对", "Received: form and identity checked")
    identity_check: str
    acceptance_due_on: str
    provisional: bool
    calendar: dict[str, str]


@dataclass(frozen=True)
class EvidenceAdded(CaseEvent):
    """A register of the receiving place was asked with the applicant's consent; its answer is sealed onto the chain (数据核验)."""

    KIND = _kind(
        "evidence_added",
        "受理地登记信息核验：{outcome}",
        "Register of the receiving place asked: {outcome}",
        sealed=("evidence",),
    )
    register: str
    outcome: str
    elements: list[str]


@dataclass(frozen=True)
class CaseOffered(CaseEvent):
    """The receiving place passes the case to the deciding place (转办) under a clause of their agreement."""

    KIND = _kind("offered", "已转 {to_name} 办理", "Passed to {to_name}")
    to: str
    to_name: str


@dataclass(frozen=True)
class CaseTakenOver(CaseEvent):
    """The deciding place took the case over (接手). Neither acceptance nor refusal."""

    KIND = _kind("taken_over", "审批地已接手", "Taken over by the deciding place")


@dataclass(frozen=True)
class CaseHandedBack(CaseEvent):
    """The deciding place did not take the case over (退回收件地). Never a non-acceptance for the citizen.

    `reason`: a code of `sentences.REASONS`. `proposal`: the recall that it answers, or empty. `note`: what a person added.
    """

    KIND = _kind(
        "handed_back", "退回收件地：{reason}", "Handed back to the receiving place: {reason}", sealed=("note",)
    )
    reason: str
    proposal: str = ""


@dataclass(frozen=True)
class CaseSentBack(CaseEvent):
    """After taking over, the deciding place lets the receiving place complete the papers (退回补全). Never a non-acceptance.

    `fields`, `materials`: what is to be completed, by the ids of the definition; may be empty, then the note says it.
    """

    KIND = _kind(
        "sent_back",
        "退回{to_name}补全：{reason}",
        "Sent back to {to_name} to be completed: {reason}",
        sealed=("note",),
    )
    to: str
    to_name: str
    reason: str
    fields: list[str]
    materials: list[str]


@dataclass(frozen=True)
class CaseCompleted(CaseEvent):
    """The receiving place completed what was sent back to it (补全). No correction by the applicant: their one list is untouched."""

    KIND = _kind("completed", "收件地已补全材料", "Completed by the receiving place", sealed=("application", "file"))


@dataclass(frozen=True)
class CaseMessage(CaseEvent):
    """A word from office to office (两地沟通), by whoever holds the case, for an officer of `place` in a `role`. Nodes may ignore it.

    `proposal`: the request with which the place that does not hold the case sent it, or empty.
    """

    KIND = _kind("message", "{place_name}留言", "A message of {place_name}", sealed=("message",), critical=False)
    place: str
    place_name: str
    role: str
    proposal: str = ""


@dataclass(frozen=True)
class CaseAccepted(CaseEvent):
    """Acceptance (受理) by the deciding place; the decision limit runs from here.

    `tolerated`: materials that may follow until `tolerated_until` (容缺受理). `deemed`: nobody said within the term what was missing
    (行政许可法 Art. 32 (1) no. 4), so it counts as accepted since the day of receipt, and the decision limit runs from that day.
    """

    KIND = _kind("accepted", "已受理", "Accepted")
    decision_due_on: str
    provisional: bool
    calendar: dict[str, str]
    tolerated: list[str] = field(default_factory=list)
    tolerated_until: str = ""
    deemed: bool = False


@dataclass(frozen=True)
class CaseNotAccepted(CaseEvent):
    """Non-acceptance (不予受理) by a person of the deciding place, with its article."""

    KIND = _kind("not_accepted", "不予受理（依据 {article}）", "Not accepted ({article})", sealed=("reasons",))
    article: str


@dataclass(frozen=True)
class CorrectionRequested(CaseEvent):
    """One list of all that is missing or wrong (一次性告知补正). `fields` and `materials` are ids of the definition.

    `due_on`: with the calendar that was used.
    """

    KIND = _kind(
        "correction_requested",
        "一次性告知需补正的内容，请于 {due_on} 前补正",
        "One list of what to correct, by {due_on}",
        sealed=("correction",),
    )
    fields: list[str]
    materials: list[str]
    due_on: str
    provisional: bool = False
    calendar: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseSupplemented(CaseEvent):
    """The applicant corrected the application (补正). `acceptance_due_on`: last day for accepting it, with the calendar that was used."""

    KIND = _kind("supplemented", "申请人已补正", "Corrected by the applicant", sealed=("application", "file"))
    proposal: str = ""
    acceptance_due_on: str = ""
    provisional: bool = False
    calendar: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseAssessed(CaseEvent):
    """The review points were evaluated (规则审查). `points`: id → true, false or unknown; the values read are sealed."""

    KIND = _kind("assessed", "已按审查要点核对", "Checked against the review points", sealed=("assessment",))
    outcome: str
    points: dict[str, str]
    definition: str


@dataclass(frozen=True)
class CaseApproved(CaseEvent):
    """The decision in favour (准予). By rules only where every point is true; an examiner may say on what ground (sealed)."""

    KIND = _kind("approved", "决定：准予备案", "Decided: granted", sealed=("reasons",))
    decided_by: str


@dataclass(frozen=True)
class CaseRefused(CaseEvent):
    """The decision against (不予), by a person, with reason (sealed), article and remedy (行政许可法 Art. 38 in spirit)."""

    KIND = _kind("refused", "决定：不予备案（依据 {article}）", "Decided: not granted ({article})", sealed=("reasons",))
    decided_by: str
    article: str


@dataclass(frozen=True)
class EffectFailed(CaseEvent):
    """The business system did not take the decision; it is tried again or a person looks (未生效)."""

    KIND = _kind(
        "effect_failed",
        "尚未生效：业务系统未确认（{reason}）",
        "Not yet effective: the business system did not confirm ({reason})",
    )
    reason: str
    permanent: bool


@dataclass(frozen=True)
class CaseEffective(CaseEvent):
    """The business system of the deciding agency acknowledged the result (生效)."""

    KIND = _kind("effective", "备案已生效，回执 {acknowledgement}", "In effect, acknowledged as {acknowledgement}")
    acknowledgement: str
    valid_from: str


@dataclass(frozen=True)
class CaseClosed(CaseEvent):
    """Nothing is left to do (办结)."""

    KIND = _kind("closed", "已办结", "Closed")


@dataclass(frozen=True)
class CaseWithdrawn(CaseEvent):
    """The applicant withdrew the application (撤回) before it was decided."""

    KIND = _kind("withdrawn", "申请人已撤回申请", "Withdrawn by the applicant")
    proposal: str = ""


@dataclass(frozen=True)
class CaseReassigned(CaseEvent):
    """The alliance gave the case of a suspended node to another place (指定接办); `to` stands where `before` stood from then on.

    `order`: the signed order of the alliance with the fence statements of all surviving places, base64. Who takes the event in checks it.
    """

    KIND = _kind(
        "reassigned",
        "联盟指定{to_name}接办，原由{before_name}办理",
        "Given to {to_name} by order of the alliance; it was with {before_name}",
    )
    before: str
    before_name: str
    to: str
    to_name: str
    order: str


@dataclass(frozen=True)
class ProposalDeclined(CaseEvent):
    """The writer could not put a request of the other place on the chain (请求未采纳)."""

    KIND = _kind("proposal_declined", "请求未采纳：{reason}", "Request not taken up: {reason}")
    proposal: str
    reason: str


_IN_ORDER: tuple[type[CaseEvent], ...] = (
    CaseSubmitted, CaseReceived, EvidenceAdded, CaseOffered, CaseTakenOver, CaseHandedBack, CaseAccepted, CaseNotAccepted,
    CorrectionRequested, CaseSupplemented, CaseAssessed, CaseApproved, CaseRefused, EffectFailed, CaseEffective, CaseClosed,
    CaseWithdrawn, ProposalDeclined, CaseSentBack, CaseCompleted, CaseMessage, CaseReassigned, *life.EVENTS,
    *inspection.EVENTS, *pledging.EVENTS, *documents.EVENTS, *licences.EVENTS,
)  # fmt: skip
EVENTS = {event.KIND.name: event for event in _IN_ORDER}
