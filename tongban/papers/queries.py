"""What others may ask about papers: which there are in a case, the PDF of one, what could not be printed, and of what a copy is lacking."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.conf import settings

from tongban.cases import projection, sealed_documents
from tongban.cases import queries as cases
from tongban.cases.projection import Case
from tongban.cases.reading import open_case
from tongban.cases.timeline import paper_name, words_of
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.documents import queries as documents
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json, SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.papers import models, press
from tongban.papers.kinds import BY_ID, PaperKind, list_made_by
from tongban.papers.writing import Occasion, WordMissing, is_due, name_of, office_of, write_sheet
from tongban.regions import queries as regions
from tongban.seals.views import MAIN_SUITE

SERVING = frozenset({"reception", "exit", "acceptance", "examiner", "chief"})
"""Roles that serve papers."""
AT_ONCE = 1000


class PaperElsewhere(Refused):
    """The other place issued it, and this node cannot print the same bytes."""

    status = 404
    text = Text("这份文书由{place}保存，本节点没有副本。", "This paper is kept by {place}; there is no copy here.")
    advice = Text("请稍后再试，或向出具单位索取。", "Try again later, or ask the issuing office for it.")


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper of a case; `key` names it in addresses. `told`: it must reach the applicant; `way` and `served_at` are empty until it has.

    The others are printed when they are opened; their `number` is the case's.
    """

    key: str
    kind: str
    name: Text
    number: str
    place: str
    place_name: str
    issued_on: date
    told: bool
    way: Text | None = None
    served_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Still to be served (待送达)."""
        return self.told and self.served_at is None


@dataclass(frozen=True, slots=True)
class UnprintedView:
    """A paper that is due and not there: why, and what to do."""

    name: Text
    reason: Text
    advice: Text
    since: datetime


@dataclass(frozen=True, slots=True)
class PaperFile:
    name: str
    number: str
    data: bytes


def list_papers(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> list[PaperView]:
    """Newest first: those that were issued, by whichever place; then those that only put the chain in writing. `Missing` for somebody else's case."""
    view = cases.get_case(node=node, region=region, case_id=case_id, by=by, at=at)
    told = [
        PaperView(
            paper.digest, paper.paper, paper.name, paper.number, paper.place, paper.place_name, paper.issued_on, told=True,
            way=words_of("way", paper.way) if paper.way else None, served_at=paper.served_at,
        )
        for paper in view.papers
    ]  # fmt: skip
    others = _list_renderings(node=node, region=region, case_id=case_id, by=by)
    return sorted([*reversed(told), *others], key=lambda paper: (paper.told, paper.issued_on), reverse=True)


def list_unprinted(*, region: str, case_id: UUID) -> list[UnprintedView]:
    rows = models.UnprintedPaper.objects.filter(region=region, case_id=case_id).order_by("since")
    known = [(row, press.GlyphMissing if row.code == "glyph-missing" else WordMissing) for row in rows]
    told = [(BY_ID[row.kind], row, why) for row, why in known if row.kind in BY_ID and BY_ID[row.kind].told]
    return [UnprintedView(kind.name, why.text, why.advice, row.since) for kind, row, why in told]


def read_paper(*, node: Node, region: str, case_id: UUID, key: str, by: Actor) -> PaperFile:
    """The PDF: as issued, proved by its digest, or printed now. Refuses `Missing`, `PaperElsewhere`, and what the press refuses."""
    cases.require_sight(node=node, region=region, case_id=case_id, by=by)
    row = models.IssuedPaper.objects.filter(region=region, case_id=case_id, digest=key).first()
    if row is not None:
        issued = SealedRef(**row.part)
        data = _sealed(key, node=node, region=region, case_id=case_id) or documents.read_file(
            node=node, region=region, case_id=case_id, ref=issued
        )
        return PaperFile(BY_ID[row.kind].name.zh, row.number, data)
    events = exchange.list_events(region, case_id)
    case = projection.fold(None, events)
    entry = next((paper for paper in case.papers if paper["digest"] == key), None) if case else None
    if entry is None:
        return _render(key, node=node, region=region, case_id=case_id, events=events, by=by)
    found = _sealed(key, node=node, region=region, case_id=case_id)
    again = None if found else print_again(node=node, region=region, case_id=case_id, events=events, entry=entry)
    if entry["paper"] not in BY_ID or not (found or again):
        raise PaperElsewhere(place=regions.get_region(entry["place"]).name)
    return PaperFile(BY_ID[entry["paper"]].name.zh, entry["number"], found or (again[1] if again else b""))


def _sealed(key: str, *, node: Node, region: str, case_id: UUID) -> bytes | None:
    """With the seal of its office, where it has one; it begins with the paper as it was issued."""
    return sealed_documents.read_sealed(
        node=node, region=region, case_id=case_id, subject="paper", ref=key, suite=MAIN_SUITE
    )


def list_lacking(*, region: str, since: datetime) -> list[UUID]:
    """Cases in which another place has issued, since then, what is not held here."""
    issued = exchange.list_events_of("cases.paper_issued", region=region, since=since)
    named = ((event.case, (_place_of(event), str(event.payload.body.get("number", "")))) for event in issued)
    others = ((case_id, paper) for case_id, paper in named if paper[0] != region)
    found: dict[UUID, None] = {}
    while some := list(islice(others, AT_ONCE)):
        found |= dict.fromkeys(_lacking(region, some))
    return list(found)


