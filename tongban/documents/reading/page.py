"""What the reader saw: pages with lines of text. Plain Python; distances in pixels of the upright page."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Box:
    """Upright, from the top left corner of the upright page."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def as_json(self) -> list[int]:
        return [self.x, self.y, self.width, self.height]


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds them all; there is at least one."""
    all_ = list(boxes)
    x, y = min(box.x for box in all_), min(box.y for box in all_)
    right, bottom = max(box.x + box.width for box in all_), max(box.y + box.height for box in all_)
    return Box(x, y, right - x, bottom - y)


@dataclass(frozen=True, slots=True)
class Line:
    """`score` from 0 to 1: how sure the reader is of this line."""

    text: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """`turned`: by how many degrees, clockwise, the page was turned to stand upright. `picture`: JPEG of the upright page, drawn by the reader."""

    width: int
    height: int
    turned: int
    lines: tuple[Line, ...]
    picture: bytes = b""

    def as_json(self) -> dict[str, Any]:
        lines = [[line.text, line.score, line.box.as_json()] for line in self.lines]
        picture = b64encode(self.picture).decode()
        return {
            "width": self.width,
            "height": self.height,
            "turned": self.turned,
            "lines": lines,
            "picture": picture,
        }

    @classmethod
    def from_json(cls, value: Any) -> "Page":
        lines = tuple(Line(str(text), float(score), Box(*map(int, box))) for text, score, box in value["lines"])
        return cls(int(value["width"]), int(value["height"]), int(value["turned"]), lines, b64decode(value["picture"]))
