"""Typesetting (排版): a template and its data as PDF/A, PNG or SVG. The same data give the same bytes: no clock, no network, and no fonts
but those of the setting.

The font is Noto CJK (SIL Open Font License), Debian's fonts-noto-cjk; where it lies is a setting.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import typst
from django.conf import settings

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC")
_NO_GLYPH = "could not be displayed"
_WORDS = b"""#let sheet = json(bytes(sys.inputs.sheet))
#set document(title: "-")
#set text(font: sheet.fonts, fallback: false)
#sheet.words
"""
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class FontMissing(Refused):
    """An installation without fonts prints nothing at all, rather than empty boxes."""

    status = 503
    text = Text("服务器上没有文书字体，无法出具文书。", "The fonts for papers are not installed on this server.")
    advice = Text(
        "请系统管理员安装 fonts-noto-cjk，或设置 TONGBAN_PAPER_FONTS。",
        "Let the operator install fonts-noto-cjk, or set TONGBAN_PAPER_FONTS.",
    )


class GlyphMissing(Refused):
    """A paper with a box for somebody's name is not issued."""

    status = 422
    text = Text(
        "有生僻字不在字库中，文书没有出具。", "The fonts lack a rare character of this paper; it was not issued."
    )
    advice = Text(
        "请系统管理员补装含该字的字体；之后重新打开，或在办件有新进展时自动出具。",
        "Let the operator add a font with this character; then open it again, or wait for the next step of the case.",
    )


def typeset(
    template: bytes,
    data: Mapping[str, Any],
    *,
    kind: "typst.OutputFormat" = "pdf",
    made_at: datetime,
    standard: "typst.PDFStandard | None" = "a-2b",
) -> bytes:
    """The first page as PNG or SVG, or the whole as PDF. The template finds `data`, and the families of the fonts as `fonts`, in
    `sys.inputs.sheet`.

    `standard`: of the PDF, or None. Refuses `FontMissing`; `GlyphMissing` only for PDF/A: a picture shows a box instead, so that whatever people
    typed for one is asked of `find_missing` before.
    """
    fonts, families = _fonts(tuple(settings.PAPER_FONTS))
    value = json.dumps({**data, "fonts": families}, ensure_ascii=False, sort_keys=True)
    compiler = typst.Compiler(b"", font_paths=fonts)
    try:
        pages = compiler.compile(
            input=template, format=kind, sys_inputs={"sheet": value}, timestamp=int(made_at.timestamp()),
            pdf_standards=standard if kind == "pdf" and standard else [],
        )  # fmt: skip
    except typst.TypstError as error:
        # The message quotes the text, which may be a name.
        if _NO_GLYPH in error.message:
            raise GlyphMissing from None
        raise RuntimeError("a template does not compile") from None
    return (pages[0] if isinstance(pages, list) else pages) or b""


def find_missing(text: str) -> str:
    """The characters of `text` that no font here has, each once, in order. Refuses `FontMissing`."""
    if _is_covered(text):
        return ""
    return "".join(sign for sign in dict.fromkeys(text) if not _is_covered(sign))


def name_signs(signs: str) -> str:
    """To be told on a page, whose font may lack them too: each with its code point."""
    return "、".join(f"{sign}（U+{ord(sign):04X}）" for sign in signs)


def _is_covered(text: str) -> bool:
    try:
        typeset(_WORDS, {"words": text}, made_at=_ANY_TIME)
    except GlyphMissing:
        return False
    return True


@lru_cache(maxsize=2)
def _fonts(directories: tuple[str, ...]) -> tuple[typst.Fonts, list[str]]:
    """Read once; refused each time while they are not there. Others in the directories serve for what the first two lack."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(directories))
    if not set(FAMILIES) <= set(found.families()):
        raise FontMissing
    return found, [*FAMILIES, *sorted(set(found.families()) - set(FAMILIES))]