def _place_of(issued: StoredEvent) -> str:
    return str(issued.payload.body.get("place") or issued.payload.region)


def _lacking(region: str, named: list[tuple[UUID, tuple[str, str]]]) -> list[UUID]:
    rows = models.IssuedPaper.objects.filter(region=region, case_id__in={case_id for case_id, _ in named})
    held = {(case_id, (place, number)) for case_id, place, number in rows.values_list("case_id", "place", "number")}
    return [case_id for case_id, paper in named if (case_id, paper) not in held]


# Papers that only put in writing what the chain says: a pure function of it, and kept nowhere


@dataclass(frozen=True, slots=True)
class _Rendering:
    """`case`: as it stood after the event."""

    kind: PaperKind
    event: StoredEvent
    case: Case

    @property
    def key(self) -> str:
        return f"{self.kind.id}-{self.event.seq}" if self.kind.event else self.kind.id


def _list_renderings(*, node: Node, region: str, case_id: UUID, by: Actor) -> list[PaperView]:
    found = _possible(exchange.list_events(region, case_id), region=region, by=by)
    # One case opened for all that an event makes, and none for what needs nothing of it.
    occasions = {
        each.event.seq: occasion_of(node=node, region=region, case_id=case_id, case=each.case, event=each.event)
        for each in {each.event.seq: each for each in found if each.kind.needs}.values()
    }
    return [_shown(each) for each in found if not each.kind.needs or is_due(each.kind, occasions[each.event.seq])]


def _shown(rendering: _Rendering) -> PaperView:
    kind, event, case = rendering.kind, rendering.event, rendering.case
    place = office_of(kind, case, event)[0]
    return PaperView(
        rendering.key, kind.id, name_of(kind, catalogue.get_definition(case.definition)), case.number, place,
        regions.get_region(place).name, legal_day(event.payload.at), told=False,
    )  # fmt: skip


def _possible(events: list[StoredEvent], *, region: str, by: Actor) -> list[_Rendering]:
    """Whether the case has what they need is not asked yet."""
    steps = standings(events)
    if not steps or not settings.PAPERS:
        return []
    latest = steps[-1][1]
    type_ = catalogue.get_definition(latest.definition).item_type
    made = [
        _Rendering(kind, event, case)
        for event, case in steps
        for kind in list_made_by(event.payload.kind_name.removeprefix("cases."), type_, told=False)
    ]
    at_the_counter = by.kind == "staff" and region == latest.receiving and bool(by.roles & SERVING)
    return made + [_Rendering(kind, *steps[-1]) for kind in list_made_by("", type_, told=False) if at_the_counter]


def _render(
    key: str, *, node: Node, region: str, case_id: UUID, events: list[StoredEvent], by: Actor
) -> PaperFile:  # fmt: skip
    found = next((each for each in _possible(events, region=region, by=by) if each.key == key), None)
    if found is None:
        raise Missing
    occasion = occasion_of(node=node, region=region, case_id=case_id, case=found.case, event=found.event)
    if not is_due(found.kind, occasion):
        raise Missing
    number = found.case.number
    data = print_paper(found.kind, occasion, number=f"办件编号 {number}", issued_on=legal_day(occasion.at))
    return PaperFile(found.kind.name.zh, number, data)


# How a paper is printed from the chain


def standings(events: list[StoredEvent]) -> list[tuple[StoredEvent, Case]]:
    """Each event with the case as it stood after it."""
    case: Case | None = None
    return [(event, case := projection.apply(case, event)) for event in events]


def occasion_of(*, node: Node, region: str, case_id: UUID, case: Case, event: StoredEvent) -> Occasion:
    """`case`: as it stood after the event."""
    opened = open_case(node, case, region=region, case_id=case_id)
    return Occasion(opened, event, _served(case, event, opened.definition))


@dataclass(frozen=True, slots=True)
class _Named:
    name: Text
    number: str


def _served(case: Case, event: StoredEvent, definition: Definition) -> _Named | None:
    number = event.payload.body.get("number") if event.payload.kind_name == "cases.served" else None
    found = next((paper for paper in case.papers if paper["number"] == number), None)
    return _Named(paper_name(found["paper"], definition), found["number"]) if found else None


def print_again(
    *, node: Node, region: str, case_id: UUID, events: list[StoredEvent], entry: Json
) -> tuple[StoredEvent, bytes] | None:
    """The paper that the chain names, printed here from the same events; None unless the bytes are the issued ones."""
    kind = BY_ID.get(entry["paper"])
    if kind is None:
        return None
    for event, case in reversed(standings(events)):
        if event.payload.kind_name != f"cases.{kind.event}" or office_of(kind, case, event)[0] != entry["place"]:
            continue
        occasion = occasion_of(node=node, region=region, case_id=case_id, case=case, event=event)
        try:
            data = print_paper(kind, occasion, number=entry["number"], issued_on=date.fromisoformat(entry["issued_on"]))
        except (press.GlyphMissing, WordMissing):
            continue
        if node.suite.hash(data) == entry["digest"]:
            return event, data
    return None


def print_paper(kind: PaperKind, occasion: Occasion, *, number: str, issued_on: date) -> bytes:
    """The PDF. Refuses `FontMissing`, `GlyphMissing`."""
    return press.print_sheet(write_sheet(kind, occasion, number=number, issued_on=issued_on))
