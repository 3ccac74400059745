"""Where are you insured, and where are you now (您在哪里参保？您现在在哪里？)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tongban.catalogue import queries as catalogue
from tongban.kernel.text import Text
from tongban.regions import queries as regions
from tongban.web.components.faults import Fault

CHOOSE_INSURED = Text("请选择您在哪里参保。", "Choose where you are insured.")
CHOOSE_HERE = Text("请选择您现在在哪里。", "Choose where you are now.")


@dataclass(frozen=True, slots=True)
class Group:
    """Places of one city: its path name, then code and name of each."""

    name: str
    places: tuple[tuple[str, str], ...]


def insured_places(key: str, on: date) -> list[Group]:
    """The regions that offer this service: only they can decide it."""
    offered = {publication.region for publication in catalogue.list_publications() if publication.key == key}
    return grouped(code for code in offered if catalogue.find_in_force(key, code, on))


def treatment_places() -> list[Group]:
    """Every county known here: a hospital may lie anywhere."""
    return grouped(region.code for region in regions.list_regions(level="county"))


def grouped(codes: Iterable[str]) -> list[Group]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for code in sorted(codes):
        above, _, name = regions.path_name(code).rpartition(" ")
        groups.setdefault(above, []).append((code, name))
    return [Group(name, tuple(places)) for name, places in groups.items()]


def has_place(groups: list[Group], code: str) -> bool:
    return any(code == known for group in groups for known, _ in group.places)


def find_faults(chosen: Mapping[str, str], groups: Mapping[str, list[Group]]) -> list[Fault]:
    """`chosen` and `groups` by the name of the list: insured, here."""
    asked = (("insured", CHOOSE_INSURED), ("here", CHOOSE_HERE))
    return [Fault(name, text) for name, text in asked if not has_place(groups[name], chosen[name])]
