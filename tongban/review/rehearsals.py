"""What others may ask about rehearsals, samples of automatic decisions, and stops."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.reading import build_definition
from tongban.kernel.events import Json
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.review import guard, models, rule_changes
from tongban.review.facts import SOURCES_AGREE
from tongban.review.rehearsal import NOTE
from tongban.review.rule_changes import PointChange

SHOWN = 50
FLIPS_SHOWN = 100

OUTCOMES: dict[str, Text] = {
    **rule_changes.OUTCOMES,
    "none": Text("无此情形", "no such situation"),
}
VERDICTS = {
    "true": Text("符合", "met"),
    "false": Text("不符合", "not met"),
    "unknown": Text("尚不能确定", "not yet known"),
    "": Text("无此要点", "no such point"),
}
DECISIONS = {
    ("approved", "rules"): Text("已自动准予", "granted by rules"),
    ("approved", "examiner"): Text("审核人员已准予", "granted by an examiner"),
    ("refused", "examiner"): Text("审核人员已不予", "refused by an examiner"),
}
OPEN = Text("尚未决定", "not decided")


def say_verdict(code: str) -> Text:
    """ "true", or with what follows from it, "unknown/ask"."""
    verdict, _, follows = code.partition("/")
    said = VERDICTS[verdict]
    if not follows:
        return said
    return Text(f"{said.zh}（{OUTCOMES[follows].zh}）", f"{said.en} ({OUTCOMES[follows].en})")


@dataclass(frozen=True, slots=True)
class FlipView:
    """A past case with another outcome. `points`: id → (before, after); `unrecorded`: elements the draft reads and nobody recorded;
    `disputed`: those about which the sources differ."""

    case_id: UUID
    number: str
    situation: str
    before: str
    after: str
    points: dict[str, tuple[str, str]]
    unrecorded: tuple[str, ...]
    disputed: tuple[str, ...]
    decision: str
    decided_by: str

    @property
    def decided(self) -> Text:
        return DECISIONS.get((self.decision, self.decided_by), OPEN)


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """`tally`: point → flipped cases, most first; `moved` cases in which only a point changed; `unread` whose values were erased.

    `digest` names the list that is signed; empty as long as the rehearsal runs. `flips` in the order of their cases, where asked for.
    """

    id: UUID
    key: str
    name: Text
    version: int
    draft: str
    since: date | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    cases: int
    flipped: int
    moved: int
    unread: int
    tally: dict[str, int]
    digest: str
    signed_by: str
    signed_at: datetime | None
    note: str
    valid_from: date | None
    published: str
    published_by: str
    published_at: datetime | None
    flips: tuple[FlipView, ...] = ()

    @property
    def state(self) -> Text:
        if not self.finished_at:
            return Text("正在预演", "running")
        if self.published:
            return Text("已发布", "published")
        return Text("已签署", "signed") if self.signed_at else Text("待签署", "to be signed")


@dataclass(frozen=True, slots=True)
class SampleView:
    """Due on a day; `late` when nobody looked until then. `name`: of the item, where this node still knows it."""

    id: UUID
    key: str
    name: Text
    case_id: UUID
    number: str
    drawn_at: datetime
    due_on: date | None
    late: bool
    opinion: str
    note: str
    reviewed_by: str
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StopView:
    """`stopped_by` is "system" where disagreement did it, or `late` samples."""

    key: str
    name: Text
    stopped_at: datetime
    stopped_by: str
    samples: int
    disagreed: int
    late: int
    reason: str
    restarted_at: datetime | None
    restarted_by: str
    restart_reason: str


@dataclass(frozen=True, slots=True)
class AutomaticItem:
    """An item that may be decided without a person. `going`: it is not stopped; `samples` looked at and `disagreed` among them; `waiting` to
    be looked at and `late` among them; `limits` of this item."""

    key: str
    name: Text
    going: bool
    samples: int
    disagreed: int
    waiting: int
    late: int
    limits: guard.Limits


def list_rehearsals(*, node: Node, region: str) -> list[RehearsalView]:
    """The newest first, without their flips."""
    rows = models.Rehearsal.objects.filter(region=region).order_by("-started_at")[:SHOWN]
    return [_rehearsal(node, row) for row in rows]


def get_rehearsal(
    *, node: Node, region: str, rehearsal_id: UUID, point: str = "", after: UUID | None = None, most: int | None = None
) -> RehearsalView:
    """With its flips: all, or those of one point, from the one behind the case `after` on. Refuses `Missing`."""
    row = _row(region, rehearsal_id)
    flips = row.flips.order_by("case_id")
    if point:
        flips = flips.exclude(disputed=[]) if point == SOURCES_AGREE else flips.filter(points__has_key=point)
    if after:
        flips = flips.filter(case_id__gt=after)
    return _rehearsal(node, row, tuple(_flip(flip) for flip in flips[:most]))


def get_draft(*, region: str, rehearsal_id: UUID) -> Definition:
    """The definition that was tried: for the names of its points, situations and elements. Refuses `Missing`."""
    return _draft(_row(region, rehearsal_id))


def list_rule_changes(*, region: str, rehearsal_id: UUID) -> list[PointChange]:
    """What the draft changes in the rules that were in force when it was tried. Refuses `Missing`."""
    row = _row(region, rehearsal_id)
    before = catalogue.find_in_force(row.key, region, legal_day(row.started_at))
    return rule_changes.list_changes(before, _draft(row))


def _row(region: str, rehearsal_id: UUID) -> models.Rehearsal:
    row = models.Rehearsal.objects.filter(region=region, id=rehearsal_id).first()
    if row is None:
        raise Missing
    return row


def _draft(row: models.Rehearsal) -> Definition:
    document: Json = row.document
    return build_definition(document, hash=row.draft)


def list_samples(*, node: Node, region: str, at: datetime) -> list[SampleView]:
    """Those that wait for somebody, the oldest first; then what was looked at lately."""
    rows = models.Sample.objects.filter(region=region)
    waiting = rows.filter(reviewed_at=None).order_by("drawn_at")[:SHOWN]
    done = rows.filter(reviewed_at__isnull=False).order_by("-reviewed_at")[:SHOWN]
    found = [*waiting, *done]
    names = _names(region, {row.key for row in found}, legal_day(at))
    return [_sample(node, row, names[row.key], on=legal_day(at)) for row in found]


def list_automatic_items(*, region: str, at: datetime, default: guard.Limits = guard.DEFAULT) -> list[AutomaticItem]:
    """Every item of the region in force that its policy lets be decided without a person. `default`: the limits of the node."""
    keys = dict.fromkeys(publication.key for publication in catalogue.list_publications(region))
    found = [catalogue.find_in_force(key, region, legal_day(at)) for key in keys]
    return [
        _item(definition, region, default, at)
        for definition in found
        if definition and definition.policy.automatic_decision
    ]


def list_stops(*, node: Node, region: str, at: datetime) -> list[StopView]:
    """The newest first; without `restarted_at` it holds."""
    rows = list(models.AutomaticStop.objects.filter(region=region).order_by("-stopped_at")[:SHOWN])
    names = _names(region, {row.key for row in rows}, legal_day(at))
    return [_stop(node, row, names[row.key]) for row in rows]


def _item(definition: Definition, region: str, default: guard.Limits, at: datetime) -> AutomaticItem:
    item = {"region": region, "key": definition.key}
    limits = guard.limits_of(definition, default)
    samples, disagreed = guard.count_opinions(**item, limits=limits)
    return AutomaticItem(
        definition.key, definition.name, going=guard.may_decide(**item), samples=samples, disagreed=disagreed,
        waiting=models.Sample.objects.filter(**item, reviewed_at=None).count(),
        late=guard.count_late(**item, on=legal_day(at)), limits=limits,
    )  # fmt: skip


def _rehearsal(node: Node, row: models.Rehearsal, flips: tuple[FlipView, ...] = ()) -> RehearsalView:
    same: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "id", "key", "draft", "since", "started_by", "started_at", "finished_at", "cases", "flipped", "moved", "unread",
            "digest", "signed_by", "signed_at", "valid_from", "published", "published_by", "published_at",
        )
    }  # fmt: skip
    tally = dict(sorted(row.tally.items(), key=lambda counted: (-counted[1], counted[0])))
    note = node.open_locally(bytes(row.note), purpose=NOTE, region=row.region) if row.note else ""
    name, version = Text.from_json(row.document["name"]), int(row.document["version"])
    return RehearsalView(**same, name=name, version=version, tally=tally, note=note, flips=flips)


def _flip(row: models.Flip) -> FlipView:
    points = {point: (before, after) for point, (before, after) in row.points.items()}
    return FlipView(
        row.case_id, row.number, row.situation, row.before, row.after, points, tuple(row.unrecorded), tuple(row.disputed),
        row.decision, row.decided_by,
    )  # fmt: skip


def _sample(node: Node, row: models.Sample, name: Text, *, on: date) -> SampleView:
    late = not row.reviewed_at and row.due_on is not None and row.due_on < on
    return SampleView(
        row.id, row.key, name, row.case_id, row.number, row.drawn_at, row.due_on, late, row.opinion, _said(node, row.region, row.note),
        row.reviewed_by, row.reviewed_at,
    )  # fmt: skip


def _stop(node: Node, row: models.AutomaticStop, name: Text) -> StopView:
    return StopView(
        row.key, name, row.stopped_at, row.stopped_by, row.samples, row.disagreed, row.late, _said(node, row.region, row.reason),
        row.restarted_at, row.restarted_by, _said(node, row.region, row.restart_reason),
    )  # fmt: skip


def _names(region: str, keys: set[str], on: date) -> dict[str, Text]:
    """Of items; the key where none is in force."""
    found = {key: catalogue.find_in_force(key, region, on) for key in keys}
    return {key: definition.name if definition else Text(key, key) for key, definition in found.items()}


def _said(node: Node, region: str, sealed: bytes | memoryview | None) -> str:
    return node.open_locally(bytes(sealed), purpose=guard.NOTE, region=region) if sealed else ""
