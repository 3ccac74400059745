"""Numbered blanks: in, to the window, on a licence or void; every number once."""

from typing import Any

import pytest

from tests.cast import JIYANG, clerk
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.seals import blanks
from tongban.seals.blanks import BlankGone, BlanksUnusable, NoBlankLeft
from tongban.seals.tests.workshop import chief

TYPE = "hygiene-licence"


@pytest.fixture
def store(db: Any, at: Any) -> Any:
    """Ten blanks, three of them at window 3."""
    with scope([JIYANG]):
        blanks.receive_blanks(region=JIYANG, type=TYPE, first="JY0001", last="JY0010", by=chief(), at=at)
        stock = blanks.list_stock(region=JIYANG)[0]
        blanks.hand_out(region=JIYANG, batch=stock.id, window="3 号窗口", count=3, by=chief(), at=at)
        yield stock


def _use(at: Any, window: str = "3 号窗口") -> str:
    return blanks.use_blank(region=JIYANG, type=TYPE, window=window, ref="L1", by=clerk(), at=at)


def test_each_is_used_once_until_none_is_left(store: Any, at: Any) -> None:
    assert [_use(at) for _ in range(3)] == ["JY0001", "JY0002", "JY0003"]
    with pytest.raises(NoBlankLeft):
        _use(at)


def test_what_is_void_is_passed_over_and_counted(store: Any, at: Any) -> None:
    blanks.void_blank(region=JIYANG, type=TYPE, number="JY0002", reason="打印偏移", by=clerk(), at=at)
    assert [_use(at), _use(at)] == ["JY0001", "JY0003"]
    (count,) = blanks.count_windows(region=JIYANG)
    assert (count.handed, count.used, count.void, count.left) == (3, 2, 1, 0)
    assert blanks.list_stock(region=JIYANG)[0].next == "JY0004"


@pytest.mark.parametrize("number", ["JY0009", "JY9999", "JY0001"])
def test_only_what_the_window_has_can_be_void(store: Any, at: Any, number: str) -> None:
    _use(at)
    with pytest.raises(BlankGone):
        blanks.void_blank(region=JIYANG, type=TYPE, number=number, reason="遗失", by=clerk(), at=at)


@pytest.mark.parametrize(("first", "last"), [("JY0010", "JY0001"), ("JY0005", "JY0020"), ("JY1", "JX9"), ("", "")])
def test_numbers_that_cannot_be_right_are_refused(store: Any, at: Any, first: str, last: str) -> None:
    with pytest.raises(BlanksUnusable):
        blanks.receive_blanks(region=JIYANG, type=TYPE, first=first, last=last, by=chief(), at=at)


@pytest.mark.parametrize(("first", "last"), [("JY0010", "JY0012"), ("JY0002", "JY0003"), ("JY0000", "JY0001")])
def test_a_number_is_not_taken_in_twice(store: Any, at: Any, first: str, last: str) -> None:
    with pytest.raises(BlanksUnusable) as refused:
        blanks.receive_blanks(region=JIYANG, type=TYPE, first=first, last=last, by=chief(), at=at)
    assert "重复" in str(refused.value.details["what"])
    blanks.receive_blanks(region=JIYANG, type="another", first=first, last=last, by=chief(), at=at)


def test_no_more_than_there_are_go_out_and_no_clerk_takes_them(store: Any, at: Any) -> None:
    with pytest.raises(BlanksUnusable):
        blanks.hand_out(region=JIYANG, batch=store.id, window="1", count=8, by=chief(), at=at)
    with pytest.raises(Forbidden):
        blanks.hand_out(region=JIYANG, batch=store.id, window="1", count=1, by=clerk(), at=at)
