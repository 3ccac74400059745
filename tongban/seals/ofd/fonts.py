"""The subset fonts of a PDF as OpenType files: the glyphs that were printed, with a table that says which character each is."""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTFont, newTable

_CHARACTER = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*\n")
_RANGE = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>")
_LISTS = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_MADE = 3_600_000_000
"""Seconds since 1904: some day that is always the same."""
_OTHER = "\N{REPLACEMENT CHARACTER}"


class FontUnreadable(ValueError):
    """A font that is not embedded, or in a way that is not known here."""


@dataclass(frozen=True)
class PdfFont:
    """Of a composite font with two-byte codes. `widths` in thousandths of the size."""

    name: str
    program: bytes = field(repr=False)
    is_cff: bool
    characters: dict[int, str]
    widths: dict[int, float]
    ascent: float
    descent: float

    def codes(self, text: bytes) -> Iterator[int]:
        return (int.from_bytes(text[i : i + 2], "big") for i in range(0, len(text), 2))

    def character(self, code: int) -> str:
        """One character, for each glyph has its own place."""
        return self.characters.get(code, _OTHER)[:1]

    def width(self, code: int) -> float:
        return self.widths.get(code, 0.0)

    def file(self) -> bytes:
        """As an OpenType file; the same font gives the same bytes."""
        glyphs = self._glyphs()
        cmap = {ord(self.character(code)): name for code, name in glyphs.items() if code in self.characters}
        font = self._with_outlines() if not self.is_cff else self._with_cff(glyphs)
        font.setupCharacterMap(cmap)
        font.setupHorizontalHeader(ascent=round(self.ascent), descent=round(self.descent))
        font.setupNameTable({"familyName": self.name, "styleName": "Regular", "psName": self.name[:60]})
        font.setupOS2(sTypoAscender=round(self.ascent), sTypoDescender=round(self.descent), usWinAscent=round(self.ascent),
                      usWinDescent=abs(round(self.descent)))  # fmt: skip
        font.setupPost()
        font.font["head"].created = font.font["head"].modified = _MADE
        out = io.BytesIO()
        font.font.recalcTimestamp = False
        font.save(out)
        return out.getvalue()

    def _glyphs(self) -> dict[int, str]:
        order = self._order()
        return {code: order[code] for code in self.characters if code < len(order)}

    def _order(self) -> list[str]:
        if not self.is_cff:
            return list(TTFont(io.BytesIO(self.program)).getGlyphOrder())
        return list(_cff(self.program).cff[0].charset)

    def _with_cff(self, glyphs: dict[int, str]) -> FontBuilder:
        builder = FontBuilder(1000, isTTF=False)
        builder.font.sfntVersion = "OTTO"
        order = self._order()
        builder.setupGlyphOrder(order)
        builder.font["CFF "] = _cff(self.program)
        wide = {name: (round(self.width(code)), 0) for code, name in glyphs.items()}
        builder.setupHorizontalMetrics({name: wide.get(name, (1000, 0)) for name in order})
        return builder

    def _with_outlines(self) -> FontBuilder:
        return FontBuilder(font=TTFont(io.BytesIO(self.program), recalcTimestamp=False))


def read_font(font: Any) -> PdfFont:
    """Raises `FontUnreadable`."""
    try:
        inner = font["/DescendantFonts"][0]
        shape = inner["/FontDescriptor"]
        is_cff = "/FontFile3" in shape
        program = bytes(shape["/FontFile3" if is_cff else "/FontFile2"].read_bytes())
        characters = _characters(bytes(font["/ToUnicode"].read_bytes()))
        ascent, descent = float(shape["/Ascent"]), float(shape["/Descent"])
    except (KeyError, IndexError, ValueError):
        raise FontUnreadable("a font that is not embedded") from None
    family = str(inner["/BaseFont"]).rpartition("+")[2].lstrip("/")
    # Two subsets of one font are two fonts.
    name = f"{family}-{hashlib.sha256(program).hexdigest()[:8]}"
    return PdfFont(name, program, is_cff, characters, dict(_widths(inner.get("/W", []))), ascent, descent)


def _cff(program: bytes) -> Any:
    table = newTable("CFF ")
    table.decompile(program, TTFont(sfntVersion="OTTO"))
    for part in getattr(table.cff[0], "FDArray", []):
        # A PDF may scale in the part; font files scale in one place, and most readers take a second one for an error.
        part.rawDict.pop("FontMatrix", None)
        part.__dict__.pop("FontMatrix", None)
    return table


def _characters(cmap: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for kind, body in _LISTS.findall(cmap):
        if kind == b"bfchar":
            found |= {int(code, 16): _text(text) for code, text in _CHARACTER.findall(body)}
            continue
        for first, last, text in _RANGE.findall(body):
            start = ord(_text(text)[-1])
            found |= {code: chr(start + code - int(first, 16)) for code in range(int(first, 16), int(last, 16) + 1)}
    return found


def _text(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")


def _widths(array: Any) -> Iterator[tuple[int, float]]:
    """`first [w w w]` or `first last w`, one after another (ISO 32000-1, 9.7.4.3)."""
    rest = list(array)
    while rest:
        first = int(rest.pop(0))
        second = rest.pop(0)
        if hasattr(second, "__iter__"):
            yield from ((first + i, float(width)) for i, width in enumerate(second))
        else:
            width = float(rest.pop(0))
            yield from ((code, width) for code in range(first, int(second) + 1))
