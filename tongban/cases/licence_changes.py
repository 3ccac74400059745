"""What the events of licences change in the current case: which licences the decision gave, and how they stand. Plain Python, no personal data."""

from typing import TYPE_CHECKING, Any

from tongban.cases.licence_events import LicenceChanged, LicenceIssued
from tongban.cases.life_changes import at_of, part_of
from tongban.cases.states import NotAllowedNow
from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

if TYPE_CHECKING:
    from tongban.cases.projection import Case

FIRST = "01"
"""The status of a licence that was just issued: valid."""


class LicenceNotGiven(NotAllowedNow):
    """Only a decision in favour gives a licence, each type once; and only one that was issued is changed."""

    text = Text("该办件没有给出这样的证照。", "The case gives no such licence.")
    advice = Text("请刷新页面，核对证照和决定。", "Reload the page and check the licence and the decision.")

    def __init__(self) -> None:
        Refused.__init__(self)


def _issued(case: "Case", event: StoredEvent) -> Json:
    body = LicenceIssued.read(event.payload.body)
    given = [(known["type"], known["decision"]) for known in case.licences]
    twice = (body.type, body.decision) in given or find_licence(case, body.identifier)
    if case.decision.get("outcome") != "approved" or twice or case.inspection.get("state") == "revoked":
        raise LicenceNotGiven
    licence: Json = {
        "identifier": body.identifier, "type": body.type, "number": body.number, "operation": body.operation, "decision": body.decision,
        "follows": body.follows, "status": FIRST, "seq": event.seq, "at": at_of(event), "changes": [],
    }  # fmt: skip
    return {"licences": (*case.licences, licence)}


def _changed(case: "Case", event: StoredEvent) -> Json:
    body = LicenceChanged.read(event.payload.body)
    if find_licence(case, body.identifier) is None:
        raise LicenceNotGiven
    change: Json = {
        "operation": body.operation, "status": body.status, "reason_code": body.reason_code, "article": body.article,
        "seq": event.seq, "at": at_of(event), "notice": part_of(event, "notice"),
    }  # fmt: skip
    return {
        "licences": tuple(
            known | {"status": body.status, "changes": [*known["changes"], change]}
            if known["identifier"] == body.identifier
            else known
            for known in case.licences
        )
    }


def find_licence(case: "Case", identifier: str) -> Json | None:
    return next((known for known in case.licences if known["identifier"] == identifier), None)


CHANGES: dict[str, Any] = {"licence_issued": _issued, "licence_changed": _changed}
