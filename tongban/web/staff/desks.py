"""Which lists belong to which role."""

from collections.abc import Iterable

from tongban.kernel.text import Text
from tongban.web.desk_roles import CASE_ROLES, NODE_ROLES

__all__ = ["CASE_ROLES", "DESKS", "NODE_ROLES", "WORK", "own_desks", "shown_desks"]

DESKS = {
    "reception": Text("收件", "Reception"),
    "acceptance": Text("受理", "Acceptance"),
    "mine": Text("我的待审", "Assigned to me"),
    "examination": Text("审核", "Examination"),
    "decision": Text("待审定", "To be decided"),
    "countersign": Text("待我会签", "Countersignatures"),
    "effect": Text("待生效", "Taking effect"),
    "unserved": Text("待送达", "To be served"),
    "unanswered": Text("待回复", "To be answered"),
    "overdue": Text("已超期", "Overdue"),
    "escalated": Text("督办提醒", "Escalated"),
    "all": Text("全部", "All"),
}

WORK = ("reception", "acceptance", "examination", "decision", "effect")
"""Where a case waits for an office to act."""

_OWN = {
    "chief": ("decision", "countersign", "examination"),
    "examiner": ("mine", "examination", "countersign", "effect"),
    "acceptance": ("acceptance", "countersign"),
    "reception": ("reception",),
    "exit": ("unserved", "effect"),
    "supervisor": ("overdue", "escalated", "countersign", *WORK, "unserved", "unanswered"),
    "liaison": ("unanswered",),
}


def own_desks(roles: Iterable[str]) -> list[str]:
    """The desks of a clerk with several roles: the one where they decide most first, the one where a machine is waited for last."""
    held = set(roles)
    desks = dict.fromkeys(desk for role, own in _OWN.items() if role in held for desk in own)
    return sorted(desks, key=lambda desk: desk == "effect") or ["all"]


def shown_desks(roles: Iterable[str]) -> list[str]:
    """The same in the order of a case's way, and the list of all."""
    own = {*own_desks(roles), "all"}
    return [desk for desk in DESKS if desk in own]
