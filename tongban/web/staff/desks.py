"""Which desk belongs to which role."""

from collections.abc import Iterable

from tongban.kernel.text import Text
from tongban.web.desk_roles import CASE_ROLES, NODE_ROLES

__all__ = ["CASE_ROLES", "DESKS", "NODE_ROLES", "own_desks"]

DESKS = {
    "reception": Text("收件", "Reception"),
    "acceptance": Text("受理", "Acceptance"),
    "examination": Text("审核", "Examination"),
    "effect": Text("待生效", "Taking effect"),
    "all": Text("全部", "All"),
}

_OWN_DESK = {
    "examiner": "examination",
    "chief": "examination",
    "acceptance": "acceptance",
    "reception": "reception",
    "exit": "effect",
}


def own_desks(roles: Iterable[str]) -> list[str]:
    """The desks of a clerk with several roles, the one where they decide most first."""
    held = set(roles)
    return list(dict.fromkeys(desk for role, desk in _OWN_DESK.items() if role in held)) or ["all"]
