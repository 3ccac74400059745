"""What pages and the API are shown of a case: values only, no tables."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from tongban.cases.inspection_views import InspectionView
from tongban.cases.life_views import (
    ArchiveView,
    CountersignView,
    ExaminedView,
    ExtensionView,
    PaperView,
    PledgeView,
    PrecheckView,
    RatingView,
    SpecialView,
    ToleratedView,
)
from tongban.kernel.events import Clause, SealedRef
from tongban.kernel.text import Text

Lamp = Literal["none", "green", "amber", "red"]


@dataclass(frozen=True)
class CaseMaterial:
    id: str
    label: Text
    way: str
    name: str
    media_type: str
    size: int
    original_seen: bool
    ref: SealedRef | None


@dataclass(frozen=True)
class FactView:
    """One value and where it came from; `differs` when another source says otherwise."""

    element: str
    label: Text
    value: Text
    source: Text
    at: datetime | None
    differs: bool = False


@dataclass(frozen=True)
class PointView:
    """A review point (要点) with its verdict and its explanation, line by line."""

    id: str
    label: Text
    verdict: bool | None
    lines: tuple[Text, ...]


@dataclass(frozen=True)
class TimelineEntry:
    seq: int
    at: datetime
    sentence: Text
    region_name: str
    role: str
    hash: str
    officer: str = ""
    """The opaque ref of the official who did it; only their own office knows the name."""


@dataclass(frozen=True)
class CorrectionView:
    fields: tuple[str, ...]
    materials: tuple[str, ...]
    labels: tuple[Text, ...]
    note: str
    due_on: date
    ordinary: bool = False
    """What the ordinary way needs after a pledge ended: an answer may still spare the applicant one of the materials."""


@dataclass(frozen=True)
class DecisionView:
    """`outcome`: approved, refused or not_accepted. `reason` and `article` only for the last two."""

    outcome: str
    by_rules: bool
    reason: str
    article: str
    remedies: tuple[Text, ...]
    at: datetime


@dataclass(frozen=True)
class EffectView:
    state: str
    acknowledgement: str
    valid_from: date | None
    last_error: Text | None
    attempts: int


@dataclass(frozen=True)
class WaitingView:
    """Why something has not reached the other place yet."""

    peer_name: str
    since: datetime
    reason: Text
    next_try: datetime | None
    failed: bool
    """The last try failed; otherwise it is only on its way."""


@dataclass(frozen=True)
class ReturnedView:
    """Why the case is with the receiving place again. `asked`: what it is to complete, or None. `note`: what a person added."""

    reason: Text
    note: str
    at: datetime
    asked: CorrectionView | None


@dataclass(frozen=True)
class MessageView:
    """A word from office to office. `state`: said (on the record), sent (on its way to whoever holds the case) or declined."""

    place_name: str
    own: bool
    role: str
    text: str
    at: datetime
    state: str = "said"


@dataclass(frozen=True)
class HitchView:
    """What the other place owes or cannot do: it parked something, or evidence is overdue. `level`: warn or alarm."""

    peer_name: str
    kind: Literal["parked", "overdue"]
    reason: Text
    since: datetime
    level: str = "warn"


@dataclass(frozen=True)
class CaseView:
    """One region's copy of a case, opened for a person who may see it. `head` goes back with an action as `expected_seq`."""

    case_id: UUID
    region: str
    number: str
    item: Text
    item_code: str
    definition: str
    situation: Text
    situation_id: str
    state: str
    status: Text
    whose_turn: Text
    receiving: str
    deciding: str
    receiving_name: str
    deciding_name: str
    mode: Text
    channel: str
    clause: Clause
    agreement_name: Text
    applicant: dict[str, str]
    agent: dict[str, str]
    """Who handed it in under a mandate: name, id_kind, relation, mandate, principal; empty otherwise. The name of staff is not among them."""
    elements: dict[str, Any]
    answers: tuple[FactView, ...]
    materials: tuple[CaseMaterial, ...]
    facts: tuple[FactView, ...]
    points: tuple[PointView, ...]
    timeline: tuple[TimelineEntry, ...]
    correction: CorrectionView | None
    decision: DecisionView | None
    effect: EffectView | None
    submitted_at: datetime
    received_at: datetime | None
    due_on: date | None
    due_provisional: bool
    expected_on: date | None
    head: int
    actions: frozenset[str]
    waiting: tuple[WaitingView, ...]
    practice: bool
    returned: ReturnedView | None = None
    messages: tuple[MessageView, ...] = ()
    hitches: tuple[HitchView, ...] = ()
    recalled: bool = False
    """This place has asked for the hand-over back and has no answer yet."""
    item_kind: str = "filing"
    """filing or licence: which words a page takes."""
    officer: str = ""
    """The staff reference it is assigned to; this and everything of the offices is empty for the applicant."""
    recused: tuple[str, ...] = ()
    identity: dict[str, str] = field(default_factory=dict)
    """How the person was checked: `means`, `face`, `at`; empty where it was not at a counter."""
    escalated: str = ""
    """The lamp a supervisor was told of: yellow, red or overdue."""
    urged: int = 0
    corrections: int = 0
    corrections_allowed: int = 0
    deemed: bool = False
    prechecks: tuple[PrecheckView, ...] = ()
    tolerated: ToleratedView | None = None
    pledge: PledgeView | None = None
    special: SpecialView | None = None
    specials: tuple[SpecialView, ...] = ()
    extended: ExtensionView | None = None
    examined: ExaminedView | None = None
    countersigns: tuple[CountersignView, ...] = ()
    papers: tuple[PaperView, ...] = ()
    ratings: tuple[RatingView, ...] = ()
    archived: ArchiveView | None = None
    inspection: InspectionView | None = None
    recovering: bool = False
    """This node was restored and checks the case with the others: it can only be read."""


@dataclass(frozen=True)
class MyCase:
    case_id: UUID
    region: str
    number: str
    item: Text
    situation: Text
    state: str
    status: Text
    whose_turn: Text
    expected_on: date | None
    updated_at: datetime
