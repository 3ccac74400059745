"""Who outside has to know that a decision was revoked (撤销): the system that holds the result, and the credit record (信用记录)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID, uuid5

from tongban.review.adapters.base import Endpoint, Person, Silent, as_json, post


@dataclass(frozen=True, slots=True)
class Revocation:
    """A decision that holds no longer. `result`: the acknowledgement under which the system keeps it. `broken_pledge`: what was pledged
    was not so; that is what the credit record is told."""

    person: Person
    number: str
    item: str
    situation: str
    deciding: str
    result: str
    article: str
    revoked_on: date
    broken_pledge: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "person": as_json(self.person),
            "number": self.number,
            "item": self.item,
            "situation": self.situation,
            "deciding": self.deciding,
            "result": self.result,
            "article": self.article,
            "revoked_on": self.revoked_on.isoformat(),
            "broken_pledge": self.broken_pledge,
        }


@dataclass(frozen=True, slots=True)
class Noted:
    """On record there, under the number `reference`."""

    reference: str


class RevocationSystem(Protocol):
    def tell(self, *, key: UUID, revocation: Revocation) -> Noted | Silent:
        """Idempotent: the same `key` always gets the first answer's reference. Never raises for a silent system."""
        ...


@dataclass(frozen=True, slots=True)
class HttpRevocationSystem:
    endpoint: Endpoint

    def tell(self, *, key: UUID, revocation: Revocation) -> Noted | Silent:
        # Under the case's own key the system has put the grant on record: with it, one that knows its keys would give that answer again.
        answer = post(self.endpoint, "/revocations", revocation.as_json(), key=uuid5(key, "revocation"))
        return answer if isinstance(answer, Silent) else _read(answer)


def _read(answer: Mapping[str, Any]) -> Noted | Silent:
    reference = answer.get("reference")
    return Noted(reference[:64]) if isinstance(reference, str) and reference else Silent("malformed")
