"""Finding an item in everyday words; the desk where synonyms are added."""

from typing import Any

import pytest

from tests.cast import HUIMIN, ITEM, LINYI
from tests.web.citizens import Phone, text
from tests.web.desks import Desks
from tongban.catalogue.history.adjusting import adjust_item
from tongban.catalogue.search import asked
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

pytestmark = pytest.mark.django_db
START = f"/apply/{ITEM}/places"


def find(phone: Phone, query: str, **wanted: str) -> Any:
    page = phone.client.get("/search", {"q": query, **wanted})
    assert page.status_code == 200
    return page


def states(page: Any) -> list[tuple[str, str]]:
    return [(one.entry.name, one.state) for one in page.context["results"]]


def test_the_first_page_has_the_box(phone: Phone) -> None:
    page = text(phone.get("/"))
    assert 'action="/search"' in page and 'name="q"' in page


def test_what_can_be_begun_leads_to_its_beginning(phone: Phone) -> None:
    page = find(phone, "外地看病")
    assert states(page)[0] == ("异地就医备案", "choose") and START in text(page)


def test_with_a_place_it_says_who_decides(phone: Phone) -> None:
    page = find(phone, "外地看病", place=LINYI)
    assert states(page)[0] == ("异地就医备案", "here") and "由临邑县" in text(page)


def test_a_place_may_stand_in_the_words(phone: Phone) -> None:
    assert states(find(phone, "临邑的医保 外地看病"))[0] == ("异地就医备案", "here")


def test_what_is_only_listed_says_so_and_begins_nothing(phone: Phone) -> None:
    page = find(phone, "低保")
    assert states(page)[0] == ("最低生活保障对象认定", "listed")
    assert "民政局" in text(page) and START not in text(page)


def test_what_is_suspended_says_since_when_and_why(phone: Phone, linyi: Node) -> None:
    with scope([LINYI]):
        adjust_item(
            node=linyi, region=LINYI, key=ITEM, act="suspended", reason=Text("系统升级", "Renewed"), by=system(LINYI), at=now()
        )  # fmt: skip
    page = find(phone, "外地看病", place=LINYI)
    assert states(page)[0] == ("异地就医备案", "closed") and "系统升级" in text(page) and START not in text(page)
    assert states(find(phone, "外地看病", place=HUIMIN))[0][1] == "here"


def test_nothing_found_is_counted_without_its_words(phone: Phone) -> None:
    assert "没有找到" in text(find(phone, "种地补贴"))
    assert (asked.count_hidden(), asked.list_misses()) == (1, [])


def test_a_number_is_neither_searched_nor_shown_nor_counted(phone: Phone) -> None:
    for number in ("370115 1980 0101 1234", "37011519800101123X"):
        page = phone.get(f"/search?q={number}")
        assert page.request["QUERY_STRING"].startswith("number") and "/progress" in text(page)
    assert asked.count_hidden() == 0


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "%00", "'; drop table", "😀" * 99, "{{ 7|add:7 }}"])
def test_whatever_is_typed_is_only_looked_for(phone: Phone, query: str) -> None:
    assert "<script>alert" not in text(find(phone, query))


def test_an_editor_says_what_was_meant(phone: Phone, node: Node, linyi: Node, huimin: Node) -> None:
    for _ in range(asked.SEVERAL):
        find(phone, "看大夫")
    editor = Desks(node, linyi, huimin).sign_in(node, "bianji", "catalogue_editor")
    assert "看大夫" in text(editor.get("/staff/searches"))
    editor.post("/staff/searches/teach", {"said": "看大夫", "means": "异地就医备案"})
    assert states(find(phone, "看大夫"))[0] == ("异地就医备案", "choose")
    editor.post("/staff/searches/forget", {"said": "看大夫", "what": "synonym"})
    assert states(find(phone, "看大夫")) == []


def test_a_synonym_for_nothing_is_refused(node: Node, linyi: Node, huimin: Node, phone: Phone) -> None:
    editor = Desks(node, linyi, huimin).sign_in(node, "bianji", "catalogue_editor")
    answer = editor.post("/staff/searches/teach", {"said": "看大夫", "means": "没有"})
    assert answer.status_code == 422 and "同义词没有保存" in text(answer)
