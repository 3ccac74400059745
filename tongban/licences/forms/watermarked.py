"""A licence as a picture for one recipient: what for and to whom stands across it, and it is no original (no seal)."""

from tongban.licences.content import Content
from tongban.licences.face import SignedFace
from tongban.licences.forms.printing import show_licence

_ACROSS = b"""
#let words = json(bytes(sys.inputs.sheet)).watermark
#let families = json(bytes(sys.inputs.sheet)).fonts
#set page(foreground: layout(room => {
  let step = 34mm
  let line = range(8).map(_ => words).join("\\u{3000}\\u{3000}\\u{3000}")
  place(center + horizon, rotate(-24deg, box(width: 2 * room.width, {
    for n in range(int(2 * room.height / step)) {
      place(top + left, dx: -0.5 * room.width - calc.rem(n, 2) * 22mm, dy: n * step - 1.0 * room.height,
        text(font: families, size: 13pt, fill: rgb(20, 60, 120, 60), box(width: 4 * room.width, line)))
    }
  })))
}))
"""


def show_watermarked(content: Content, signed: SignedFace, *, words: str) -> bytes:
    """PNG. Refuses `FontMissing`, `TemplateMissing`, and `GlyphMissing`, also for what the holder typed."""
    return show_licence(content, signed, across=_ACROSS, words={"watermark": words})
