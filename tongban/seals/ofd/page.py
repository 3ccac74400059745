"""A page as drawing: texts, lines, pictures, in millimetres from the upper left corner. Plain Python."""

from dataclasses import dataclass, field

Transform = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): x' = a·x + c·y + e, y' = b·x + d·y + f."""

Colour = tuple[int, int, int, int]
"""Red, green, blue and how opaque it is, each 0 to 255."""
IDENTITY: Transform = (1, 0, 0, 1, 0, 0)
BLACK: Colour = (0, 0, 0, 255)


@dataclass(frozen=True, slots=True)
class Font:
    """`data`: an OpenType file that holds the characters of the pages and no others."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """Characters on one line. `at`: where each begins, along the line. `size` of the font and `transform` of the line as a whole."""

    text: str
    at: tuple[float, ...]
    font: str
    size: float
    transform: Transform
    fill: Colour = BLACK


@dataclass(frozen=True, slots=True)
class Shape:
    """`path`: steps of `M x y`, `L x y`, `B x1 y1 x2 y2 x y` and `C`, in page coordinates. No colour: not filled, not drawn."""

    path: tuple[tuple[str, tuple[float, ...]], ...]
    fill: Colour | None
    stroke: Colour | None
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Image:
    """PNG; the unit square is put on the page by `transform`."""

    data: bytes = field(repr=False)
    transform: Transform


Item = Words | Shape | Image


@dataclass(frozen=True, slots=True)
class Page:
    width: float
    height: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a page; x and y of its upper left corner."""

    x: float
    y: float
    width: float
    height: float


def join(first: Transform, then: Transform) -> Transform:
    """One transform that does both."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def put(x: float, y: float, by: Transform) -> tuple[float, float]:
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f
