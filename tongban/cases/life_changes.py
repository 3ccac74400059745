"""What the events beside the straight road change in the current case. Plain Python, no personal data: officers are pseudonyms."""

from typing import TYPE_CHECKING, Any

from tongban.cases import life_events as life
from tongban.kernel.events import Json, StoredEvent, format_instant

if TYPE_CHECKING:
    from tongban.cases.projection import Case


def at_of(event: StoredEvent) -> str:
    return format_instant(event.payload.at)


def part_of(event: StoredEvent, name: str) -> Json | None:
    return next((part.as_json() for part in event.payload.sealed if part.name == name), None)


def _identity(case: "Case", event: StoredEvent) -> Json:
    body = life.IdentityChecked.read(event.payload.body)
    return {"identity": {"means": body.means, "face": body.face, "at": at_of(event)}}


def _precheck(case: "Case", event: StoredEvent) -> Json:
    body = life.PrecheckReturned.read(event.payload.body)
    since = case.prechecks[-1]["back_at"] if case.prechecks else case.submitted_at
    returned = {
        "reason": body.reason, "fields": list(body.fields), "materials": list(body.materials), "notice": part_of(event, "notice"),
        "since": since, "at": at_of(event), "back_at": "",
    }  # fmt: skip
    return {"prechecks": (*case.prechecks, returned)}


def _resubmitted(case: "Case", event: StoredEvent) -> Json:
    *before, last = case.prechecks
    return {"prechecks": (*before, last | {"back_at": at_of(event)})}


def _correction_allowed(case: "Case", event: StoredEvent) -> Json:
    return {"corrections_allowed": case.corrections_allowed + 1}


def _tolerated_supplied(case: "Case", event: StoredEvent) -> Json:
    came = set(life.ToleratedSupplied.read(event.payload.body).materials)
    left = [id for id in case.tolerated.get("materials", []) if id not in came]
    return {"tolerated": case.tolerated | {"materials": left} if left else {}}


def _special_started(case: "Case", event: StoredEvent) -> Json:
    body = life.SpecialStarted.read(event.payload.body)
    return {"special": {**body.body(), "at": at_of(event), "notice": part_of(event, "notice")}}


def _special_ended(case: "Case", event: StoredEvent) -> Json:
    body = life.SpecialEnded.read(event.payload.body)
    ended = case.special | {"ended_at": at_of(event)}
    limit = {"decision_due_on": body.decision_due_on, "provisional": body.provisional}
    return {"special": {}, "specials": (*case.specials, ended), **limit}


def _extended(case: "Case", event: StoredEvent) -> Json:
    body = life.LimitExtended.read(event.payload.body)
    extended = {
        "days": body.days,
        "due_on": body.decision_due_on,
        "at": at_of(event),
        "notice": part_of(event, "notice"),
    }
    return {"extended": extended, "decision_due_on": body.decision_due_on, "provisional": body.provisional}


def _assigned(case: "Case", event: StoredEvent) -> Json:
    return {"officer": life.OfficerAssigned.read(event.payload.body).officer}


def _recused(case: "Case", event: StoredEvent) -> Json:
    officer = life.OfficerRecused.read(event.payload.body).officer
    recused = tuple(dict.fromkeys((*case.recused, officer)))
    return {"recused": recused, "officer": "" if case.officer == officer else case.officer}


def _examined(case: "Case", event: StoredEvent) -> Json:
    body = life.CaseExamined.read(event.payload.body)
    by = event.payload.actor["ref"]
    examined = {**body.body(), "by": by, "at": at_of(event), "opinion": part_of(event, "opinion")}
    return {"examined": examined, "examiners": tuple(dict.fromkeys((*case.examiners, by)))}


def _countersign_asked(case: "Case", event: StoredEvent) -> Json:
    role = life.CountersignAsked.read(event.payload.body).role
    asked = {
        "role": role, "asked_by": event.payload.actor["ref"], "asked_at": at_of(event), "question": part_of(event, "note"),
        "opinion": "", "by": "", "at": "", "note": None,
    }  # fmt: skip
    return {"countersigns": (*case.countersigns, asked)}


def _countersigned(case: "Case", event: StoredEvent) -> Json:
    """Answers the oldest open question to this role."""
    body = life.Countersigned.read(event.payload.body)
    given = {
        "opinion": body.opinion,
        "by": event.payload.actor["ref"],
        "at": at_of(event),
        "note": part_of(event, "note"),
    }
    entries = list(case.countersigns)
    for place, entry in enumerate(entries):
        if entry["role"] == body.role and not entry["opinion"]:
            entries[place] = entry | given
            break
    return {"countersigns": tuple(entries)}


def _urged(case: "Case", event: StoredEvent) -> Json:
    return {"urged": case.urged + 1, "urged_at": at_of(event)}


def _escalated(case: "Case", event: StoredEvent) -> Json:
    return {"escalated": life.CaseEscalated.read(event.payload.body).body() | {"at": at_of(event)}}


def _paper_issued(case: "Case", event: StoredEvent) -> Json:
    body = life.PaperIssued.read(event.payload.body).body()
    paper = {name: body[name] for name in ("paper", "number", "office", "issued_on", "digest")}
    place = body["place"] or event.payload.region
    return {"papers": (*case.papers, paper | {"place": place, "at": at_of(event), "served": {}})}


def _served(case: "Case", event: StoredEvent) -> Json:
    body = life.PaperServed.read(event.payload.body)
    place = body.issuer or body.place or event.payload.region
    served = {"way": body.way, "on": body.served_on, "at": at_of(event), "signature": part_of(event, "signature")}
    return {
        "papers": tuple(
            paper | {"served": served} if (paper["place"], paper["number"]) == (place, body.number) else paper
            for paper in case.papers
        )
    }


def _rated(case: "Case", event: StoredEvent) -> Json:
    body = life.CaseRated.read(event.payload.body)
    rating = {"about": body.about, "grade": body.grade, "tags": list(body.tags), "at": at_of(event)}
    return {"ratings": (*case.ratings, rating | {"words": part_of(event, "words")})}


def _archived(case: "Case", event: StoredEvent) -> Json:
    return {"archived": life.CaseArchived.read(event.payload.body).body() | {"at": at_of(event)}}


CHANGES: dict[str, Any] = {
    "identity_checked": _identity,
    "precheck_returned": _precheck,
    "resubmitted": _resubmitted,
    "correction_allowed": _correction_allowed,
    "tolerated_supplied": _tolerated_supplied,
    "special_started": _special_started,
    "special_ended": _special_ended,
    "extended": _extended,
    "assigned": _assigned,
    "recused": _recused,
    "examined": _examined,
    "countersign_asked": _countersign_asked,
    "countersigned": _countersigned,
    "urged": _urged,
    "escalated": _escalated,
    "paper_issued": _paper_issued,
    "served": _served,
    "rated": _rated,
    "archived": _archived,
}
