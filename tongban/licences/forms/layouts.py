"""The layout of a licence as a place declares it (证照版式): paper, frame, colour, which lines in which order under which words. Plain Python.

It travels inside the licence, so that every member prints it alike and an older one is printed as it was for ever. It holds words and choices
and no program: what somebody typed at one place is never run at another. What a licence must show is not its to leave out: name, number, code,
issuer, date, identifier, receiver.
"""

from dataclasses import dataclass
from typing import Any, Self
from unicodedata import category

from tongban.kernel import strictjson
from tongban.kernel.events import Json
from tongban.kernel.text import Text
from tongban.seals.pdf import Spot

VERSION = 1
MAX_BYTES = 8 * 1024
LONGEST_LABEL = 20
LONGEST_TEXT = 200
MOST_LINES = 30
SHEETS: dict[str, Text] = {
    "a4": Text("A4 竖版", "A4 upright"),
    "a4-across": Text("A4 横版", "A4 across"),
    "a5": Text("A5 竖版", "A5 upright"),
    "a5-across": Text("A5 横版", "A5 across"),
}
FRAMES: dict[str, Text] = {
    "border": Text("证书花边", "Ornamental border"),
    "band": Text("顶部色带", "Band at the top"),
    "plain": Text("无边框", "No frame"),
}
COLOURS: dict[str, Text] = {
    "green": Text("墨绿", "Green"),
    "blue": Text("藏蓝", "Blue"),
    "wine": Text("枣红", "Wine"),
    "ochre": Text("赭石", "Ochre"),
    "grey": Text("石墨", "Graphite"),
}
SIZES: dict[str, Text] = {
    "small": Text("较小", "Smaller"),
    "normal": Text("标准", "Normal"),
    "large": Text("较大", "Larger"),
}


class BadLayout(ValueError):
    """These bytes are no layout; the message names the part and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class LayoutLine:
    """`field`: id of a line of the licence; `label`: what stands before it."""

    field: str
    label: str


@dataclass(frozen=True, slots=True)
class Layout:
    """`intro` stands above the lines, `note` below them, `term` before the term; the three may be empty, but for `term`."""

    sheet: str
    frame: str
    colour: str
    size: str
    intro: str
    note: str
    term: str
    lines: tuple[LayoutLine, ...]

    def __post_init__(self) -> None:
        for name, value, known in (
            ("sheet", self.sheet, SHEETS), ("frame", self.frame, FRAMES), ("colour", self.colour, COLOURS), ("size", self.size, SIZES),
        ):  # fmt: skip
            if value not in known:
                raise BadLayout(name)
        labels = [("term", self.term), *(("label", line.label) for line in self.lines)]
        for name, text in labels:
            if not 0 < len(text) <= LONGEST_LABEL or not _is_line(text):
                raise BadLayout(name)
        for name, text in (("intro", self.intro), ("note", self.note)):
            if len(text) > LONGEST_TEXT or not _is_line(text):
                raise BadLayout(name)
        if not 0 < len(self.lines) <= MOST_LINES or len({line.field for line in self.lines}) != len(self.lines):
            raise BadLayout("lines")

    def as_json(self) -> Json:
        return {
            "v": VERSION, "sheet": self.sheet, "frame": self.frame, "colour": self.colour, "size": self.size, "intro": self.intro,
            "note": self.note, "term": self.term, "lines": [[line.field, line.label] for line in self.lines],
        }  # fmt: skip

    def as_text(self) -> str:
        return strictjson.canonical(self.as_json()).decode()

    @property
    def words(self) -> str:
        """All of them, to see whether a font has their characters."""
        return "".join((self.intro, self.note, self.term, *(line.label for line in self.lines)))

    @property
    def room(self) -> "Room":
        return ROOMS[self.sheet]


@dataclass(frozen=True, slots=True)
class Room:
    """Millimetres. `side`, `top`, `bottom`: margins; the issuer's name stands in a box of width `sign` around the middle of the seal."""

    paper: str
    width: int
    height: int
    side: int
    top: int
    bottom: int
    sign: int
    seal: int

    @classmethod
    def of(cls, paper: str, width: int, height: int, *, small: bool) -> Self:
        side, top, bottom, sign, seal = (16, 14, 50, 62, 34) if small else (27, 25, 70, 82, 42)
        return cls(paper, width, height, side, top, bottom, sign, seal)

    @property
    def spot(self) -> Spot:
        """Upon the issuer's name and the date."""
        return Spot(0, self.width - self.side - self.sign / 2, self.height - self.bottom + self.seal / 2 - 5, self.seal)

    def as_json(self) -> Json:
        spot = self.spot
        return {name: getattr(self, name) for name in self.__slots__} | {"x": spot.x, "y": spot.y}


ROOMS: dict[str, Room] = {
    "a4": Room.of("a4", 210, 297, small=False),
    "a4-across": Room.of("a4", 297, 210, small=False),
    "a5": Room.of("a5", 148, 210, small=True),
    "a5-across": Room.of("a5", 210, 148, small=True),
}


def _is_line(text: str) -> bool:
    return not any(category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text)


def read_layout(text: str) -> Layout:
    """From its one form, as a licence brings it along. Raises `BadLayout`."""
    try:
        value: Any = strictjson.parse_canonical(text.encode(), max_bytes=MAX_BYTES)
        if value.pop("v") != VERSION:
            raise BadLayout("another version")
        lines = tuple(LayoutLine(field, label) for field, label in value.pop("lines"))
        return Layout(**value, lines=lines)
    except BadLayout:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadLayout(type(error).__name__) from None
