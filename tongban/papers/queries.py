"""What others may ask about papers: which there are in a case, the PDF of one, and what could not be printed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.cases import projection
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
from tongban.papers import models, press
from tongban.papers.kinds import BY_ID, PaperKind
from tongban.papers.writing import Occasion, WordMissing, name_of, office_of, write_sheet
from tongban.regions import queries as regions


class PaperElsewhere(Refused):
    """The other place issued it, and this node cannot print the same bytes."""

    status = 404
    text = Text("这份文书由{place}保存，本节点没有副本。", "This paper is kept by {place}; there is no copy here.")
    advice = Text("请稍后再试，或向出具单位索取。", "Try again later, or ask the issuing office for it.")


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper of a case. `told`: it must reach the applicant; `way` and `served_at` are empty until it has. `digest` names it in addresses."""

    digest: str
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
    """Newest first: those on the chain, of both places, and those that this place keeps beside it. `Missing` for somebody else's case."""
    view = cases.get_case(node=node, region=region, case_id=case_id, by=by, at=at)
    told = [
        PaperView(
            paper.digest, paper.paper, paper.name, paper.number, paper.place, paper.place_name, paper.issued_on, told=True,
            way=words_of("way", paper.way) if paper.way else None, served_at=paper.served_at,
        )
        for paper in view.papers
    ]  # fmt: skip
    on_chain = {paper.digest for paper in told}
    rows = models.IssuedPaper.objects.filter(region=region, case_id=case_id, place=region)
    definition = catalogue.get_definition(view.definition)
    beside = [_kept(row, definition) for row in rows.exclude(digest__in=on_chain)]
    return sorted([*reversed(told), *beside], key=lambda paper: (paper.issued_on, paper.told), reverse=True)


def _kept(row: models.IssuedPaper, definition: Definition) -> PaperView:
    place_name = regions.get_region(row.place).name
    name = paper_name(row.kind, definition) if row.kind not in BY_ID else name_of(BY_ID[row.kind], definition)
    return PaperView(row.digest, row.kind, name, row.number, row.place, place_name, row.issued_on, told=False)


def list_unprinted(*, region: str, case_id: UUID) -> list[UnprintedView]:
    rows = models.UnprintedPaper.objects.filter(region=region, case_id=case_id).order_by("since")
    known = [(row, press.GlyphMissing if row.code == "glyph-missing" else WordMissing) for row in rows]
    return [
        UnprintedView(BY_ID[row.kind].name, why.text, why.advice, row.since) for row, why in known if row.kind in BY_ID
    ]


def read_paper(*, node: Node, region: str, case_id: UUID, digest: str, by: Actor) -> PaperFile:
    """The PDF as issued, proved by its digest. Refuses `Missing`, `PaperElsewhere`."""
    cases.require_sight(node=node, region=region, case_id=case_id, by=by)
    row = models.IssuedPaper.objects.filter(region=region, case_id=case_id, digest=digest).first()
    if row is not None:
        data = documents.read_file(node=node, region=region, case_id=case_id, ref=SealedRef(**row.part))
        return PaperFile(BY_ID[row.kind].name.zh, row.number, data)
    events = exchange.list_events(region, case_id)
    case = projection.fold(None, events)
    entry = next((paper for paper in case.papers if paper["digest"] == digest), None) if case else None
    if case is None or entry is None:
        raise Missing
    again = print_again(node=node, region=region, case_id=case_id, events=events, entry=entry)
    if again is None:
        raise PaperElsewhere(place=regions.get_region(entry["place"]).name)
    return PaperFile(BY_ID[entry["paper"]].name.zh, entry["number"], again[1])


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
        data = print_paper(kind, occasion, number=entry["number"], issued_on=date.fromisoformat(entry["issued_on"]))
        if node.suite.hash(data) == entry["digest"]:
            return event, data
    return None


def print_paper(kind: PaperKind, occasion: Occasion, *, number: str, issued_on: date) -> bytes:
    """The PDF. Refuses `FontMissing`, `GlyphMissing`."""
    return press.print_sheet(write_sheet(kind, occasion, number=number, issued_on=issued_on))
