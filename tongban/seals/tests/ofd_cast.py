"""A page, a seal and its owner for the stories of OFD."""

import io
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import typst
from django.conf import settings
from PIL import Image, ImageDraw

from tongban.kernel import sm2
from tongban.seals import gb38540
from tongban.seals.ofd.from_pdf import draw_pdf
from tongban.seals.ofd.page import Box
from tongban.seals.ofd.sealing import seal_ofd
from tongban.seals.ofd.writing import Titled, write_ofd
from tongban.seals.sm2_certificates import Signatory, issue_certificate, make_authority

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
PLACE = Box(120, 100, 42, 42)
TITLED = Titled("公共场所卫生许可证", "临邑县卫生健康局", AT.date())
SOURCE = """
#set page(paper: "a4", background: rotate(-32deg, text(size: 84pt, fill: rgb("#f3d9d6"))[样张]))
#set text(font: ("Noto Serif CJK SC",), lang: "zh")
#align(center, text(22pt, weight: "bold")[公共场所卫生许可证])
#table(columns: 2, [名称], [济阳·某酒店 Hotel AV 12], [地址], [济阳区一号])
#rect(fill: red, width: 2cm, height: 1cm, stroke: 2pt + blue, radius: 3pt)
#image(bytes("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 4'><path d='M0 0h1v1h-1z M2 2h1v2h-1z'/></svg>"), width: 2cm)
"""


@lru_cache(maxsize=1)
def printed() -> bytes:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(settings.PAPER_FONTS))
    return typst.Compiler(b"", font_paths=fonts).compile(input=SOURCE.encode(), format="pdf", pdf_standards="a-2b")


@lru_cache(maxsize=1)
def unsealed() -> bytes:
    drawing = draw_pdf(printed())
    return write_ofd(drawing.pages, fonts=drawing.fonts, titled=TITLED, attachments={"licence.txt": b"TB1.AAAA"})


@lru_cache(maxsize=1)
def authority() -> Signatory:
    return make_authority(name="印章管理中心", secret=sm2.new_secret(), serial=1, from_=AT - YEAR, until=AT + 9 * YEAR)


@lru_cache(maxsize=1)
def owner() -> Signatory:
    secret = sm2.new_secret()
    public = sm2.public_of(secret)
    made = issue_certificate(
        name="临邑县卫生健康局", public=public, by=authority(), serial=2, from_=AT - YEAR, until=AT + YEAR
    )
    return Signatory(made, secret)


@lru_cache(maxsize=1)
def seal() -> bytes:
    picture = gb38540.Picture("PNG", ring(), 42, 42)
    return gb38540.make_seal(
        id="37142400000001", name="临邑县卫生健康局", owners=[owner().certificate], picture=picture, from_=AT, until=AT + YEAR,
        maker=authority(), at=AT,
    )  # fmt: skip


@lru_cache(maxsize=1)
def sealed() -> bytes:
    return seal_ofd(unsealed(), seal=seal(), owner=owner(), at=AT, page=0, place=PLACE)


def ring() -> bytes:
    picture, out = Image.new("RGBA", (80, 80)), io.BytesIO()
    ImageDraw.Draw(picture).ellipse((4, 4, 76, 76), outline=(200, 0, 0, 255), width=4)
    picture.save(out, "PNG")
    return out.getvalue()
