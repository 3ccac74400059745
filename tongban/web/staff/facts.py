"""What each source says about one thing, side by side, so that a difference is seen and not searched for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tongban.cases.views import FactView
from tongban.kernel.text import Text
from tongban.people.identity import mask_address


@dataclass(frozen=True)
class Row:
    """One element. `cells` stand in the order of the sources; None where a source said nothing."""

    label: Text
    cells: tuple[tuple[Text, FactView | None], ...]

    @property
    def differs(self) -> bool:
        said = [fact for _, fact in self.cells if fact]
        return len({fact.value for fact in said}) > 1 or any(fact.differs for fact in said)


@dataclass(frozen=True)
class Comparison:
    """What several sources say: a column per source, a row per element, differences first. `alone`: what one source says."""

    sources: tuple[Text, ...]
    rows: tuple[Row, ...]
    alone: tuple[FactView, ...]

    @property
    def differences(self) -> int:
        return sum(row.differs for row in self.rows)


def masked(facts: Iterable[FactView]) -> Iterator[FactView]:
    """For who has nothing to do with the case now: where the person lives is not told (SR-40)."""
    for fact in facts:
        hidden = Text(mask_address(fact.value.zh), mask_address(fact.value.en))
        yield replace(fact, value=hidden) if fact.element.endswith(".address") else fact


def compare(facts: Iterable[FactView]) -> Comparison:
    """A later fact of the same source about the same element stands for the earlier one."""
    by_element: dict[str, dict[Text, FactView]] = {}
    for fact in facts:
        by_element.setdefault(fact.element, {})[fact.source] = fact
    several = [said for said in by_element.values() if len(said) > 1]
    sources = tuple(dict.fromkeys(source for said in several for source in said))
    rows = sorted((_row(said, sources) for said in several), key=lambda row: not row.differs)
    alone = tuple(fact for said in by_element.values() if len(said) == 1 for fact in said.values())
    return Comparison(sources, tuple(rows), alone)


def _row(said: dict[Text, FactView], sources: tuple[Text, ...]) -> Row:
    label = next(iter(said.values())).label
    return Row(label, tuple((source, said.get(source)) for source in sources))
