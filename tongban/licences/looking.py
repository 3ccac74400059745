"""What was left undone, found by looking (补漏): the road of a licence goes on by jobs, and this is for whatever a job has lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tongban.exchange.incarnation import get_life, living
from tongban.kernel.workdays import legal_day
from tongban.licences import copies, models
from tongban.licences.issuing import ENDED, hand_over, reinstate_former, replace_former
from tongban.licences.operations import IN_FORCE, LAPSED, REVOKED, VALID
from tongban.licences.reserving import list_undone, reserve_for, retry_blocked
from tongban.licences.services import go_on

A_WHILE = timedelta(minutes=2)
"""Its job has had its chance by then."""
LOOK_BACK = timedelta(days=30)
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Left:
    """`step`: of `_STEPS`; `reservation`, `identifier`, or `case_id` with `seq` says which."""

    step: str
    reservation: int = 0
    case_id: UUID | None = None
    seq: int = 0
    identifier: str = ""


def list_left(*, region: str, at: datetime) -> list[Left]:
    rows = models.Reservation.objects.filter(region=region)
    before = at - A_WHILE
    # A licence that has ended stays so: whoever sees the reason acts by hand, and may try again.
    blocked = rows.filter(state="blocked").exclude(reason=ENDED).values_list("id", flat=True)[:AT_ONCE]
    signed = rows.filter(state="signed", signed_at__lt=before).values_list("id", flat=True)[:AT_ONCE]
    cancelling = rows.filter(state="issued", operation="cancel", reserved_at__lt=before)
    ending = cancelling.exclude(due_on__gt=legal_day(at)).values_list("id", flat=True)[:AT_ONCE]
    unseen = models.Licence.objects.filter(region=region, issuer=region, witnessed_at=None, issued_at__lt=before)
    return [
        *(Left("retry", reservation=id) for id in blocked),
        *(Left("go_on", reservation=id) for id in (*signed, *ending)),
        *(Left("hand_over", case_id=id) for id in unseen.values_list("case_id", flat=True).distinct()[:AT_ONCE]),
        *(Left("replace", identifier=one) for one in _unreplaced(region)),
        *(Left("reinstate", identifier=one) for one in _unreinstated(region, legal_day(at))),
    ]


def _unreplaced(region: str) -> list[str]:
    """Valid licences whose version before is in force too."""
    own = models.Licence.objects.filter(region=region, issuer=region)
    newer = own.filter(status=VALID, follows__gt="").exclude(witnessed_at=None)
    lasting = own.filter(identifier__in=newer.values("follows"), status__in=IN_FORCE).values("identifier")
    return list(newer.filter(follows__in=lasting).values_list("identifier", flat=True)[:AT_ONCE])


def _unreinstated(region: str, today: date) -> list[str]:
    """Revoked licences whose version before has lapsed and has days left."""
    own = models.Licence.objects.filter(region=region, issuer=region)
    lasting = own.filter(status=LAPSED).exclude(valid_until__lt=today).values("identifier")
    return list(own.filter(status=REVOKED, follows__in=lasting).values_list("identifier", flat=True)[:AT_ONCE])


def list_undecided(*, region: str, at: datetime) -> list[Left]:
    """Decisions that a restore has brought back without what followed; looked for hourly, for all of them are read."""
    return [Left("reserve", case_id=case, seq=seq) for case, seq in list_undone(region=region, since=at - LOOK_BACK)]


def take(left: Left, **common: Any) -> None:
    """`common`: node, region, by, at."""
    _STEPS[left.step](left, common)


def _reserve(left: Left, common: dict[str, Any]) -> None:
    """Where the chain says that it was issued, as after a restore, the copy is made anew and nothing is reserved."""
    if left.case_id and not copies.keep_again(common["node"], region=common["region"], case_id=left.case_id):
        node = living(common["node"], get_life(common["node"]))
        reserve_for(node=node, region=common["region"], case_id=left.case_id, decision_seq=left.seq, at=common["at"])


_STEPS: dict[str, Callable[[Left, dict[str, Any]], object]] = {
    "retry": lambda left, common: retry_blocked(reservation=left.reservation, **common),
    "go_on": lambda left, common: go_on(reservation=left.reservation, **common),
    "hand_over": lambda left, common: hand_over(case_id=left.case_id, **common),  # type: ignore[arg-type]
    "replace": lambda left, common: replace_former(identifier=left.identifier, **common),
    "reinstate": lambda left, common: reinstate_former(identifier=left.identifier, **common),
    "reserve": _reserve,
}
