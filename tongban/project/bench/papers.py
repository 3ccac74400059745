"""ocr_s_per_page: one page in a file of its own, from the start of the reader's process to its fields.

Needs no node; without the extra `ocr` there is nothing to measure.
"""

import time
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from tongban.documents.reading.kinds import REFERRAL_LETTER, read_fields
from tongban.documents.reading.process import is_installed, read_pages
from tongban.project.bench.running import Sizes

WIDTH, HEIGHT = 1240, 1754
"""A4 at 150 dots an inch."""
LINES = (
    "临邑县人民医院", "转诊转院证明", "姓名：罗建国    性别：男    年龄：58岁", "身份证号：991424196803120015", "参保地：山东省德州市临邑县",
    "转往医院：济南市济阳区人民医院", "转诊理由：因病情需要，转往外地医院治疗。", "有效期：自开具之日起三个月", "经办医师：王芳",
    "临邑县人民医院医保办公室", "2026年11月18日",
)  # fmt: skip
FIELDS = 5
FONTS = Path("/usr/share/fonts/opentype/noto")


def measure(ground: Any, sizes: Sizes) -> dict[str, float]:
    if not is_installed():
        return {}
    letter = _letter_on_its_side()
    return {"ocr_s_per_page": round(median(_seconds(letter) for _ in range(sizes.pages)), 2)}


def _seconds(letter: bytes) -> float:
    begun = time.perf_counter()
    found = read_fields(REFERRAL_LETTER, read_pages(letter)).fields
    if len(found) != FIELDS:
        raise AssertionError("every field of the letter must be read")
    return time.perf_counter() - begun


def _letter_on_its_side() -> bytes:
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(_font()), 38)
    for row, text in enumerate(LINES):
        pen.text((150, 150 + 95 * row), text, font=font, fill="black")
    drawn = BytesIO()
    page.transpose(Image.Transpose.ROTATE_90).save(drawn, "JPEG", quality=75)
    return drawn.getvalue()


def _font() -> Path:
    """One of those that papers are printed with."""
    return next(iter(sorted(FONTS.glob("*CJK*Regular*"))))
