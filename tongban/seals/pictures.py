"""The picture of a seal: red ring, star, the owner's name along the ring, its purpose below. The same words give the same bytes."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tongban.kernel.press import typeset

TEMPLATE = (Path(__file__).parent / "seal.typ").read_bytes()
MILLIMETRES = 42
"""Across. Of a county-level office: 国发〔1999〕25号."""
_TIMELESS = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Engraving:
    """`owner`: the office by its full name; `title`: what the seal is for (行政审批专用章), or ""; `number`: of the seal, small at the foot.
    `practice`: made for a demonstration, which stands across the star."""

    owner: str
    title: str
    number: str
    practice: bool


def draw_pdf(engraving: Engraving) -> bytes:
    """One page of the seal's size, without ground; what is laid upon a document. Refuses `FontMissing`, `GlyphMissing`."""
    return typeset(TEMPLATE, asdict(engraving), made_at=_TIMELESS, standard=None)


def draw_svg(engraving: Engraving) -> bytes:
    """Outlines instead of letters: it looks the same without the font."""
    return typeset(TEMPLATE, asdict(engraving), kind="svg", made_at=_TIMELESS)


def draw_png(engraving: Engraving) -> bytes:
    return typeset(TEMPLATE, asdict(engraving), kind="png", made_at=_TIMELESS)
