"""The question box (智能导办): what was asked, answered out of a guide with the passages that it rests on, or honestly not at all.

Nothing is made up: an answer is a passage of a published guide, word for word. A question that names no item, or asks what no guide says,
is said to be unanswered, and a person is offered.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tongban.alliance.receiving import list_receiving
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.guides.guide import write_guide
from tongban.catalogue.search.gathering import get_index
from tongban.catalogue.search.index import Entry, Hit, Index
from tongban.guidance.passages import Passage, choose, remove_aspects, write_passages
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions

MAX_QUESTION = 200
SHOWN = 3
BESIDE = 0.85
"""A service that is nearly as close as the closest name is preferred: of it there is a guide."""
CLAUSES = re.compile(r"[，,。．；;！!？?\n\s]+")

How = Literal["answered", "about", "named", "unknown"]
"""answered: passages say it; about: there is a guide, and no passage of it says that; named: only a name is known, no guide; unknown: no item."""


@dataclass(frozen=True, slots=True)
class Answered:
    """`rests_on`: the item's definition at the place whose guide was read. `name`: of an item without a guide. `more`: not all that fits is shown."""

    how: How
    passages: tuple[Passage, ...] = ()
    rests_on: Definition | None = None
    mode: str = ""
    name: str = ""
    department: str = ""
    more: bool = False
    other_places: bool = False


def answer_question(question: str, *, place: str, at: datetime) -> Answered:
    """`place`: which place's guide to read; empty takes the first that offers the item."""
    index = get_index(legal_day(at))
    entry = _find_entry(index, question[:MAX_QUESTION], place)
    if entry is None:
        return Answered("unknown")
    definition = _guide_of(entry, place, at)
    if definition is None:
        return Answered("named", name=entry.name, department=entry.department)
    passages = _passages(definition, at)
    chosen = choose(passages, question, item=definition.name)
    return Answered(
        "answered" if chosen else "about", tuple(chosen[:SHOWN]), definition, definition.modes[0].id,
        more=len(chosen) > SHOWN, other_places=not place and len(entry.places) > 1,
    )  # fmt: skip


def _find_entry(index: Index, question: str, place: str) -> Entry | None:
    """The item that the question names: of the whole and of each of its clauses, the best hit."""
    bare = remove_aspects(question)
    said = dict.fromkeys([bare, *CLAUSES.split(bare), question])
    hits = [hit for part in said if part.strip() for hit in index.find(part, place=place, limit=3)]
    return _best(hits)


def _best(hits: list[Hit]) -> Entry | None:
    if not hits:
        return None
    top = max(hit.score for hit in hits)
    served = [hit for hit in hits if hit.entry.service and hit.score >= BESIDE * top]
    return max(served or hits, key=lambda hit: hit.score).entry


def _guide_of(entry: Entry, place: str, at: datetime) -> Definition | None:
    if not entry.service:
        return None
    wanted = [place, *sorted(entry.places), entry.region]
    found = (catalogue.find_in_force(entry.service, code, legal_day(at)) for code in wanted if code)
    return next((definition for definition in found if definition), None)


def _passages(definition: Definition, at: datetime) -> list[Passage]:
    guide = write_guide(definition, definition.modes[0].id)
    return write_passages(guide, receiving=_receiving(definition, at))


def _receiving(definition: Definition, at: datetime) -> list[Text]:
    """The places that take it in, in either way, by name."""
    codes = {
        clause.receiving
        for mode in definition.modes
        for clause in list_receiving(item=definition.item, mode=mode.id, deciding=definition.region, at=at)
    }
    return [name for code in sorted(codes) if (name := _name(code))]


def _name(code: str) -> Text | None:
    try:
        return regions.get_region(code).text
    except regions.UnknownRegion:
        return None
