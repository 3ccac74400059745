"""Asked later with the code on the paper: how far it is, and nothing about whom."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import LUO
from tests.web.desks import Desks
from tests.web.test_staff_reception import begin, fill, hand_in
from tongban.kernel.node import Node
from tongban.people.models import FailedSignIn

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]
FACTOR = LUO.id_number[-4:]
UNKNOWN = "0000 0000 00000"


@pytest.fixture
def code(node: Node, linyi: Node, huimin: Node) -> str:
    """On the receipt of Mr Luo."""
    clerk = Desks(node, linyi, huimin).found().clerk()
    draft = begin(clerk)
    fill(clerk, draft)
    found = re.search(r'class="code num">([^<]+)<', hand_in(clerk, draft))
    assert found
    return found[1]


def ask(code: str, factor: str = FACTOR) -> tuple[int, str]:
    page = Client().post("/progress", {"code": code, "factor": factor})
    return page.status_code, page.content.decode()


def test_the_code_and_four_signs_tell_how_far_it_is(code: str) -> None:
    status, page = ask(code.lower())
    assert status == 200 and "已收件" in page and "最晚答复日期" in page


def test_the_answer_names_nobody(code: str) -> None:
    _, page = ask(code, LUO.name[-1])
    for told in (LUO.name, LUO.id_number, LUO.phone, "演示路", "370115-", "住院", code.replace(" ", "")):
        assert told not in page, told


def test_unknown_and_wrong_look_the_same(code: str) -> None:
    def plain(answer: tuple[int, str]) -> tuple[int, str]:
        return answer[0], re.sub(r'value="[^"]*"', "", answer[1])

    assert plain(ask(code, "0000")) == plain(ask(UNKNOWN, "0000"))
    assert ask(UNKNOWN)[0] == 422


@pytest.mark.parametrize("known", [True, False])
def test_guessing_stops_whether_there_is_such_a_code_or_not(code: str, known: bool) -> None:
    guessed = code if known else UNKNOWN
    answers = [ask(guessed, f"000{number}")[0] for number in range(6)]
    assert answers == [422] * 5 + [429]
    assert ask(guessed)[0] == 429


def test_the_code_is_never_asked_in_an_address(code: str) -> None:
    page = Client().get(f"/progress?code={code}&factor={FACTOR}").content.decode()
    assert "已收件" not in page and 'method="post"' in page


def test_a_slip_of_the_finger_is_no_guess(code: str) -> None:
    """The check character is wrong: the same words, and nothing is counted."""
    last = "1" if code[-1] == "0" else "0"
    answers = [ask(code[:-1] + last) for _ in range(7)]
    assert {status for status, _ in answers} == {422} and "查询码与后一项对不上" in answers[0][1]
    assert not FailedSignIn.objects.exists()


@pytest.mark.parametrize("factor", ["0000", "罗"])
def test_an_unknown_code_costs_the_same_work(code: str, factor: str) -> None:
    def work(asked: str) -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            ask(asked, factor)
        return [re.sub(r"'[^']*'|x\d+", "…", query["sql"]) for query in seen.captured_queries]

    assert work(code) == work(UNKNOWN)


def test_both_lines_are_needed(node: Node, db: None) -> None:
    page = Client().post("/progress", {}).content.decode()
    assert 'href="#code"' in page and 'href="#factor"' in page
