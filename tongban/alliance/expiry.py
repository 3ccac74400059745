"""How long the member list still serves: warnings 7, 3 and 1 days before its end, 72 hours of grace with an alarm, then exchange stops (T4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tongban.alliance.members import MemberList
from tongban.alliance.queries import GRACE

WARNINGS = (1, 3, 7)
"""Days before the end; the tightest first."""

Stage = Literal["well", "ending", "grace", "stopped"]


@dataclass(frozen=True, slots=True)
class Expiry:
    """`warning`: 7, 3 or 1, the days of the warning that stands; 0 otherwise. `stops_at`: when exchange stops."""

    version: int
    until: datetime
    stops_at: datetime
    stage: Stage
    warning: int = 0


def judge_expiry(members: MemberList, at: datetime) -> Expiry:
    until, stops_at = members.valid_until, members.valid_until + GRACE
    left = until - at
    warning = next((days for days in WARNINGS if timedelta() <= left <= timedelta(days=days)), 0)
    stage: Stage = "stopped" if at > stops_at else "grace" if at > until else "ending" if warning else "well"
    return Expiry(members.version, until, stops_at, stage, warning)
