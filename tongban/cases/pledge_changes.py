"""What a pledge and its end change in the current case. Plain Python, no personal data."""

from typing import TYPE_CHECKING, Any

from tongban.cases import pledge_events as pledging
from tongban.cases.life_changes import at_of, part_of
from tongban.kernel.events import Json, StoredEvent

if TYPE_CHECKING:
    from tongban.cases.projection import Case


def _pledged(case: "Case", event: StoredEvent) -> Json:
    return {"pledge": {**pledging.CasePledged.read(event.payload.body).body(), "at": at_of(event)}}


def _withdrawn(case: "Case", event: StoredEvent) -> Json:
    return _ordinary(case, event, ended="withdrawn")


def _not_open(case: "Case", event: StoredEvent) -> Json:
    point = pledging.PledgeNotOpen.read(event.payload.body).point
    return _ordinary(case, event, ended="not_open", point=point, notice=part_of(event, "notice"))


def _ordinary(case: "Case", event: StoredEvent, **why: Any) -> Json:
    """Nothing that was looked at or granted for the pledge counts for the ordinary way, and its terms begin anew."""
    body = event.payload.body
    wanted = {name: list(body.get(name, [])) for name in ("fields", "materials")}
    return {
        "situation": str(body["instead"]),
        "pledge": case.pledge | why | {"ended_at": at_of(event), "situation": case.situation},
        "correction": {**wanted, "due_on": str(body["due_on"]), "why": why["ended"]},
        "assessment": {}, "assessed_at": "", "accepted_at": "", "accepted_by": "", "deemed": False, "decision_due_on": "",
        "tolerated": {}, "examined": {}, **_paused(case, event),
    }  # fmt: skip


def _paused(case: "Case", event: StoredEvent) -> Json:
    if not case.special:
        return {}
    return {"special": {}, "specials": (*case.specials, case.special | {"ended_at": at_of(event)})}


CHANGES: dict[str, Any] = {
    "pledged": _pledged,
    "pledge_withdrawn": _withdrawn,
    "pledge_not_open": _not_open,
}
