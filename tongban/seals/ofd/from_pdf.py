"""The pages of a PDF as drawing: the licence is laid out once, by typst, and both files show the same page with the same glyphs.

Reads what typst writes and no more: texts in embedded fonts, paths, pictures, forms. Clipping is passed over, for nothing of ours needs it.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from tongban.seals.ofd.fonts import PdfFont, read_font
from tongban.seals.ofd.page import BLACK, IDENTITY, Colour, Font, Image, Item, Page, Shape, Transform, Words, join, put

MM = 25.4 / 72
MAX_FORMS = 4


class NotDrawable(ValueError):
    """The PDF holds something that this reader does not know."""


@dataclass(frozen=True, slots=True)
class Drawing:
    pages: tuple[Page, ...]
    fonts: tuple[Font, ...]


@dataclass(frozen=True, slots=True)
class _Pen:
    """What `q` keeps and `Q` gives back."""

    transform: Transform
    fill: Colour = BLACK
    stroke: Colour = BLACK
    width: float = 1.0
    font: str = ""
    size: float = 0.0
    fill_alpha: float = 1.0
    stroke_alpha: float = 1.0

    @property
    def filled(self) -> Colour:
        return _faded(self.fill, self.fill_alpha)

    @property
    def drawn(self) -> Colour:
        return _faded(self.stroke, self.stroke_alpha)


@dataclass
class _Sheet:
    pen: _Pen
    fonts: dict[str, PdfFont]
    items: list[Item] = field(default_factory=list)
    kept: list[_Pen] = field(default_factory=list)
    path: list[tuple[str, tuple[float, ...]]] = field(default_factory=list)
    line: Transform = IDENTITY


def draw_pdf(pdf: bytes) -> Drawing:
    """Raises `NotDrawable`."""
    fonts: dict[str, PdfFont] = {}
    with closing(pikepdf.open(io.BytesIO(pdf))) as opened:
        pages = tuple(_page(page, fonts) for page in opened.pages)
    used = {font.name: Font(font.name, font.file()) for font in fonts.values()}
    return Drawing(pages, tuple(used.values()))


def _page(page: Any, fonts: dict[str, PdfFont]) -> Page:
    left, bottom, right, top = (float(side) for side in page.mediabox)
    sheet = _Sheet(_Pen((MM, 0, 0, -MM, -left * MM, top * MM)), fonts)
    _run(sheet, page, page.get("/Resources", {}), depth=0)
    return Page((right - left) * MM, (top - bottom) * MM, tuple(sheet.items))


def _run(sheet: _Sheet, stream: Any, resources: Any, *, depth: int) -> None:
    for step in pikepdf.parse_content_stream(stream):
        operands, name = step.operands, str(step.operator)
        if name == "Do":
            _do(sheet, resources["/XObject"][str(operands[0])], resources, depth=depth)
        elif name == "Tf":
            _use_font(sheet, resources["/Font"][str(operands[0])], float(operands[1]))
        elif name == "gs":
            _use_state(sheet, resources["/ExtGState"][str(operands[0])])
        elif name in _STEPS:
            _STEPS[name](sheet, operands)


def _do(sheet: _Sheet, found: Any, resources: Any, *, depth: int) -> None:
    if found["/Subtype"] == "/Image":
        sheet.items.append(Image(_png(found), join((1, 0, 0, -1, 0, 1), sheet.pen.transform)))
        return
    if depth == MAX_FORMS:
        raise NotDrawable("forms within forms")
    kept = sheet.pen
    matrix = _numbers(found.get("/Matrix", IDENTITY))
    sheet.pen = replace(sheet.pen, transform=join(_six(matrix), sheet.pen.transform))
    _run(sheet, found, found.get("/Resources", resources), depth=depth + 1)
    sheet.pen = kept


def _png(found: Any) -> bytes:
    picture = pikepdf.PdfImage(found).as_pil_image()
    if "/SMask" in found:
        mask = pikepdf.PdfImage(found["/SMask"]).as_pil_image().convert("L")
        picture = picture.convert("RGB")
        picture.putalpha(mask)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _use_font(sheet: _Sheet, font: Any, size: float) -> None:
    name = str(font["/BaseFont"])
    if name not in sheet.fonts:
        sheet.fonts[name] = read_font(font)
    sheet.pen = replace(sheet.pen, font=name, size=size)


def _show(sheet: _Sheet, parts: Any) -> None:
    """A line of glyphs, with the gaps between them in thousandths of the size."""
    font, size = sheet.fonts[sheet.pen.font], sheet.pen.size
    text, at, x = "", [], 0.0
    for part in parts:
        if not isinstance(part, pikepdf.String | bytes):
            x -= float(part) / 1000 * size
            continue
        for code in font.codes(bytes(part)):
            at.append(x)
            text += font.character(code)
            x += font.width(code) / 1000 * size
    sheet.items += _words(sheet, text, at)
    sheet.line = join((1, 0, 0, 1, x, 0), sheet.line)


def _words(sheet: _Sheet, text: str, at: list[float]) -> Iterator[Words]:
    """Where the line is level, its size is in millimetres and nothing turns it; else the transform says how it lies."""
    pen = sheet.pen
    # Glyphs grow upwards, the page downwards.
    placed = join((1, 0, 0, -1, 0, 0), join(sheet.line, pen.transform))
    a, b, c, d, e, f = placed
    name = sheet.fonts[pen.font].name
    if not text.strip():
        return
    if abs(b) + abs(c) < 1e-6 and abs(a - d) < 1e-6 and a > 0:
        yield Words(text, tuple(x * a for x in at), name, pen.size * a, (1, 0, 0, 1, e, f), pen.filled)
    else:
        yield Words(text, tuple(at), name, pen.size, placed, pen.filled)


def _paint(*, fill: bool, stroke: bool, close: bool = False) -> Callable[[_Sheet, Any], None]:
    def paint(sheet: _Sheet, _: Any) -> None:
        path = (*sheet.path, ("C", ())) if close else tuple(sheet.path)
        sheet.path = []
        a, b = sheet.pen.transform[:2]
        width = sheet.pen.width * (a * a + b * b) ** 0.5
        if path and (fill or stroke):
            shown = Shape(path, sheet.pen.filled if fill else None, sheet.pen.drawn if stroke else None, width)
            sheet.items.append(shown)

    return paint


def _step(letter: str) -> Callable[[_Sheet, Any], None]:
    def step(sheet: _Sheet, operands: Any) -> None:
        numbers = _numbers(operands)
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        sheet.path.append((letter, tuple(v for x, y in pairs for v in put(x, y, sheet.pen.transform))))

    return step


def _rectangle(sheet: _Sheet, operands: Any) -> None:
    x, y, width, height = _numbers(operands)
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    for letter, corner in zip("MLLL", corners, strict=True):
        sheet.path.append((letter, put(*corner, sheet.pen.transform)))
    sheet.path.append(("C", ()))


def _colour(operands: Any) -> Colour:
    values = [float(value) for value in operands if not isinstance(value, pikepdf.Name)]
    if len(values) == 1:
        values *= 3
    if len(values) == 4:
        values = [(1 - value) * (1 - values[3]) for value in values[:3]]
    if len(values) != 3:
        raise NotDrawable("a colour space that is not known")
    red, green, blue = (max(0, min(255, round(value * 255))) for value in values)
    return red, green, blue, 255


def _faded(colour: Colour, alpha: float) -> Colour:
    red, green, blue, _ = colour
    return red, green, blue, round(alpha * 255)


def _use_state(sheet: _Sheet, state: Any) -> None:
    """How opaque what follows is; nothing else of a state is used by our pages."""
    pen = sheet.pen
    fill, stroke = float(state.get("/ca", pen.fill_alpha)), float(state.get("/CA", pen.stroke_alpha))
    sheet.pen = replace(pen, fill_alpha=fill, stroke_alpha=stroke)


def _keep(sheet: _Sheet, _: Any) -> None:
    sheet.kept.append(sheet.pen)


def _give_back(sheet: _Sheet, _: Any) -> None:
    sheet.pen = sheet.kept.pop()


def _move(sheet: _Sheet, operands: Any) -> None:
    sheet.pen = replace(sheet.pen, transform=join(_six(_numbers(operands)), sheet.pen.transform))


def _fill(sheet: _Sheet, operands: Any) -> None:
    sheet.pen = replace(sheet.pen, fill=_colour(operands))


def _stroke(sheet: _Sheet, operands: Any) -> None:
    sheet.pen = replace(sheet.pen, stroke=_colour(operands))


def _width(sheet: _Sheet, operands: Any) -> None:
    sheet.pen = replace(sheet.pen, width=float(operands[0]))


def _begin(sheet: _Sheet, _: Any) -> None:
    sheet.line = IDENTITY


def _line(sheet: _Sheet, operands: Any) -> None:
    sheet.line = _six(_numbers(operands))


_STEPS: dict[str, Callable[[_Sheet, Any], None]] = {
    "q": _keep, "Q": _give_back, "cm": _move, "w": _width, "BT": _begin, "Tm": _line,
    "TJ": lambda sheet, operands: _show(sheet, operands[0]), "Tj": _show,
    "m": _step("M"), "l": _step("L"), "c": _step("B"), "re": _rectangle,
    "h": lambda sheet, _: sheet.path.append(("C", ())),
    "f": _paint(fill=True, stroke=False), "f*": _paint(fill=True, stroke=False), "S": _paint(fill=False, stroke=True),
    "s": _paint(fill=False, stroke=True, close=True), "B": _paint(fill=True, stroke=True),
    "n": _paint(fill=False, stroke=False), "rg": _fill, "g": _fill, "k": _fill, "sc": _fill, "scn": _fill,
    "RG": _stroke, "G": _stroke, "K": _stroke, "SC": _stroke, "SCN": _stroke,
}  # fmt: skip


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _six(values: tuple[float, ...]) -> Transform:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f
