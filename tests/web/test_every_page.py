"""Every page of the portals, whoever may open it: on a phone, a tablet and a desk, in the elder view (适老化), in English, and without JavaScript.

The pages are those that the stories of `every_page.py` come to. With CONTACT_SHEET=folder all of them are photographed there.
"""

import html
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.cast import HUIMIN, JIYANG, LINYI
from tests.web.citizens import Phone, open_portal
from tests.web.desks import Desks
from tests.web.every_page import World, routes_with_pages
from tests.web.looking import WIDTHS, Eyes, eyes
from tests.web.recorder import ALBUM, Shot
from tongban.kernel.node import Node

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("every-page"), pytest.mark.timeout(600)]

NO_PAGES = {
    "citizen:begin": "leads to the form",
    "citizen:situation": "leads to the questions",
    "citizen:record": "a file",
    "citizen:sitemap": "a file",
    "citizen:sitemap-part": "a file",
    "citizen:robots": "a file",
    "citizen:paper": "a file, or leads to the papers",
    "citizen:sign-in-unified": "leads to the provider",
    "citizen:sign-in-unified-return": "leads back from the provider",
    "citizen:mandate-code": "only by POST shows what it is for",
    "citizen:resubmit": "the page of citizen:correct with another question",
    "citizen:supply-tolerated": "the page of citizen:correct with another question",
    "staff:record": "a file",
    "staff:file": "a file",
    "staff:paper": "a file",
    "staff:resubmit": "the page of staff:complete with another question",
    "staff:supply-tolerated": "the page of staff:supplement with another question",
    "staff:reception-signature": "a picture",
    "staff:rules-examples-book": "a file",
    "staff:compare-table": "a file",
    "staff:import-template": "a file",
    "staff:import-json": "a file",
    "staff:national-tables": "a file",
    "staff:definition-export": "a file",
    "citizen:status-lists": "signed lists, for programs",
    "citizen:status-list": "a signed list, for programs",
    "staff:seal-picture": "a picture",
    "staff:licence-form": "a file",
    "staff:licence-form-picture": "a picture",
    "staff:licence-form-version": "a file",
    "staff:licence-form-version-picture": "a picture",
}
"""Addresses that answer GET with something else than a page of their own."""


@pytest.fixture(scope="module")
def shots(
    django_db_setup: None,
    django_db_blocker: pytest.FixtureRequest,
    homes: dict[str, Node],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[Shot]]:
    blobs = settings.STORAGES["blobs"]
    kept = {**blobs, "OPTIONS": {**blobs["OPTIONS"], "location": str(tmp_path_factory.mktemp("blobs"))}}
    recorded = ["tests.web.recorder.Recorder", *settings.MIDDLEWARE]
    nodes = [homes[region] for region in (JIYANG, LINYI, HUIMIN)]
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        override_settings(MIDDLEWARE=recorded, STORAGES={**settings.STORAGES, "blobs": kept}),
        transaction.atomic(),
    ):
        open_portal(*nodes)
        World(Phone(nodes[0]), Desks(*nodes)).live()
        transaction.set_rollback(True)
    yield ALBUM.shots


@pytest.fixture(scope="module")
def looking(shots: list[Shot]) -> Iterator[Eyes]:
    sheet = os.environ.get("CONTACT_SHEET")
    with eyes(Path(sheet) if sheet else None) as looking:
        yield looking


def test_every_address_of_the_portals_was_looked_at(shots: list[Shot]) -> None:
    """A new page without a story, and without an entry above, fails here."""
    assert set(routes_with_pages()) - {shot.route for shot in shots} - set(NO_PAGES) == set()
    assert {shot.route for shot in shots if shot.status == 200} & set(NO_PAGES) == set()


def test_on_every_screen(looking: Eyes, shots: list[Shot]) -> None:
    assert looking.barriers_of(shots, "zh", widths=WIDTHS, axe=True) == []


def test_in_the_elder_view(looking: Eyes, shots: list[Shot]) -> None:
    assert looking.barriers_of(shots, "elder", widths=WIDTHS, axe=True) == []


def one_each(shots: list[Shot]) -> list[Shot]:
    """The first of every address and status: where only the frame and the words differ."""
    return list({(shot.route, shot.status): shot for shot in reversed(shots)}.values())


def test_in_english(looking: Eyes, shots: list[Shot]) -> None:
    assert looking.barriers_of(one_each(shots), "en", widths=(360,)) == []


def test_without_javascript(looking: Eyes, shots: list[Shot]) -> None:
    assert looking.barriers_of(one_each(shots), "zh", widths=(360,), javascript=False) == []


# Languages

TYPED = (
    "罗建国", "罗**", "周洋", "孙丽", "林涛", "赵桂英", "赵敏", "示范农产品有限公司（演示）", "请补拍居住证背面", "地址请写到门牌号。",
    "背面缺失", "上门核实", "已升级", "行政许可法第四十五条", "中文", "居住证在换发，能办吗？", "可以先办。", "临邑县人民医院",
    "未见消毒间", "补设消毒间", "办理入职", "济阳某公司", "存档", "停车位有没有", "北门有。", "接到举报，正在核实", "试点", "全宇宙",
    "已停止经营", "示例事项办理", "示例申请表", "待填写：法律名称", "待填写：第几条",
)  # fmt: skip
"""Names of people, what people typed, and the language named in itself."""
PAPERS = re.compile(
    r"《[^》]+》|\S*(?:法|条例|规定)\s?第[^\s;（(]+|医保发〔\d+〕\d+号(?:\s?第[^\s;（(]+)?|\S*〔\d+〕\s?第?\d+\s?号"
)
"""Laws and numbered papers bear their own names."""
ADDRESSES = re.compile(r"\S*演示路 ?\d+ ?号|\S*街道\*+")


def spoken(page: str) -> list[str]:
    """What a page says or names, piece by piece, without data and what is marked as another language."""
    page = re.sub(r"<(script|style|textarea|template)\b.*?</\1>", "", page, flags=re.DOTALL)
    page = re.sub(
        r'<(\w+)[^>]*\slang="(?:zh-Hans|en)"[^>]*>.*?</\1>',
        "",
        "<header" + page.partition("<header")[2],
        flags=re.DOTALL,
    )
    page = re.sub(r'<(\w+)[^>]*class="[^"]*mono[^"]*"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)
    named = re.findall(r'(?:alt|title|placeholder|aria-label|data-label|label)="([^"]*)"', page)
    return [
        html.unescape(piece).strip() for piece in [*named, *re.sub(r"<[^>]+>", "\n", page).split("\n")] if piece.strip()
    ]


def left(piece: str) -> str:
    for known in TYPED:
        piece = piece.replace(known, "")
    return ADDRESSES.sub("", PAPERS.sub("", piece))


def test_a_page_in_english_speaks_english(shots: list[Shot]) -> None:
    found = {
        (piece, shot.name)
        for shot in shots
        for piece in spoken(shot.views["en"])
        if re.search("[\u3400-\u9fff]", left(piece))
    }
    assert found == set()


def test_a_page_in_chinese_speaks_chinese(shots: list[Shot]) -> None:
    """Codes, commands and names of formats may stand in it; an English word alone or two in a row may not."""
    words = re.compile(r"^[A-Z][a-z]+$|[A-Za-z]{2,} [a-z]{2,}")

    def foreign(shot: Shot) -> list[str]:
        page = re.sub(r"<(code|kbd)\b.*?</\1>", "", shot.views["zh"], flags=re.DOTALL)
        return [piece for piece in spoken(page) if words.search(piece)]

    assert {(piece, shot.name) for shot in shots for piece in foreign(shot)} == set()
