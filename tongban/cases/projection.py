"""The fold: events → the current case. Plain Python, no personal data: sealed parts stay references."""

from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, Self

from tongban.cases import events as kinds
from tongban.cases import inspection_changes, licence_changes, life_changes, pledge_changes
from tongban.cases.life_changes import at_of as _at
from tongban.cases.life_changes import part_of as _part
from tongban.cases.states import FINAL, NotThisPlace, next_state, require_author
from tongban.kernel.events import Json, StoredEvent

DESKS = ("reception", "acceptance", "examination", "decision", "effect")
_NEWEST = frozenset({"application", "evidence", "assessment", "reasons", "correction"})


@dataclass(frozen=True)
class Case:
    """A case as its chain says. Instants and days are texts, so that the whole can be stored and compared as JSON."""

    state: str
    seq: int
    number: str
    item: str
    title: dict[str, str]
    definition: str
    situation: str
    mode: str
    channel: str
    receiving: str
    deciding: str
    receiving_office: str
    deciding_office: str
    clause: Json
    submitted_at: str
    writer: str
    offered_to: str = ""
    parts: Json = field(default_factory=dict)
    """Newest sealed part by name, of those in `_NEWEST`; every other part stands beside what it belongs to."""
    files: tuple[Json, ...] = ()
    evidence: tuple[Json, ...] = ()
    received_at: str = ""
    identity_check: str = ""
    acceptance_due_on: str = ""
    accepted_at: str = ""
    decision_due_on: str = ""
    provisional: bool = False
    corrections: int = 0
    correction: Json = field(default_factory=dict)
    assessment: Json = field(default_factory=dict)
    assessed_at: str = ""
    decision: Json = field(default_factory=dict)
    decided_at: str = ""
    effect: Json = field(default_factory=dict)
    closed_at: str = ""
    returned: Json = field(default_factory=dict)
    """Why the case is with the receiving place again: `how` (handed_back, sent_back), `reason`, `fields`, `materials`, `at`, `note`."""
    messages: tuple[Json, ...] = ()
    """From office to office: `place`, `at`, `seq`, `role`, `part`."""
    identity: Json = field(default_factory=dict)
    """How the person was checked: `means`, `face`, `at`."""
    prechecks: tuple[Json, ...] = ()
    """Times it was sent home before receipt: `reason`, `fields`, `materials`, `notice`; `since` the office had it, `at`, `back_at`."""
    corrections_allowed: int = 0
    acceptance_from: str = ""
    """The instant from which the term for accepting runs: the receipt, or the last correction."""
    accepted_by: str = ""
    deemed: bool = False
    tolerated: Json = field(default_factory=dict)
    """What may still follow: `materials`, `until`; empty when all has come."""
    special: Json = field(default_factory=dict)
    """The special procedure that runs: `procedure`, `basis`, `until`, `at`, `notice`; those that ended are in `specials`, with `ended_at`."""
    specials: tuple[Json, ...] = ()
    extended: Json = field(default_factory=dict)
    """`days`, `due_on`, `at`, `notice`."""
    officer: str = ""
    recused: tuple[str, ...] = ()
    examined: Json = field(default_factory=dict)
    """The last opinion: `recommends`, `article`, `by`, `at`, `opinion`; `examiners` are all who gave one."""
    examiners: tuple[str, ...] = ()
    countersigns: tuple[Json, ...] = ()
    """`role`, `asked_by`, `asked_at`, `question`; answered: `opinion`, `by`, `at`, `note`."""
    urged: int = 0
    urged_at: str = ""
    escalated: Json = field(default_factory=dict)
    """The last warning: `lamp`, `to`, `due_on`, `at`. It counts as long as `due_on` is still the day."""
    papers: tuple[Json, ...] = ()
    """`paper`, `number`, `office`, `issued_on`, `digest`, `place`, `at`; `served` is empty or `way`, `on`, `at`, `signature`."""
    ratings: tuple[Json, ...] = ()
    """`about`, `grade`, `tags`, `at`, `words`."""
    archived: Json = field(default_factory=dict)
    """`retention_years`, `until`, `at`."""
    inspection: Json = field(default_factory=dict)
    """After the decision: `state` (of `inspection_changes`), `office`, `place`, `pledged`, `due_on`, `asked_at`; `officer`,
    `inspectors`, `claimed_at`; `answer`, `orders`, `met`, `told_late`; `revoked` and `told`, the acknowledgements by system."""
    pledge: Json = field(default_factory=dict)
    """Who signed which words: `regime`, `situation`, `words`, `signer`, `way`, `at`; ended before the decision: `ended` (withdrawn, not_open),
    `ended_at`, `point`, `notice`. `situation` is then the one that was pledged for, the case's own is the ordinary way."""
    licences: tuple[Json, ...] = ()
    """That the decision gave: `identifier`, `type`, `number`, `operation`, `decision`, `follows`, `status`, `seq`, `at`; `changes`: `operation`,
    `status`, `reason_code`, `article`, `seq`, `at`, `notice`."""
    newer: Json = field(default_factory=dict)
    """Fields of a later version, as it stored them: kept for it while both run, and read by nobody here.

    What an event of the time between would have done to them, only the later version's fold from the first event on says.
    """

    @property
    def final(self) -> bool:
        return self.state in FINAL

    @property
    def due_on(self) -> str:
        """The day by which an office must act; empty while nobody's clock runs."""
        if self.state == "received":
            return self.acceptance_due_on
        return self.decision_due_on if self.state in {"accepted", "examining", "decided_pending_effect"} else ""

    def desk_of(self, region: str) -> str:
        """The desk of `region` on which the case lies; empty when it waits for somebody else or for the machine."""
        if region == self.receiving and self.state == "submitted":
            return "reception"
        if self.offered_to:
            return "acceptance" if region == self.offered_to == self.deciding else ""
        if region == self.receiving != self.deciding and self.writer == region and self.state == "received":
            return "reception"
        if region != self.deciding or self.writer != region:
            return ""
        if self.state == "received":
            return "acceptance"
        if self.state in {"accepted", "examining"}:
            return "decision" if self.examined else "examination"
        if self.state == "special_procedure":
            return "examination"
        return "effect" if self.state == "decided_pending_effect" else ""

    def as_json(self) -> Json:
        """Without what is empty anyway: most cases know little of what may happen to a case."""
        filled = {name: value for name in _OPTIONAL if (value := getattr(self, name))}
        return {**self.newer, **{name: getattr(self, name) for name in _REQUIRED}, **filled}

    @classmethod
    def from_json(cls, value: Json) -> Self:
        known: Json = {name: tuple(kept) if name in _LISTS else kept for name, kept in value.items() if name in _KNOWN}
        return cls(**known, newer={name: kept for name, kept in value.items() if name not in _KNOWN})


