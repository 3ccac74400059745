"""What the lists of one region sort and find by, beside state and desk. Plain Python; every mark is a column with an index of its own."""

from datetime import date
from typing import Any

from tongban.cases.inspection_changes import due_on
from tongban.cases.projection import Case


def marks(case: Case, region: str) -> dict[str, Any]:
    """`officer`: who examines it. `escalated`: the lamp of a warning that still counts. `asked`: the role that owes a countersignature.
    `unanswered`: the other place had the last word. `unserved`: a paper of this place has not reached the applicant.
    `inspection`: how far it is; `inspect_by`: until when somebody must act; `inspect_office`: whose it is, where that is of this place."""
    return {
        "officer": case.officer,
        "escalated": lamp_told(case),
        "asked": "" if case.final else next((entry["role"] for entry in case.countersigns if not entry["opinion"]), ""),
        "unanswered": not case.final and bool(case.messages) and case.messages[-1]["place"] != region,
        "unserved": any(paper["place"] == region and not paper["served"] for paper in case.papers),
        **_inspection(case, region),
    }


def lamp_told(case: Case) -> str:
    """Of the day that holds now; a day that was moved since silences it."""
    warning = case.escalated
    return str(warning["lamp"]) if warning and case.due_on and warning.get("due_on") == case.due_on else ""


def _inspection(case: Case, region: str) -> dict[str, Any]:
    found = case.inspection
    day = due_on(found) if found else ""
    return {
        "inspection": found.get("state", ""),
        "inspect_by": date.fromisoformat(day) if day else None,
        "inspect_office": found["office"] if found and found["place"] == region else "",
    }
