"""The press: the same words give the same bytes, data is never markup, and no paper has an empty box."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tongban.papers import press
from tongban.papers.press import FontMissing, GlyphMissing, print_sheet
from tongban.papers.sheet import Block, Sheet

SHEET = Sheet(
    title="收件凭证", number="济阳政务收〔2026〕1号", addressee="罗建国", paragraphs=("你提交的材料已收到。",),
    blocks=(Block("材料", ("身份证",)), Block("", rows=(("姓名", "罗建国"),))), closing=("特此告知。",), signs=("申请人（签名）：",),
    agency="济阳区政务服务中心", date="2026年11月20日", foot="查询", practice=True, made_at=datetime(2026, 11, 20, 2, tzinfo=UTC),
)  # fmt: skip


def test_the_same_sheet_gives_the_same_bytes() -> None:
    first = print_sheet(SHEET)
    assert first.startswith(b"%PDF-1.7") and b"pdfaid" in first
    assert print_sheet(replace(SHEET)) == first
    assert print_sheet(replace(SHEET, number="济阳政务收〔2026〕2号")) != first


@pytest.mark.parametrize("name", ["𠮷野家", "龙䶮", "阿卜杜拉·买买提", "ANNA MÜLLER"])
def test_names_with_rare_signs_are_printed(name: str) -> None:
    assert print_sheet(replace(SHEET, addressee=name))


@pytest.mark.parametrize("name", ["\ue863野", "\U000f0000"])
def test_a_sign_that_the_font_lacks_stops_the_paper(name: str) -> None:
    with pytest.raises(GlyphMissing) as refused:
        print_sheet(replace(SHEET, addressee=name))
    assert name not in str(refused.value) + str(refused.value.__cause__)


def test_what_people_typed_is_no_markup() -> None:
    assert print_sheet(replace(SHEET, paragraphs=('#panic("x") $ * _ ` \\ <a> @b [c]',)))


def test_without_its_fonts_it_says_so(settings: Any, tmp_path: Any) -> None:
    settings.PAPER_FONTS = [str(tmp_path)]
    with pytest.raises(FontMissing, match="not installed"):
        print_sheet(SHEET)


def test_a_paper_can_be_looked_at() -> None:
    assert press.show_sheet(SHEET).startswith(b"\x89PNG")