Requirement = Callable[[Case | None, Case, StoredEvent], None]
_REQUIRED = tuple(f.name for f in fields(Case) if f.default is MISSING and f.default_factory is MISSING)
_OPTIONAL = tuple(f.name for f in fields(Case) if f.name not in {*_REQUIRED, "newer"})
_KNOWN = frozenset((*_REQUIRED, *_OPTIONAL))
_LISTS = frozenset(f.name for f in fields(Case) if f.default == ())


def fold(case: Case | None, events: Iterable[StoredEvent], *, require: Requirement | None = None) -> Case | None:
    """`require(before, case, event)` refuses what the tables here cannot judge; it is asked after each event."""
    for event in events:
        before, case = case, apply(case, event)
        if require:
            require(before, case, event)
    return case


def apply(case: Case | None, event: StoredEvent) -> Case:
    """One event on top. Kinds of `cases` that this version does not know leave the case as it is (a critical one was parked before)."""
    name = event.payload.kind_name.removeprefix("cases.")
    kind = kinds.EVENTS.get(event.payload.kind_name)
    if kind is None and case is not None:
        return replace(case, seq=event.seq)
    state = next_state(case.state if case else None, name)
    case_before = case or _opened(state, event)
    require_author(name, event.payload.region, receiving=case_before.receiving, deciding=case_before.deciding)
    if case is None:
        return case_before
    changes = {"state": state, "seq": event.seq, **_baton(case, event), **_parts(case, event)}
    return replace(case, **changes, **_CHANGES.get(name, _nothing)(case, event))


def _opened(state: str, event: StoredEvent) -> Case:
    body = kinds.CaseSubmitted.read(event.payload.body)
    about = {name: value for name, value in body.body().items() if name != "files"}
    clause = event.payload.clause.as_json() if event.payload.clause else {}
    parts = {part.name: part.as_json() for part in event.payload.sealed if part.name != "file"}
    files = tuple(part.as_json() for part in event.payload.sealed if part.name == "file")
    return Case(
        state=state, seq=event.seq, clause=clause, submitted_at=_at(event), writer=event.payload.region, parts=parts, files=files,
        **about,
    )  # fmt: skip


def _baton(case: Case, event: StoredEvent) -> Json:
    baton = event.payload.baton
    if baton is None:
        return {}
    if baton.op == "offer":
        # To the other of the two places and nobody else, whatever agreements there are.
        if baton.to != (case.receiving if event.payload.region == case.deciding else case.deciding):
            raise NotThisPlace(region=baton.to)
        return {"offered_to": baton.to}
    return {"offered_to": "", "writer": case.writer if baton.op == "decline" else event.payload.region}


def _parts(case: Case, event: StoredEvent) -> Json:
    if not event.payload.sealed:
        return {}
    parts = case.parts | {part.name: part.as_json() for part in event.payload.sealed if part.name in _NEWEST}
    files = (*case.files, *(part.as_json() for part in event.payload.sealed if part.name == "file"))
    return {"parts": parts, "files": files}


