"""What was looked for in vain: counted without knowing who, shown when several asked, taught as a synonym."""

from datetime import date, timedelta

import pytest

from tests.cast import JIYANG, clerk
from tongban.catalogue.models import SearchMiss
from tongban.catalogue.search import asked
from tongban.catalogue.search.gathering import get_index
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
EDITOR = Actor("staff", "s-bianji", JIYANG, frozenset({"catalogue_editor"}))


def ask(node: Node, query: str, times: int = 1, on: date = TODAY) -> list[str]:
    for _ in range(times):
        asked.note_miss(node=node, query=query, on=on)
    return [miss.words for miss in asked.list_misses()]


def test_words_are_shown_once_several_have_asked(node: Node) -> None:
    assert ask(node, "种地补贴", 2) == []
    assert ask(node, "请问种地补贴怎么办理？") == ["种地补贴"]
    assert asked.list_misses()[0].times == 3


def test_words_that_too_few_asked_stand_nowhere(node: Node) -> None:
    ask(node, "种地补贴")
    assert (SearchMiss.objects.get().words, asked.count_hidden()) == ("", 1)


@pytest.mark.parametrize("query", ["370115198001011234", "我的电话13800000000", "字" * 30, "办"])
def test_numbers_and_letters_to_the_office_are_not_counted(node: Node, query: str) -> None:
    assert ask(node, query, 20) == [] and asked.count_hidden() == 0


def test_what_looks_like_a_name_takes_more(node: Node) -> None:
    assert ask(node, "罗建国", asked.SEVERAL) == []
    assert ask(node, "高考", asked.MANY) == ["高考"]


def test_words_of_few_are_forgotten(node: Node) -> None:
    ask(node, "种地补贴")
    ask(node, "买彩票", on=TODAY + timedelta(days=31))
    assert asked.count_hidden() == 1


def test_an_editor_says_what_was_meant(node: Node) -> None:
    ask(node, "看大夫", 3)
    assert get_index(TODAY).find("看大夫") == []
    asked.teach_synonym(said="看大夫", means="异地就医备案", index=get_index(TODAY), by=EDITOR, at=now())
    assert get_index(TODAY).find("看大夫")[0].entry.name == "异地就医备案"
    assert asked.list_misses() == []
    asked.forget_synonym(said="看大夫", by=EDITOR)
    assert get_index(TODAY).find("看大夫") == []


@pytest.mark.parametrize(
    ("said", "means"), [("看", "异地就医备案"), ("看大夫", "没有的事项"), ("电话13800000000", "异地就医备案")]
)
def test_a_synonym_needs_words_and_an_item(said: str, means: str) -> None:
    with pytest.raises(asked.SynonymUnusable):
        asked.teach_synonym(said=said, means=means, index=get_index(TODAY), by=EDITOR, at=now())


def test_only_an_editor_teaches() -> None:
    with pytest.raises(Forbidden):
        asked.teach_synonym(said="看大夫", means="异地就医备案", index=get_index(TODAY), by=clerk(), at=now())
