"""A licence as a picture for one recipient: what for and to whom stands across it, and it is no original: no seal, no
code of the licence."""

from tongban.kernel.press import GlyphMissing, find_missing
from tongban.licences.content import Content
from tongban.licences.forms.printing import show_copy

SCAN = "扫码核验本次出示，不是证照码"

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


def show_watermarked(content: Content, *, words: str, code: str) -> bytes:
    """PNG. `code`: of this showing (`share_codes.py`), where the licence has its own, which is never given away with a picture.

    Refuses `FontMissing`, `TemplateMissing`, `GlyphMissing`: this node may lack a font that the issuer's has, and a picture would show a box for
    somebody's name.
    """
    if find_missing("".join((words, content.issuer.name, *(field.value for field in content.fields)))):
        raise GlyphMissing
    return show_copy(content, code=code, scan=SCAN, across=_ACROSS, words={"watermark": words})
