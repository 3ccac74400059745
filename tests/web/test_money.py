"""Money is typed in yuan and kept in fen."""

import pytest

from tongban.web.components.fields import read_yuan, write_yuan


@pytest.mark.parametrize(
    ("typed", "fen"), [("1000000", 100_000_000), ("1,000,000.5", 100_000_050), ("0.01", 1), ("12，345", 1_234_500)]
)
def test_yuan_become_fen(typed, fen):
    assert read_yuan(typed) == fen


@pytest.mark.parametrize("typed", ["", "一百万", "1.234", "-5", "1e6", "１００", "9" * 14])
def test_what_is_no_amount_stays_as_it_was_typed(typed):
    assert read_yuan(typed) == typed


@pytest.mark.parametrize("typed", ["12345", "12345.67", "0.01"])
def test_it_is_shown_as_it_was_typed(typed):
    assert write_yuan(read_yuan(typed)) == typed
