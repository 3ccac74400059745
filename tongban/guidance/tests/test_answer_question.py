"""Questions as people put them, the item that is meant and the part of its guide that answers."""

import pytest

from tests.cast import LINYI
from tests.web.citizens import open_portal
from tongban.guidance.answering import answer_question
from tongban.kernel.clock import now
from tongban.kernel.node import Node

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def portal(node: Node, linyi: Node, huimin: Node) -> None:
    open_portal(node, linyi, huimin)


ASKED = [
    ("异地就医备案要什么材料", "materials"),
    ("外地看病备案多久能办好", "limit"),
    ("我爸在济阳住院，医保在老家，要带什么？", "materials"),
    ("外地住院备案要钱吗", "fee"),
    ("异地就医备案在哪里办", "where"),
    ("异地就医要不要回老家跑一趟", "visit"),
    ("外地看病 不给办怎么复议", "remedy"),
    ("异地就医备案打什么电话", "contact"),
    ("异地就医备案有效期多久", "result"),
    ("How long does the filing for medical care in another place take?", "limit"),
]


@pytest.mark.parametrize(("question", "aspect"), ASKED)
def test_the_first_passage_is_of_what_was_asked(question: str, aspect: str) -> None:
    answered = answer_question(question, place=LINYI, at=now())
    assert answered.how == "answered" and answered.rests_on and answered.rests_on.region == LINYI
    assert answered.passages[0].aspect == aspect


@pytest.mark.parametrize("question", ["", "？", "今天天气怎么样", "帮我写一首诗", "买彩票要什么材料", "明天几点天黑"])
def test_what_is_no_item_is_not_answered(question: str) -> None:
    assert answer_question(question, place="", at=now()).how == "unknown"


def test_an_item_without_a_guide_is_named_and_nothing_is_said_of_it() -> None:
    answered = answer_question("低保要什么材料", place="", at=now())
    assert (answered.how, answered.name, answered.passages) == ("named", "最低生活保障对象认定", ())


def test_what_the_guide_does_not_say_is_not_made_up() -> None:
    answered = answer_question("异地就医备案那里有停车位没有", place=LINYI, at=now())
    assert (answered.how, answered.passages) == ("about", ())


def test_without_a_place_it_says_whose_guide_it_read() -> None:
    answered = answer_question("异地就医备案多久", place="", at=now())
    assert answered.rests_on and answered.other_places
