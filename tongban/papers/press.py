"""A sheet as PDF/A-2b: the same sheet gives the same bytes, with the font inside."""

from dataclasses import asdict
from pathlib import Path

from tongban.kernel.press import FontMissing, GlyphMissing, typeset
from tongban.papers.sheet import Sheet

__all__ = ["FontMissing", "GlyphMissing", "print_sheet", "show_sheet"]

TEMPLATE = (Path(__file__).parent / "paper.typ").read_bytes()


def print_sheet(sheet: Sheet) -> bytes:
    """Refuses `FontMissing`, `GlyphMissing`."""
    return typeset(TEMPLATE, _data(sheet), made_at=sheet.made_at)


def show_sheet(sheet: Sheet) -> bytes:
    """The first page as PNG, to look at."""
    return typeset(TEMPLATE, _data(sheet), kind="png", made_at=sheet.made_at)


def _data(sheet: Sheet) -> dict[str, object]:
    return {**asdict(sheet), "made_at": sheet.made_at.isoformat()}
