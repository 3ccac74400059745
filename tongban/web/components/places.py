"""Which place decides, and where are you now (由哪里办？您现在在哪里？): for some items, where one is insured."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.text import Text
from tongban.regions import queries as regions
from tongban.web.components import words
from tongban.web.components.faults import Fault

CHOOSE_HOME = words.home(None).choose
CHOOSE_HERE = Text("请选择您现在在哪里。", "Choose where you are now.")


@dataclass(frozen=True, slots=True)
class Group:
    """Places of one city: its path name, then code and name of each."""

    name: str
    places: tuple[tuple[str, str], ...]


def insured_places(key: str, on: date) -> list[Group]:
    """The regions that offer this service: only they can decide it."""
    return grouped(definition.region for definition in _offered(key, on))


def find_words(key: str, on: date) -> words.Home:
    """How the deciding place of this service is asked for; the same wherever it is offered."""
    return words.home(next(_offered(key, on), None))


def _offered(key: str, on: date) -> Iterator[Definition]:
    return (found for code in catalogue.list_regions(key) if (found := catalogue.find_in_force(key, code, on)))


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


def find_faults(
    chosen: Mapping[str, str], groups: Mapping[str, list[Group]], *, choose: Text = CHOOSE_HOME
) -> list[Fault]:
    """`chosen` and `groups` by the name of the list: insured (the deciding place), here."""
    asked = (("insured", choose), ("here", CHOOSE_HERE))
    return [Fault(name, text) for name, text in asked if not has_place(groups[name], chosen[name])]
