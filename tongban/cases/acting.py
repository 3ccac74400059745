"""What a person may do with a case now: the buttons of a page. Plain Python; the services check again. Names are those of services."""

from collections.abc import Callable
from typing import Any

from tongban.cases import sentences
from tongban.cases.projection import Case
from tongban.cases.states import ENDED, PLEDGE_WITHDRAWABLE, UNDER_A_CLOCK, WITHDRAWABLE
from tongban.cases.talk import TALKING
from tongban.catalogue.definition import Definition, Policy
from tongban.kernel.actors import Actor

LEGAL_EXTENSION = 10
"""Working days (行政许可法 Art. 42)."""


def actions(case: Case, definition: Definition, *, region: str, by: Actor) -> frozenset[str]:
    """What `by` may do now with this copy. Who is recused does nothing."""
    if by.kind == "staff" and by.ref in case.recused:
        return frozenset()
    held = {
        name for name, (roles, allowed) in _ACTIONS.items() if _may(by, name, roles) and bool(allowed(case, region))
    }
    return frozenset(held - _not_for(case, definition, by))


def asked_already(between: sentences.Between) -> set[str]:
    """One request of a kind is enough, but for messages."""
    return {kind.removeprefix("cases.") for kind in between.asked} - {"message"}


def _not_for(case: Case, definition: Definition, by: Actor) -> set[str]:
    """What the item, or what this person did before, leaves out."""
    left_out: set[str] = set()
    if not may_decide(case, definition.policy, by):
        left_out |= {"approve", "refuse"}
    if definition.policy.single_examiner:
        left_out.add("examine_case")
    if case.tolerated:
        left_out.add("approve")
    if by.kind == "staff" and by.region == case.writer and not case.offered_to:
        left_out.add("urge_case")
    if not longest_extension(definition):
        left_out.add("extend_limit")
    if definition.situation(case.situation).pledge is None:
        left_out |= {"withdraw_pledge", "offer_ordinary_way"}
    return left_out if find_question(case, by) else left_out | {"countersign"}


def may_decide(case: Case, policy: Policy, by: Actor) -> bool:
    if any(not entry["opinion"] for entry in case.countersigns):
        return False
    return policy.single_examiner or bool(case.examined and by.may("chief") and by.ref not in before_the_decision(case))


def before_the_decision(case: Case) -> frozenset[str]:
    """Officers who have accepted or examined it."""
    return frozenset({case.accepted_by, *case.examiners} - {"", "system"})


def find_question(case: Case, by: Actor) -> str:
    """The role in which `by` is to countersign, or "": nobody answers what they asked."""
    first: dict[str, str] = {}
    for entry in case.countersigns:
        if not entry["opinion"]:
            first.setdefault(entry["role"], entry["asked_by"])
    return next((role for role, asked_by in first.items() if by.may(role) and asked_by != by.ref), "")


def longest_extension(definition: Definition) -> int:
    """Working days; what the item says, and never more than the law's ten."""
    return min(definition.limits.extend.days, LEGAL_EXTENSION) if definition.limits.extend else 0


_UNDER_A_MANDATE = {
    "supplement": "correct", "resubmit": "correct", "supply_tolerated": "correct", "withdraw": "withdraw",
    "withdraw_pledge": "pledge",
}  # fmt: skip
"""What an agent may do with a case, and the act that the mandate must list. Nothing else: nobody rates on another's behalf."""


def _may(by: Actor, name: str, roles: frozenset[str]) -> bool:
    if by.behalf:
        return _UNDER_A_MANDATE.get(name) in by.behalf.acts
    return bool(by.roles & roles)


def _mine(case: Case, region: str) -> bool:
    return case.deciding == region == case.writer and not case.offered_to


Allowed = Callable[[Case, str], Any]


def _deciding(*states: str) -> Allowed:
    """A received case is for a person once the rules have looked at it: until then they may still decide it by themselves."""
    return lambda case, region: (
        _mine(case, region) and case.state in states and (case.state != "received" or case.assessed_at)
    )


def _at(*states: str) -> Allowed:
    """Held by the deciding place, in one of these states, whatever the rules have done."""
    return lambda case, region: _mine(case, region) and case.state in states


def _before_receipt(state: str) -> Allowed:
    return lambda case, region: case.receiving == region == case.writer and case.state == state


def _withdrawable(case: Case, region: str) -> bool:
    return case.receiving == region and case.state in WITHDRAWABLE


def _pledge_withdrawable(case: Case, region: str) -> bool:
    with_the_office = case.writer == case.deciding or case.offered_to == case.deciding
    return case.receiving == region and with_the_office and case.state in PLEDGE_WITHDRAWABLE


def _not_yet_passed_on(case: Case, region: str) -> bool:
    return case.receiving == region == case.writer and case.state == "received" and not case.offered_to


