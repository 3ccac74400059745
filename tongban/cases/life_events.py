"""What may happen to a case beside the straight road: sent home before receipt, paused, extended, assigned, looked at by two, served, rated.

`place`: the region whose act it is, where the place that does not hold the case may ask for the event; `proposal`: its request, or empty.
Officers are pseudonyms that resolve at their own office only.
"""

from dataclasses import dataclass, field

from tongban.cases.bodies import CaseEvent
from tongban.cases.bodies import case_kind as _kind


@dataclass(frozen=True)
class IdentityChecked(CaseEvent):
    """Who stands at the counter or is signed in was checked (核验身份). `means`: card-reader, document-seen, unified, sms or mandate.
    `face`: matched (by a machine), officer (the clerk's word) or not-done."""

    KIND = _kind(
        "identity_checked",
        "身份核验：{means}，人像比对：{face}",
        "Identity checked: {means}, face: {face}",
        critical=False,
    )
    means: str
    face: str


@dataclass(frozen=True)
class PrecheckReturned(CaseEvent):
    """Before receipt the receiving place lets the applicant change the application (退回预审); counted and timed, no term runs.

    `reason`: a code of `sentences.REASONS`; `fields`, `materials`: ids of the definition.
    """

    KIND = _kind(
        "precheck_returned", "预审退回修改：{reason}", "Sent home before receipt: {reason}", sealed=("notice",)
    )
    reason: str
    fields: list[str]
    materials: list[str]


@dataclass(frozen=True)
class CaseResubmitted(CaseEvent):
    """The applicant changed what the pre-check named and handed it in again (重新提交)."""

    KIND = _kind("resubmitted", "申请人修改后重新提交", "Changed and handed in again", sealed=("application", "file"))


@dataclass(frozen=True)
class CorrectionAllowed(CaseEvent):
    """A supervisor allows one more list of corrections, with a reason (准许再次告知补正). Counted."""

    KIND = _kind("correction_allowed", "督查员准许再次告知补正", "A supervisor allowed one more list", sealed=("note",))


@dataclass(frozen=True)
class ToleratedSupplied(CaseEvent):
    """Materials that were allowed to follow have come (容缺补交)."""

    KIND = _kind(
        "tolerated_supplied", "容缺材料已补交", "Materials that could follow have come", sealed=("application", "file")
    )
    materials: list[str]
    place: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class SpecialStarted(CaseEvent):
    """A special procedure outside the decision limit begins (特别程序，行政许可法 Art. 45). `until`: the day told to the applicant.

    `procedure`: site_visit, expert_review, hearing, test or announcement. `basis`: the provision.
    """

    KIND = _kind(
        "special_started",
        "进入特别程序：{procedure}，期间不计入办理时限（依据 {basis}）",
        "Special procedure: {procedure}; this time does not count ({basis})",
        sealed=("notice",),
    )
    procedure: str
    basis: str
    until: str


@dataclass(frozen=True)
class SpecialEnded(CaseEvent):
    """The special procedure has ended; the working days that were left run on (特别程序结束)."""

    KIND = _kind(
        "special_ended",
        "特别程序结束，办理期限为 {decision_due_on}",
        "Special procedure ended; to be decided by {decision_due_on}",
        sealed=("note",),
    )
    decision_due_on: str
    provisional: bool
    calendar: dict[str, str]


@dataclass(frozen=True)
class LimitExtended(CaseEvent):
    """The decision limit was extended, once, by the head of the office, with reasons told to the applicant (延期，行政许可法 Art. 42)."""

    KIND = _kind(
        "extended",
        "延长办理期限 {days} 个工作日，至 {decision_due_on}",
        "Extended by {days} working days, to {decision_due_on}",
        sealed=("notice",),
    )
    days: int
    decision_due_on: str
    provisional: bool
    calendar: dict[str, str]


@dataclass(frozen=True)
class OfficerAssigned(CaseEvent):
    """An officer is to examine it (分派). `how`: random or by-hand."""

    KIND = _kind("assigned", "已分派审核人员（{how}）", "An examiner is assigned ({how})", critical=False)
    officer: str
    how: str


@dataclass(frozen=True)
class OfficerRecused(CaseEvent):
    """An officer does nothing on this case any more (回避)."""

    KIND = _kind("recused", "一名工作人员回避", "An officer is recused", sealed=("note",), critical=False)
    officer: str


