"""What Mr Luo sees of his case, and what nobody else sees."""

import pytest

from tests.cast import SUN
from tests.web.citizens import Phone, hidden_fields, text

pytestmark = pytest.mark.django_db


def test_the_case_says_where_it_is_and_whose_turn_it_is(phone: Phone) -> None:
    page = text(phone.get(phone.hand_in()))
    assert "已收件" in page and "正在核验登记信息并转给临邑县" in page and "跨市通办协议" in page


def test_a_stranger_finds_nothing(phone: Phone) -> None:
    address = phone.hand_in()
    stranger = Phone(phone.node)
    stranger.sign_in(SUN)
    assert [stranger.get(f"{address}{end}").status_code for end in ("", "/submitted", "/record")] == [404] * 3


def test_without_signing_in_there_is_only_the_door(phone: Phone) -> None:
    address = phone.hand_in()
    assert Phone(phone.node).get(address).request["PATH_INFO"] == "/sign-in"


def test_the_record_is_a_file(phone: Phone) -> None:
    answer = phone.get(f"{phone.hand_in()}/record")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]


def test_withdrawing_asks_first_and_then_ends_the_case(phone: Phone) -> None:
    address = phone.hand_in()
    asked = phone.get(f"{address}/withdraw")
    assert "确定要撤回" in text(asked)
    phone.client.post(f"{address}/withdraw", hidden_fields(asked))
    assert "已撤回" in text(phone.get(address))


def test_a_deleted_draft_is_gone(phone: Phone) -> None:
    draft = phone.begin()
    phone.post(f"{draft}/discard")
    assert phone.get(f"{draft}/form").status_code == 404


def test_every_page_speaks_english(phone: Phone) -> None:
    address = phone.hand_in()
    phone.get("/language?to=en&next=/")
    for page in ("/", "/cases", address, f"{address}/submitted", f"{address}/withdraw"):
        assert '<html lang="en"' in text(phone.get(page))


def test_next_of_the_language_switch_stays_here(phone: Phone) -> None:
    assert phone.client.get("/language?to=en&next=//elsewhere.example").headers["Location"] == "/"
