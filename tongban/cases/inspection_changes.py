"""How far the inspection after a decision is (批后核查): a table of its own inside the case, folded from its events. Plain Python.

It moves beside the states of the case: only a revocation changes both.
"""

from typing import TYPE_CHECKING, Any

from tongban.cases import inspection_events as kinds
from tongban.cases.life_changes import at_of, part_of
from tongban.cases.states import NotAllowedNow, NotThisPlace
from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

if TYPE_CHECKING:
    from tongban.cases.projection import Case

STATES: dict[str, Text] = {
    "asked": Text("待认领", "To be taken on"),
    "claimed": Text("核查中", "Being inspected"),
    "in_order": Text("核查相符", "Found as stated"),
    "differs": Text("核查不符", "Found otherwise"),
    "ordered": Text("限期改正中", "To be put right"),
    "corrected": Text("已改正", "Put right"),
    "revoked": Text("已撤销", "Revoked"),
}
OPEN = ("asked", "claimed", "differs", "ordered")
"""Somebody still has to act."""
_TABLE: dict[tuple[str, str], str] = {
    ("", "inspection_asked"): "asked",
    ("asked", "inspection_claimed"): "claimed",
    ("claimed", "inspection_claimed"): "claimed",
    ("differs", "inspection_claimed"): "differs",
    ("ordered", "inspection_claimed"): "ordered",
    ("differs", "ordered_to_correct"): "ordered",
    ("ordered", "ordered_to_correct"): "ordered",
    ("ordered", "order_met"): "corrected",
    ("differs", "revoked"): "revoked",
    ("ordered", "revoked"): "revoked",
    **{(state, "inspection_overdue"): state for state in OPEN},
    ("revoked", "revocation_told"): "revoked",
}


class InspectionElsewhere(NotAllowedNow):
    """The inspection is not where this could follow."""

    text = Text(
        "批后核查当前为“{state_zh}”，不能进行此操作。", "The inspection is now “{state_en}”; this cannot follow."
    )
    advice = Text("请刷新页面，查看核查的最新情况。", "Reload the page to see how far the inspection is.")

    def __init__(self, state: str) -> None:
        label = STATES.get(state, Text("未推送", "Not asked for"))
        Refused.__init__(self, state_zh=label.zh, state_en=label.en)


def next_inspection(state: str, event: str, *, finding: str = "") -> str:
    """`event` is the kind's short name. Raises `InspectionElsewhere`."""
    if event == "inspected" and state == "claimed" and finding in {"in_order", "differs"}:
        return finding
    following = _TABLE.get((state, event))
    if not following:
        raise InspectionElsewhere(state)
    return following


def _moved(case: "Case", event: StoredEvent, finding: str = "") -> str:
    name = event.payload.kind_name.removeprefix("cases.")
    return next_inspection(str(case.inspection.get("state", "")), name, finding=finding)


def _by_who_inspects(case: "Case", event: StoredEvent) -> None:
    """Only the place whose office supervises it. Raises `NotThisPlace`."""
    place = str(event.payload.body.get("place") or event.payload.region)
    if case.inspection and place != case.inspection["place"]:
        raise NotThisPlace(region=place)


def _asked(case: "Case", event: StoredEvent) -> Json:
    body = kinds.InspectionAsked.read(event.payload.body)
    state = _moved(case, event)
    if body.inspecting not in {case.receiving, case.deciding}:
        raise NotThisPlace(region=body.inspecting)
    return {
        "inspection": {
            "state": state, "office": body.office, "place": body.inspecting, "pledged": body.pledged, "due_on": body.due_on,
            "asked_at": at_of(event), "orders": [],
        }
    }  # fmt: skip


def _claimed(case: "Case", event: StoredEvent) -> Json:
    body = kinds.InspectionClaimed.read(event.payload.body)
    claimed: Json = {"state": _moved(case, event), "officer": body.officer, "claimed_at": at_of(event)}
    _by_who_inspects(case, event)
    return {
        "inspection": case.inspection | claimed | {"inspectors": sorted({*inspectors(case.inspection), body.officer})}
    }


def _inspected(case: "Case", event: StoredEvent) -> Json:
    body = kinds.CaseInspected.read(event.payload.body)
    state = _moved(case, event, body.finding)
    _by_who_inspects(case, event)
    answer = {
        "finding": body.finding, "points": list(body.points), "article": body.article, "at": at_of(event),
        "by": case.inspection["officer"], "notice": part_of(event, "notice"),
    }  # fmt: skip
    return {"inspection": case.inspection | {"state": state, "answer": answer}}


def _ordered(case: "Case", event: StoredEvent) -> Json:
    body = kinds.OrderedToCorrect.read(event.payload.body)
    state = _moved(case, event)
    _by_who_inspects(case, event)
    order = {"due_on": body.due_on, "article": body.article, "at": at_of(event), "notice": part_of(event, "notice")}
    return {"inspection": case.inspection | {"state": state, "orders": [*case.inspection["orders"], order]}}


def _met(case: "Case", event: StoredEvent) -> Json:
    state = _moved(case, event)
    _by_who_inspects(case, event)
    met = {"at": at_of(event), "notice": part_of(event, "notice")}
    return {"inspection": case.inspection | {"state": state, "met": met}}


def _overdue(case: "Case", event: StoredEvent) -> Json:
    due_on = kinds.InspectionOverdue.read(event.payload.body).due_on
    return {"inspection": case.inspection | {"state": _moved(case, event), "told_late": due_on}}


def _revoked(case: "Case", event: StoredEvent) -> Json:
    body = kinds.CaseRevoked.read(event.payload.body)
    revoked = {"article": body.article, "at": at_of(event), "notice": part_of(event, "notice")}
    return {"inspection": case.inspection | {"state": _moved(case, event), "revoked": revoked, "told": {}}}


def _told(case: "Case", event: StoredEvent) -> Json:
    body = kinds.RevocationTold.read(event.payload.body)
    state = _moved(case, event)
    told = case.inspection["told"] | {body.system: body.acknowledgement}
    return {"inspection": case.inspection | {"state": state, "told": told}}


CHANGES: dict[str, Any] = {
    "inspection_asked": _asked,
    "inspection_claimed": _claimed,
    "inspected": _inspected,
    "ordered_to_correct": _ordered,
    "order_met": _met,
    "inspection_overdue": _overdue,
    "revoked": _revoked,
    "revocation_told": _told,
}


def inspectors(inspection: Json) -> frozenset[str]:
    """Everybody who ever took it on: only they answer and order. A fold of before they were kept knows the last one and who answered."""
    known = {inspection.get("officer", ""), inspection.get("answer", {}).get("by", "")}
    return frozenset({*inspection.get("inspectors", ()), *known} - {""})


def due_on(inspection: Json) -> str:
    """The day by which somebody must act; empty where nobody must, or by no day."""
    if inspection.get("state") not in OPEN:
        return ""
    orders = inspection["orders"]
    return str(orders[-1]["due_on"] if orders else inspection["due_on"])