def _received(case: Case, event: StoredEvent) -> Json:
    body = kinds.CaseReceived.read(event.payload.body)
    return {
        "received_at": _at(event),
        "acceptance_from": _at(event),
        "identity_check": body.identity_check,
        "acceptance_due_on": body.acceptance_due_on,
        "provisional": body.provisional,
    }


def _evidence(case: Case, event: StoredEvent) -> Json:
    refs = [part.as_json() for part in event.payload.sealed if part.name == "evidence"]
    return {"evidence": (*case.evidence, {**event.payload.body, "at": _at(event), "part": refs[0] if refs else None})}


def _offered(case: Case, event: StoredEvent) -> Json:
    return {"returned": {}}


def _returned(case: Case, event: StoredEvent) -> Json:
    """What was looked at before does not count for what comes next."""
    body, how = event.payload.body, event.payload.kind_name.removeprefix("cases.")
    asked = {name: list(body.get(name, [])) for name in ("fields", "materials")}
    returned = {
        "how": how,
        "reason": str(body.get("reason", "")),
        "at": _at(event),
        "note": _part(event, "note"),
        **asked,
    }
    return {"returned": returned, "assessment": {}, "assessed_at": ""}


def _message(case: Case, event: StoredEvent) -> Json:
    body, part = kinds.CaseMessage.read(event.payload.body), _part(event, "message")
    said = {"place": body.place, "at": _at(event), "seq": event.seq, "role": body.role, "part": part}
    return {"messages": (*case.messages, said)}


def _accepted(case: Case, event: StoredEvent) -> Json:
    body = kinds.CaseAccepted.read(event.payload.body)
    late = {"tolerated": {"materials": list(body.tolerated), "until": body.tolerated_until}} if body.tolerated else {}
    limit = {"decision_due_on": body.decision_due_on, "provisional": body.provisional}
    return {
        "accepted_at": _at(event),
        "accepted_by": event.payload.actor["ref"],
        "deemed": body.deemed,
        **limit,
        **late,
    }


def _correction(case: Case, event: StoredEvent) -> Json:
    return {"corrections": case.corrections + 1, "correction": event.payload.body}


def _supplemented(case: Case, event: StoredEvent) -> Json:
    body = kinds.CaseSupplemented.read(event.payload.body)
    term = {
        "acceptance_due_on": body.acceptance_due_on,
        "provisional": body.provisional,
        "acceptance_from": _at(event),
    }
    return {"correction": {}, "assessment": {}, "assessed_at": "", **(term if body.acceptance_due_on else {})}


def _assessed(case: Case, event: StoredEvent) -> Json:
    return {"assessment": event.payload.body, "assessed_at": _at(event)}


def _decided(case: Case, event: StoredEvent) -> Json:
    outcome = event.payload.kind_name.removeprefix("cases.")
    return {"decision": {"outcome": outcome, **event.payload.body}, "decided_at": _at(event)}


def _effect_failed(case: Case, event: StoredEvent) -> Json:
    attempts = case.effect.get("attempts", 0) + 1
    return {"effect": {"state": "failed", "attempts": attempts, **event.payload.body}}


def _effective(case: Case, event: StoredEvent) -> Json:
    return {"effect": {**case.effect, "state": "effective", "at": _at(event), **event.payload.body}}


def _closed(case: Case, event: StoredEvent) -> Json:
    return {"closed_at": _at(event)}


def _reassigned(case: Case, event: StoredEvent) -> Json:
    """The new place stands wherever the one before it stood: the power to decide stays with the deciding place, which is another now.

    Which place that was the chain says, not the body: only baton and order were checked.
    """
    before = case.offered_to or case.writer
    places: Json = {name: event.payload.region for name in ("receiving", "deciding") if getattr(case, name) == before}
    inspection = {"place": event.payload.region} if case.inspection.get("place") == before else {}
    return {**places, **{f"{name}_office": "" for name in places}, "inspection": case.inspection | inspection}


def _nothing(case: Case, event: StoredEvent) -> Json:
    return {}


_CHANGES: dict[str, Any] = {
    "received": _received,
    "evidence_added": _evidence,
    "document_read": _evidence,
    "offered": _offered,
    "handed_back": _returned,
    "sent_back": _returned,
    "message": _message,
    "reassigned": _reassigned,
    "accepted": _accepted,
    "not_accepted": _decided,
    "correction_requested": _correction,
    "supplemented": _supplemented,
    "assessed": _assessed,
    "approved": _decided,
    "refused": _decided,
    "effect_failed": _effect_failed,
    "effective": _effective,
    "closed": _closed,
    "withdrawn": _closed,
    **life_changes.CHANGES,
    **pledge_changes.CHANGES,
    **inspection_changes.CHANGES,
    **licence_changes.CHANGES,
}
