"""Who may read cases, and who sees how the node does (三员分立: administrators read no case)."""

from collections.abc import Collection

CASE_ROLES = ("reception", "acceptance", "examiner", "chief", "exit", "supervisor", "liaison")
NODE_ROLES = ("operator", "supervisor")
"""An operator acts, a supervisor is the second pair of eyes."""


def home_of(roles: Collection[str]) -> str:
    """The page at which somebody begins, and comes back to by the sign of the desk: the name of its route."""
    if set(roles) & set(CASE_ROLES):
        return "staff:worklist"
    if set(roles) & set(NODE_ROLES):
        return "staff:node"
    if "inspector" in roles:
        return "staff:supervision"
    if "helper" in roles:
        return "citizen:helping"
    return "staff:rules" if "catalogue_editor" in roles else "staff:worklist"
