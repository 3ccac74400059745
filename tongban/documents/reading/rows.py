"""Lines of a page as rows of text, and where in them a value stands. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tongban.documents.reading.page import Box, Line, Page, around

_SAME_SIGN = str.maketrans("：；，（）．", ":;,().")


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of text with the least sure of its lines, and where it stands. `page` counts from 0."""

    text: str
    score: float
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Row:
    """Lines beside each other, from left to right, joined by spaces; full-width signs and digits are made plain."""

    page: int
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return " ".join(_plain(line.text) for line in self.lines)

    def piece(self, start: int, end: int) -> Found:
        """What stands between two places of `text`."""
        touched = [
            (line, max(start - at, 0), min(end - at, len(line.text)))
            for at, line in self._places()
            if at < end and at + len(line.text) > start
        ]
        boxes = [_part(line, first, last) for line, first, last in touched]
        return Found(self.text[start:end], min(line.score for line, _, _ in touched), self.page, around(boxes))

    def _places(self) -> Iterator[tuple[int, Line]]:
        at = 0
        for line in self.lines:
            yield at, line
            at += len(line.text) + 1


def rows_of(pages: Iterable[Page]) -> list[Row]:
    """From the top of the first page to the bottom of the last."""
    return [row for number, page in enumerate(pages) for row in _rows(number, page)]


def find(rows: Iterable[Row], pattern: re.Pattern[str], *, cut: Callable[[str], str]) -> Iterator[tuple[int, Found]]:
    """Where the group `value` of the pattern is found, with the number of its row. `cut`: how much of the value counts, from its beginning."""
    for number, row in enumerate(rows):
        for match in pattern.finditer(row.text):
            start = match.start("value")
            if kept := cut(match["value"]):
                yield number, row.piece(start, start + len(kept))


def joined(pieces: Iterable[Found]) -> Found:
    """What goes on in the next rows; there is at least one piece."""
    all_ = list(pieces)
    text, score = "".join(piece.text.strip() for piece in all_), min(piece.score for piece in all_)
    return Found(text, score, all_[0].page, around(piece.box for piece in all_))


def _rows(number: int, page: Page) -> Iterator[Row]:
    """A line belongs to the row whose first line it overlaps by its middle."""
    row: list[Line] = []
    for line in sorted(page.lines, key=lambda line: line.box.middle):
        if row and abs(line.box.middle - row[0].box.middle) > min(line.box.height, row[0].box.height) / 2:
            yield _row(number, row)
            row = []
        row.append(line)
    if row:
        yield _row(number, row)


def _row(number: int, lines: list[Line]) -> Row:
    return Row(number, tuple(sorted(lines, key=lambda line: line.box.x)))


def _plain(text: str) -> str:
    """The same number of characters, so that a place in the text is a place on the page."""
    return "".join(_plain_character(character) for character in text.translate(_SAME_SIGN))


def _plain_character(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character) if "\uff01" <= character <= "\uff5e" else character
    return " " if plain.isspace() else plain


def _part(line: Line, first: int, last: int) -> Box:
    """As if every Chinese character took one place and every other one half of it."""
    total = _width(line.text) or 1
    before, inside = _width(line.text[:first]) / total, _width(line.text[first:last]) / total
    box = line.box
    return Box(box.x + round(box.width * before), box.y, max(1, round(box.width * inside)), box.height)


def _width(text: str) -> float:
    return sum(0.5 if character.isascii() else 1 for character in text)
