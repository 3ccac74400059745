"""Whom to call at the other place (值班): the number of its duty officer in the agreement, else that of its hall."""

from dataclasses import dataclass
from datetime import datetime

from tongban.alliance import queries as alliance
from tongban.kernel.events import Clause
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.regions import queries as regions


@dataclass(frozen=True, slots=True)
class Duty:
    """`agreed`: the number stands in the agreement. `verified`: it was read in a source, and is no sample of a demonstration."""

    place: str
    phone: str
    hours: Text
    agreed: bool
    verified: bool


def find_duty(region: str, *, clause: Clause | None) -> Duty | None:
    """None where the place has told nobody a number."""
    place = regions.get_region(region).name
    agreed = _agreed(region, clause)
    if agreed.get("phone"):
        return Duty(
            place, agreed["phone"], _both(agreed.get("hours", "")), agreed=True, verified=bool(agreed.get("verified"))
        )
    hall = next((hall for hall in regions.list_halls(region) if hall.phone), None)
    return Duty(place, hall.phone, hall.open_at, agreed=False, verified=hall.verified) if hall else None


def find_clause(*, item: str, mode: str, receiving: str, deciding: str, at: datetime) -> Clause | None:
    try:
        return alliance.find_clause(item=item, mode=mode, receiving=receiving, deciding=deciding, at=at)
    except Refused:
        return None


def _agreed(region: str, clause: Clause | None) -> dict[str, str]:
    """`liaison` of an agreement holds `{region: {"phone", "hours", "verified"}}` beside whatever else was agreed."""
    if clause is None:
        return {}
    try:
        known = alliance.get_agreement(clause.agreement, clause.version).liaison.get(region)
    except Refused:
        return {}
    return dict(known) if isinstance(known, dict) else {}


def _both(words: str) -> Text:
    return Text(words, words)
