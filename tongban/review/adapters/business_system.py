"""Business systems (业务系统) that put a decision into effect: the insurance platform, the register of licences, a payroll …

All are told alike; a definition names its own as `effect`. What was decided takes effect when the system acknowledges.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from tongban.review.adapters.base import Endpoint, Person, Silent, as_json, post
from tongban.rules.facts import Value


@dataclass(frozen=True, slots=True)
class Filing:
    """What one decided case does to the person's filings or licences. `elements`: what the applicant stated and this system is told.

    `action` is add, change, cancel, correct, supply, renew or reissue; `term` long or temporary where a filing is made; `place` the
    city it is made for; `proof_due_on` the day until which what was pledged must follow.
    """

    person: Person
    number: str
    item: str
    situation: str
    deciding: str
    elements: Mapping[str, Value] = field(default_factory=dict)
    action: str = "add"
    term: str = ""
    place: str = ""
    proof_due_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "person": as_json(self.person),
            "number": self.number,
            "item": self.item,
            "situation": self.situation,
            "deciding": self.deciding,
            "elements": dict(self.elements),
            "action": self.action,
            "term": self.term,
            "place": self.place,
            "proof_due_on": self.proof_due_on.isoformat() if self.proof_due_on else "",
        }


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """On record. `reference` is the system's number, e.g. of a licence, `valid_from` the first day on which it counts."""

    reference: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """The system said no, and would say so again: a person looks. `reason` is the system's code."""

    reason: str


class BusinessSystem(Protocol):
    def push(self, *, key: UUID, filing: Filing) -> Acknowledged | TurnedDown | Silent:
        """Idempotent: the same `key`, or the same case number, always gets the first answer's reference. Never raises for a silent system."""
        ...


@dataclass(frozen=True, slots=True)
class HttpBusinessSystem:
    endpoint: Endpoint

    def push(self, *, key: UUID, filing: Filing) -> Acknowledged | TurnedDown | Silent:
        answer = post(self.endpoint, "/filings", filing.as_json(), key=key)
        return answer if isinstance(answer, Silent) else _read(answer)


def _read(answer: Mapping[str, Any]) -> Acknowledged | TurnedDown | Silent:
    try:
        if answer["outcome"] == "acknowledged":
            return Acknowledged(str(answer["reference"])[:64], date.fromisoformat(answer["valid_from"]))
        if answer["outcome"] == "refused":
            return TurnedDown(_code(answer["reason"]))
    except (KeyError, TypeError, ValueError):
        pass
    return Silent("malformed")


def _code(reason: object) -> str:
    """Reasons become part of an event in clear: only a short code gets in, no text that could name a person."""
    text = str(reason)
    return text if text.isascii() and text.replace("-", "").isalpha() and len(text) <= 40 else "unspecified"
