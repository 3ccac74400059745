"""Who may read cases, and who sees how the node does (三员分立: administrators read no case)."""

CASE_ROLES = ("reception", "acceptance", "examiner", "chief", "exit", "supervisor", "liaison")
NODE_ROLES = ("operator", "supervisor")
"""An operator acts, a supervisor is the second pair of eyes."""
