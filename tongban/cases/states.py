"""Which event leads from which state to which. The whole table can be printed: `python -m tongban.cases.states`."""

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

STATES: dict[str, Text] = {
    "submitted": Text("已提交，待收件", "Handed in, waiting to be received"),
    "returned": Text("预审退回，待修改", "Sent home before receipt, to be changed"),
    "received": Text("已收件，待受理", "Received, waiting for acceptance"),
    "awaiting_correction": Text("待补正", "Waiting for correction"),
    "not_accepted": Text("不予受理", "Not accepted"),
    "accepted": Text("已受理", "Accepted"),
    "examining": Text("审核中", "Being examined"),
    "special_procedure": Text("特别程序（不计时）", "Special procedure (the clock is stopped)"),
    "decided_pending_effect": Text("已决定，待生效", "Decided, waiting to take effect"),
    "effective": Text("已生效", "In effect"),
    "refused": Text("不予决定", "Not granted"),
    "withdrawn": Text("已撤回", "Withdrawn"),
    "closed": Text("已办结", "Closed"),
    "revoked": Text("决定已撤销", "Decision revoked"),
    "archived": Text("已归档", "Archived"),
}

ENDED = ("not_accepted", "refused", "withdrawn", "closed", "revoked")
FINAL = frozenset({*ENDED, "archived"})
"""Nothing is decided any more, but for a revocation of what was granted; only the archive follows."""
WITHDRAWABLE = (
    "submitted",
    "returned",
    "received",
    "awaiting_correction",
    "accepted",
    "examining",
    "special_procedure",
)
"""Before the decision."""
PLEDGE_WITHDRAWABLE = ("received", "awaiting_correction", "accepted", "examining", "special_procedure")
"""Before the decision, once an office has it."""
UNDER_A_CLOCK = ("received", "accepted", "examining", "decided_pending_effect")
"""An office must act by a day."""

_STAFFING = ("assigned", "recused")
_OPINIONS = ("countersign_asked", "countersigned")
_INSPECTION = (
    "inspection_asked", "inspection_claimed", "inspected", "ordered_to_correct", "order_met", "inspection_overdue", "revocation_told",
)  # fmt: skip
"""After the decision; how they follow one another says `inspection_changes.py`."""
_SAME = {
    "submitted": ("identity_checked", "pledged", "urged"),
    "received": (
        "evidence_added", "document_read", "offered", "taken_over", "handed_back", "sent_back", "completed", "assessed", "proposal_declined",
        "correction_allowed", "urged", "escalated", *_STAFFING,
    ),
    "accepted": ("document_read", "proposal_declined", "tolerated_supplied", "extended", "urged", "escalated", *_STAFFING, *_OPINIONS),
    "examining": (
        "document_read", "assessed", "proposal_declined", "tolerated_supplied", "extended", "examined", "urged", "escalated", *_STAFFING, *_OPINIONS,
    ),
    "special_procedure": ("proposal_declined", "tolerated_supplied", "urged", *_STAFFING, *_OPINIONS),
    "awaiting_correction": ("proposal_declined", *_STAFFING),
    "decided_pending_effect": ("effect_failed", "proposal_declined", "urged", "escalated", *_STAFFING),
    "effective": ("proposal_declined",),
    **dict.fromkeys(FINAL, ("proposal_declined",)),
    **dict.fromkeys(("closed", "revoked", "archived"), ("proposal_declined", *_INSPECTION)),
}  # fmt: skip
ANYWHERE = ("message", "reassigned", "paper_issued", "document_sealed", "served", "rated")
"""Papers, their service and the applicant's opinion also come after the end."""
_GRANTED = ("decided_pending_effect", "effective", "closed", "revoked", "archived")
_LICENCE = ("licence_issued", "licence_changed")
"""Once it was granted; which licences there may be says `licence_changes.py`."""

