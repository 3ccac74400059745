"""What a search finds, with what can be done about it here: for the page and for other systems."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tongban.alliance import queries as alliance
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.search.gathering import get_index
from tongban.catalogue.search.index import Entry, Hit
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.components.portals import CITIZEN

State = Literal["here", "choose", "uncovered", "elsewhere", "closed", "listed"]
"""here: begin now; choose: begin, the place comes next; uncovered: no agreement lets us receive it for that place; elsewhere: that place has not
published it; closed: suspended or withdrawn there; listed: the catalogue knows the name, nothing can be begun."""
MOST = 10


@dataclass(frozen=True, slots=True)
class Found:
    hit: Hit
    state: State
    definition: Definition | None = None

    @property
    def entry(self) -> Entry:
        return self.hit.entry

    @property
    def place(self) -> Text | None:
        return regions.get_region(self.definition.region).text if self.definition else None

    @property
    def name(self) -> Text | None:
        """None for a listed item: it has a Chinese name only."""
        return self.definition.name if self.definition else None


def search(
    query: str, *, place: str, audience: str, receiving: tuple[str, ...], at: datetime, limit: int = MOST
) -> list[Found]:
    """The best first. `place` decides; `receiving` are the regions that would take it in."""
    today = legal_day(at)
    hits = get_index(today).find(query, place=place, audience=audience, limit=limit)
    return [_found(hit, place, receiving, at, today) for hit in hits]


def find_named(names: Iterable[str], *, receiving: tuple[str, ...], at: datetime) -> list[Found]:
    """Items by their names, as topics list them; a name that the catalogue has lost is left out."""
    today = legal_day(at)
    entries = (get_index(today).named(name) for name in names)
    return [_found(Hit(entry, 1.0), "", receiving, at, today) for entry in dict.fromkeys(entries) if entry]


def place_named(query: str, codes: tuple[str, ...]) -> str:
    """A place whose name stands in the question, with 市, 县 or 区 or without; empty when none or several do."""
    named = [code for code in codes if _bare(regions.get_region(code).name) in query]
    return named[0] if len(named) == 1 else ""


def _bare(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in "省市县区旗" else name


def _found(hit: Hit, place: str, receiving: tuple[str, ...], at: datetime, today: date) -> Found:
    entry = hit.entry
    if not entry.service:
        return Found(hit, "listed")
    shown = place or min(entry.places, default=entry.region)
    definition = catalogue.find_in_force(entry.service, shown, today)
    if definition is None:
        return Found(hit, "elsewhere", catalogue.find_in_force(entry.service, entry.region, today))
    if definition.standing:
        return Found(hit, "closed", definition)
    if not place:
        return Found(hit, "choose", definition)
    covered = any(_is_covered(definition, code, at) for code in receiving)
    return Found(hit, "here" if covered else "uncovered", definition)


def _is_covered(definition: Definition, receiving: str, at: datetime) -> bool:
    asked: dict[str, Any] = {"item": definition.item, "mode": CITIZEN.mode, "receiving": receiving}
    return bool(alliance.list_clauses(**asked, deciding=definition.region, at=at))