@dataclass(frozen=True)
class CaseExamined(CaseEvent):
    """The opinion of the first pair of eyes (审核意见). `recommends`: approve or refuse; `article` only for the latter."""

    KIND = _kind("examined", "审核意见：{recommends}", "Examined: {recommends}", sealed=("opinion",))
    recommends: str
    article: str = ""


@dataclass(frozen=True)
class CountersignAsked(CaseEvent):
    """Somebody of another role is asked for an opinion; the decision waits for it (会签)."""

    KIND = _kind(
        "countersign_asked", "请{role}会签", "Asked for a countersignature: {role}", sealed=("note",), critical=False
    )
    role: str


@dataclass(frozen=True)
class Countersigned(CaseEvent):
    """The opinion that was asked for (会签意见). `opinion`: agree or disagree."""

    KIND = _kind(
        "countersigned", "{role}会签：{opinion}", "Countersigned by {role}: {opinion}", sealed=("note",), critical=False
    )
    role: str
    opinion: str


@dataclass(frozen=True)
class CaseUrged(CaseEvent):
    """Somebody asked to hurry (催办). `by`: applicant or office."""

    KIND = _kind("urged", "{by}催办", "{by} asked to hurry", critical=False)
    by: str
    place: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class CaseEscalated(CaseEvent):
    """The clock of the office has come near its end, or over it, and a supervisor is told (督办). `lamp`: yellow, red or overdue."""

    KIND = _kind(
        "escalated", "时限提醒（{lamp}），已提请{to}督办", "Time limit ({lamp}): {to} was told", critical=False
    )
    lamp: str
    to: str
    due_on: str


@dataclass(frozen=True)
class PaperIssued(CaseEvent):
    """A paper of the procedure was made (出具文书). `number`: 文号; `digest`: SHA-256 of its PDF, hex."""

    KIND = _kind(
        "paper_issued", "出具文书：{paper}，文号 {number}", "Paper issued: {paper}, number {number}", critical=False
    )
    paper: str
    number: str
    office: str
    issued_on: str
    digest: str
    place: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class PaperServed(CaseEvent):
    """A paper reached the applicant (送达); the service receipt closes it. `way`: online, counter or courier.

    `issuer`: whose paper it is, where that is not `place`.
    """

    KIND = _kind(
        "served",
        "文书 {number} 已送达（{way}）",
        "Paper {number} served ({way})",
        sealed=("signature",),
        critical=False,
    )
    number: str
    way: str
    served_on: str = ""
    place: str = ""
    proposal: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class CaseRated(CaseEvent):
    """The applicant rated (好差评) the receiving `window` or the `result`; `grade` 5 is the best; `tags` are fixed codes."""

    KIND = _kind(
        "rated", "{about}评价：{grade} 分", "Rated the {about}: {grade} of 5", sealed=("words",), critical=False
    )
    about: str
    grade: int
    tags: list[str] = field(default_factory=list)
    place: str = ""
    proposal: str = ""


@dataclass(frozen=True)
class CaseArchived(CaseEvent):
    """The record was closed and is kept (归档). `until`: the last day of keeping."""

    KIND = _kind("archived", "已归档，保存至 {until}", "Archived; kept until {until}")
    retention_years: int
    until: str


@dataclass(frozen=True)
class DocumentSealed(CaseEvent):
    """A licence or a paper got its electronic seal (加盖电子印章); the sealed file is its part `file`. `subject`: licence or paper; `ref`: identifier
    of the licence, or hash of the paper. `document`, `digest`: SHA-256 of the file without and with the seal, hex.

    `suite`: P256 (a PDF) or SM2 (an OFD); `level`: of the signature, such as B-LT.
    """

    KIND = _kind(
        "document_sealed",
        "已加盖电子印章（{level}）",
        "Sealed electronically ({level})",
        sealed=("file",),
        critical=False,
    )
    subject: str
    ref: str
    suite: str
    level: str
    document: str
    digest: str
    place: str = ""
    proposal: str = ""


EVENTS: tuple[type[CaseEvent], ...] = (
    IdentityChecked, PrecheckReturned, CaseResubmitted, CorrectionAllowed, ToleratedSupplied, SpecialStarted, SpecialEnded, LimitExtended,
    OfficerAssigned, OfficerRecused, CaseExamined, CountersignAsked, Countersigned, CaseUrged, CaseEscalated, PaperIssued, PaperServed,
    DocumentSealed, CaseRated, CaseArchived,
)  # fmt: skip
