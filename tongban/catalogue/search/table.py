"""Names by their pieces, the rare ones counting more. Plain values; an entry is as good as the best one of its names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import log

from tongban.catalogue.search.words import MAX_SUMMARY, plain

LEAST = 0.25
"""Below this a name has too little to do with the question."""
IN_SUMMARY = 0.35
MOST_UNKNOWN = 2
"""Pieces that no name holds count against it: a long wish names its item in few of its words."""
COMMON = 10
"""A piece that is in more than one name of so many finds nobody by itself while rarer ones do."""


class Table:
    """Piece → the names that have it; each name with the number of its entry, and what all its pieces count.

    A summary is one more name; it counts less, and may say much more than was asked. `unknown`: what a piece counts that no name holds, as a share of
    what the rarest one does.
    """

    def __init__(
        self,
        names: Sequence[Sequence[str]],
        cut: Callable[[str], Iterable[str]],
        summaries: Sequence[str] = (),
        *,
        unknown: float = 1.0,
    ):
        self.cut = cut
        called = [(number, set(cut(plain(name)))) for number, each in enumerate(names) for name in each]
        told = [(number, set(cut(plain(text, most=MAX_SUMMARY)))) for number, text in enumerate(summaries)]
        self.entries = [number for number, _ in (*called, *told)]
        self.postings: dict[str, set[int]] = defaultdict(set)
        holders: dict[str, set[int]] = defaultdict(set)
        for row, (number, held) in enumerate((*called, *told)):
            for piece in held:
                self.postings[piece].add(row)
                holders[piece].add(number)
        self.worth = {piece: log(1 + len(names) / len(found)) for piece, found in holders.items()}
        self.unknown = unknown * log(1 + len(names))
        self.totals = [sum(self.worth[piece] for piece in held) for _, held in called]

    def compare(self, text: str, *, least: float = LEAST) -> dict[int, float]:
        """Entry → how much of the text is in one of its names (at least so much), a little less where that name says much more."""
        wanted = set(self.cut(text))
        known = sorted(wanted & self.worth.keys(), key=lambda piece: (len(self.postings[piece]), piece))
        left = sum(self.worth[piece] for piece in known)
        whole = left + self.unknown * min(MOST_UNKNOWN, len(wanted) - len(known))
        found: dict[int, float] = {}
        for piece in known:
            self._add(piece, found, only_beside=left < least * whole)
            left -= self.worth[piece]
        best: dict[int, float] = {}
        for row, shared in found.items():
            if shared >= least * whole:
                number = self.entries[row]
                best[number] = max(best.get(number, 0.0), shared / whole * self._fit(row, shared))
        return best

    def _fit(self, row: int, shared: float) -> float:
        return min(1.0, shared / self.totals[row]) ** 0.25 if row < len(self.totals) else IN_SUMMARY

    def _add(self, piece: str, found: dict[int, float], *, only_beside: bool) -> None:
        rows = self.postings[piece]
        common = found and len(rows) * COMMON > len(self.entries)
        for row in found.keys() & rows if common or only_beside else rows:
            found[row] = found.get(row, 0.0) + self.worth[piece]
