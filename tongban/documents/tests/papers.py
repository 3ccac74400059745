"""Papers drawn for tests and made to look photographed: grain, slight perspective, turned. The people and numbers are made up."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from tests.cast import LUO

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
SIMPLIFIED = 2
"""Its face in the collection."""
WIDTH, HEIGHT = 1240, 1754
TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}

needs_font = pytest.mark.skipif(not FONT.exists(), reason="the font fonts-noto-cjk is not installed")

Words = tuple[int, int, int, str]
"""Where it begins from the left and the top, how large, what."""


def letter(name: str = LUO.name, number: str = LUO.id_number, *, day: str = "2026年11月18日") -> Sequence[Words]:
    """A referral letter of the hospital of 临邑."""
    body = [
        f"姓名：{name}    性别：男    年龄：58岁", f"身份证号：{number}", "参保地：山东省德州市临邑县",
        "转往医院：济南市济阳区人民医院", "转诊理由：因病情需要，转往外地医院治疗。", "经办医师：王芳", "临邑县人民医院医保办公室", day,
    ]  # fmt: skip
    lines = [(150, 420 + 95 * row, 38, text) for row, text in enumerate(body)]
    return [(330, 150, 62, "临邑县人民医院"), (390, 260, 56, "转诊转院证明"), *lines]


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size, index=SIMPLIFIED)


def photo(words: Sequence[Words], *, turned: int = 0) -> bytes:
    """JPEG of the paper as a phone sees it. `turned`: degrees, against the clock."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (245, 240, 228))
    pen = ImageDraw.Draw(picture)
    for x, y, size, text in words:
        pen.text((x, y), text, font=_font(size), fill=(40, 40, 40))
    grain = Image.effect_noise((WIDTH, HEIGHT), 34).convert("RGB")
    picture = ImageChops.add(picture.filter(ImageFilter.GaussianBlur(1.1)), grain, scale=1.6)
    seen = (-40, -30, 25, HEIGHT + 20, WIDTH + 50, HEIGHT - 35, WIDTH - 15, 40)
    picture = picture.transform((WIDTH, HEIGHT), Image.Transform.QUAD, seen, fillcolor=(90, 80, 70))
    drawn = BytesIO()
    (picture.transpose(TURNS[turned]) if turned else picture).save(drawn, "JPEG", quality=70)
    return drawn.getvalue()
