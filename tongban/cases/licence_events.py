"""The licence that a decision gave (电子证照): issued, and what happened to it since. Who holds it and what it says is sealed in `licence`.

`face` is what was signed and is shown as a code; it holds no personal data, and stands in clear so that the record proves it.
"""

from dataclasses import dataclass

from tongban.cases.bodies import CaseEvent
from tongban.cases.bodies import case_kind as _kind
from tongban.kernel.events import Json


@dataclass(frozen=True)
class LicenceIssued(CaseEvent):
    """The deciding place issued a licence (签发证照). `type`: id of the licence type; `signature`: base64, by the licence key that the face names.

    `decision`: position of the decision that gives it; `follows`: identifier of the version before, or "".
    """

    KIND = _kind(
        "licence_issued", "已签发证照 {number}", "Licence {number} issued", sealed=("licence",), critical=False
    )
    identifier: str
    type: str
    number: str
    operation: str
    decision: int
    face: Json
    signature: str
    follows: str = ""


@dataclass(frozen=True)
class LicenceChanged(CaseEvent):
    """Something was done with an issued licence (证照状态变更): suspended, released, revoked, cancelled … Why is told in `notice`.

    `status`: 01 to 99 as in the metadata of e-licences; `reason_code`: of a fixed list; `article`: the provision, where one is needed.
    `proposed_by`: whoever asked for what cannot be undone; the event's author is then who confirmed it (复核).
    """

    KIND = _kind(
        "licence_changed",
        "证照{operation}（{reason_code}）",
        "Licence: {operation} ({reason_code})",
        sealed=("notice",),
        critical=False,
    )
    identifier: str
    operation: str
    status: str
    reason_code: str
    article: str = ""
    proposed_by: str = ""


EVENTS: tuple[type[CaseEvent], ...] = (LicenceIssued, LicenceChanged)