TABLE: dict[tuple[str | None, str], str] = {
    (None, "submitted"): "submitted",
    ("submitted", "received"): "received",
    ("submitted", "precheck_returned"): "returned",
    ("returned", "resubmitted"): "submitted",
    ("received", "correction_requested"): "awaiting_correction",
    ("received", "not_accepted"): "not_accepted",
    ("received", "accepted"): "accepted",
    ("awaiting_correction", "supplemented"): "received",
    ("awaiting_correction", "not_accepted"): "not_accepted",
    ("accepted", "assessed"): "examining",
    ("accepted", "approved"): "decided_pending_effect",
    ("accepted", "refused"): "refused",
    ("accepted", "examined"): "examining",
    ("accepted", "special_started"): "special_procedure",
    ("examining", "approved"): "decided_pending_effect",
    ("examining", "refused"): "refused",
    ("examining", "special_started"): "special_procedure",
    ("special_procedure", "special_ended"): "examining",
    ("decided_pending_effect", "effective"): "effective",
    ("effective", "closed"): "closed",
    ("closed", "revoked"): "revoked",
    ("archived", "revoked"): "revoked",
    **{(state, event): state for state, events in _SAME.items() for event in events},
    **{(state, "withdrawn"): "withdrawn" for state in WITHDRAWABLE},
    **{(state, "pledge_withdrawn"): "awaiting_correction" for state in PLEDGE_WITHDRAWABLE},
    **{(state, "pledge_not_open"): "awaiting_correction" for state in ("received", "accepted", "examining")},
    **{(state, "archived"): "archived" for state in ENDED},
    **{(state, event): state for state in STATES for event in ANYWHERE},
    **{(state, event): state for state in _GRANTED for event in _LICENCE},
}


RECEIVING, DECIDING = "receiving", "deciding"
ORDERED = "ordered"
"""Whoever the alliance's order names, which the exchange has checked."""
AUTHORS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("submitted", "received", "evidence_added", "offered", "completed", "identity_checked", "precheck_returned", "resubmitted",
         "pledged"),
        frozenset({RECEIVING}),
    ),
    **dict.fromkeys(
        ("withdrawn", "proposal_declined", "taken_over", "message", "urged", "escalated", "paper_issued", "document_sealed", "served", "rated",
         "archived", "inspection_claimed", "inspected", "ordered_to_correct", "order_met"),
        frozenset({RECEIVING, DECIDING}),
    ),
    "reassigned": frozenset({ORDERED}),
    **dict.fromkeys(
        ("handed_back", "sent_back", "accepted", "not_accepted", "correction_requested", "supplemented", "assessed", "approved",
         "refused", "effect_failed", "effective", "closed", "correction_allowed", "tolerated_supplied", "special_started", "special_ended",
         "extended", "assigned", "recused", "examined", "countersign_asked", "countersigned", "inspection_asked", "inspection_overdue",
         "revoked", "revocation_told", "pledge_withdrawn", "pledge_not_open", "document_read", *_LICENCE),
        frozenset({DECIDING}),
    ),
}  # fmt: skip
"""Which place may write which event. Holding the case is not enough: the power to decide stays with the deciding place."""


class NotThisPlace(Refused):
    """This place may not write this event, even while it holds the case."""

    status = 403
    text = Text("此步骤不由 {region} 办理。", "This step is not for {region} to take.")
    advice = Text(
        "收件地负责收件，审批地负责受理和决定。",
        "The receiving place receives; the deciding place accepts and decides.",
    )


class NotAllowedNow(Refused):
    """The case is not in a state in which this can happen."""

    text = Text("办件当前状态为“{state_zh}”，不能进行此操作。", "The case is now “{state_en}”; this cannot be done.")
    advice = Text("请刷新页面，查看办件的最新状态。", "Reload the page to see where the case stands.")

    def __init__(self, state: str | None) -> None:
        label = STATES.get(state or "", Text("草稿", "Draft"))
        super().__init__(state_zh=label.zh, state_en=label.en)


def next_state(state: str | None, event: str) -> str:
    """`event` is the kind's short name, e.g. "received". Raises `NotAllowedNow`."""
    following = TABLE.get((state, event))
    if following is None:
        raise NotAllowedNow(state)
    return following


def require_author(event: str, region: str, *, receiving: str, deciding: str) -> None:
    """Raises `NotThisPlace`. Where one region is both, it may write both."""
    places = {RECEIVING: receiving, DECIDING: deciding, ORDERED: region}
    if region not in {places[place] for place in AUTHORS[event]}:
        raise NotThisPlace(region=region)


def diagram() -> str:
    """The table as lines of a Mermaid state diagram."""
    lines = [
        f"    {before or '[*]'} --> {after} : {event}" for (before, event), after in TABLE.items() if before != after
    ]
    return "\n".join(["stateDiagram-v2", *lines, *(f"    {state} --> [*]" for state in sorted(FINAL))])


if __name__ == "__main__":
    print(diagram())