def _came_back(case: Case, region: str) -> bool:
    asked = case.returned.get("fields") or case.returned.get("materials")
    return _not_yet_passed_on(case, region) and bool(asked)


def _between_two(case: Case, region: str) -> bool:
    return case.receiving != case.deciding and region in {case.receiving, case.deciding}


def _list_lawful(case: Case, region: str) -> bool:
    return case.corrections <= case.corrections_allowed


def _ratable(case: Case, region: str) -> bool:
    due = {"window"} if case.received_at else set()
    due |= {"result"} if case.decision else set()
    return bool(due - {rating["about"] for rating in case.ratings})


def both(*conditions: Allowed) -> Allowed:
    return lambda case, region: all(condition(case, region) for condition in conditions)


_OFFICER = frozenset({"acceptance", "examiner"})
_EXAMINER = frozenset({"examiner", "chief"})
_APPLICANT = frozenset({"citizen", "reception"})
_URGING = frozenset({"citizen", "reception", "acceptance", "examiner", "chief", "supervisor", "liaison"})
_UNDER_WAY = ("received", "awaiting_correction", "accepted", "examining", "special_procedure")

_ACTIONS: dict[str, tuple[frozenset[str], Allowed]] = {
    "receive_case": (frozenset({"reception"}), _before_receipt("submitted")),
    "return_to_applicant": (frozenset({"reception"}), _before_receipt("submitted")),
    "resubmit": (_APPLICANT, _before_receipt("returned")),
    "hand_over": (frozenset({"reception"}), _not_yet_passed_on),
    "accept": (_OFFICER, _deciding("received")),
    "not_accept": (_OFFICER, _deciding("received", "awaiting_correction")),
    "request_correction": (_OFFICER, both(_deciding("received"), _list_lawful)),
    "allow_second_correction": (
        frozenset({"supervisor"}),
        lambda case, region: _at("received")(case, region) and not _list_lawful(case, region),
    ),
    "examine_case": (frozenset({"examiner"}), _deciding("received", "accepted", "examining")),
    "approve": (_EXAMINER, _deciding("received", "accepted", "examining")),
    "refuse": (_EXAMINER, _deciding("received", "accepted", "examining")),
    "start_special_procedure": (_EXAMINER, _at("accepted", "examining")),
    "end_special_procedure": (_EXAMINER, _at("special_procedure")),
    "extend_limit": (
        frozenset({"chief"}),
        lambda case, region: _at("accepted", "examining")(case, region) and not case.extended,
    ),
    "assign_officer": (frozenset({"acceptance", "chief", "supervisor"}), _at(*_UNDER_WAY, "decided_pending_effect")),
    "recuse": (
        frozenset({"acceptance", "examiner", "chief", "supervisor"}),
        _at(*_UNDER_WAY, "decided_pending_effect"),
    ),
    "ask_countersign": (_EXAMINER, _at("accepted", "examining", "special_procedure")),
    "countersign": (
        frozenset({"examiner", "chief", "supervisor", "liaison"}),
        _at("accepted", "examining", "special_procedure"),
    ),
    "retry_effect": (
        frozenset({"examiner"}),
        lambda case, region: _mine(case, region) and case.effect.get("state") == "failed",
    ),
    "recall": (
        frozenset({"reception"}),
        lambda case, region: case.receiving == region == case.writer and bool(case.offered_to),
    ),
    "hand_back": (_OFFICER, lambda case, region: case.deciding == region == case.offered_to),
    "send_back": (
        _OFFICER,
        lambda case, region: _deciding("received")(case, region) and case.receiving != case.deciding,
    ),
    "complete": (frozenset({"reception"}), _came_back),
    "message": (frozenset(TALKING), _between_two),
    "supplement": (_APPLICANT, lambda case, region: case.receiving == region and case.state == "awaiting_correction"),
    "supply_tolerated": (
        _APPLICANT,
        lambda case, region: case.receiving == region and bool(case.tolerated) and not case.final,
    ),
    "withdraw": (_APPLICANT, _withdrawable),
    "withdraw_pledge": (_APPLICANT, _pledge_withdrawable),
    "offer_ordinary_way": (_OFFICER | _EXAMINER, _deciding("received", "accepted", "examining")),
    "urge_case": (
        _URGING,
        lambda case, region: case.state in {"submitted", "special_procedure", *UNDER_A_CLOCK},
    ),
    "rate": (frozenset({"citizen"}), _ratable),
    "revoke": (
        frozenset({"chief"}),
        lambda case, region: _mine(case, region) and case.inspection.get("state") in {"differs", "ordered"},
    ),
    "archive_case": (
        frozenset({"examiner", "chief", "exit"}),
        lambda case, region: case.writer == region and not case.offered_to and case.state in ENDED,
    ),
}
