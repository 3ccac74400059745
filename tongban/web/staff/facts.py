"""What each source says about one thing, side by side, so that a difference is seen and not searched for."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.cases.views import FactView
from tongban.kernel.text import Text


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
    """A table: one column per source that said anything, one row per element."""

    sources: tuple[Text, ...]
    rows: tuple[Row, ...]

    @property
    def differences(self) -> int:
        return sum(row.differs for row in self.rows)


def compare(facts: Iterable[FactView]) -> Comparison:
    """A later fact of the same source about the same element stands for the earlier one."""
    by_element: dict[str, dict[Text, FactView]] = {}
    for fact in facts:
        by_element.setdefault(fact.element, {})[fact.source] = fact
    sources = tuple(dict.fromkeys(source for said in by_element.values() for source in said))
    return Comparison(sources, tuple(_row(said, sources) for said in by_element.values()))


def _row(said: dict[Text, FactView], sources: tuple[Text, ...]) -> Row:
    label = next(iter(said.values())).label
    return Row(label, tuple((source, said.get(source)) for source in sources))
