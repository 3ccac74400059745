"""Codes that people read aloud and type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.slips import codes

LENGTHS = st.integers(6, 20)


@given(LENGTHS)
def test_what_was_made_is_read_as_people_type_it(length: int) -> None:
    code = codes.make(length=length)
    assert codes.read(f" {codes.spaced(code).lower()} ", length=length) == code


@given(st.binary(min_size=12, max_size=12), st.integers(0, 12), st.sampled_from(codes.ALPHABET))
def test_one_wrong_sign_is_noticed(random: bytes, place: int, sign: str) -> None:
    code = codes.from_bytes(random, length=13)
    wrong = code[:place] + sign + code[place + 1 :]
    assert codes.read(wrong, length=13) == (code if wrong == code else "")


def test_what_looks_alike_is_read_as_meant() -> None:
    code = codes.from_bytes(bytes(12), length=13)
    assert code == "0" * 13 and codes.read("OoO0O0O0OO0OO", length=13) == code


@pytest.mark.parametrize("typed", ["", "U" * 13, "0" * 12, "罗" * 13, "0" * 14])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.read(typed, length=13) == ""


def test_no_group_is_a_single_sign() -> None:
    assert codes.spaced("0123456789ABC") == "0123 4567 89ABC"
