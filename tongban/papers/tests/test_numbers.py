"""文号: one after the other, each word and year by itself, and none left out when the paper does not come to be."""

import pytest
from django.db import transaction

from tests.cast import JIYANG
from tongban.cases.tests.zone import Zone
from tongban.kernel.scope import scope
from tongban.papers.kinds import BY_ID
from tongban.papers.numbers import agency_word, leave_numbers_out, take_number


def take(word: str = "济阳政务收", year: int = 2026) -> str:
    return take_number(region=JIYANG, word=word, year=year)


def test_they_count_by_word_and_year(zone: Zone) -> None:
    with scope([JIYANG]):
        assert [take(), take(), take("济阳政务补"), take(year=2027)] == [
            "济阳政务收〔2026〕1号", "济阳政务收〔2026〕2号", "济阳政务补〔2026〕1号", "济阳政务收〔2027〕1号",
        ]  # fmt: skip


def test_what_is_rolled_back_gives_its_number_back(zone: Zone) -> None:
    with scope([JIYANG]):
        take()
        with pytest.raises(RuntimeError), transaction.atomic():
            take()
            raise RuntimeError
        assert take().endswith("〕2号")


def test_after_a_restore_numbers_are_left_out(zone: Zone) -> None:
    with scope([JIYANG]):
        take()
        leave_numbers_out(zone.jiyang, zone.at)
        assert take().endswith("〕10002号")


def test_an_office_has_its_word(zone: Zone) -> None:
    with scope([JIYANG]):
        assert agency_word(region=JIYANG, office="hall", kind=BY_ID["receipt"]) == "济阳政务收"
        assert agency_word(region=JIYANG, office="", kind=BY_ID["receipt"]) == "济阳收"
