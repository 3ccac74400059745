"""Personal data beside the signed bytes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.sealing import BadPart, commitment, content, open_, open_json, open_plaintext, seal, seal_json
from tongban.kernel.tests.factories import OTHER_CASE, SUITE, data_key, json_values

KEY = data_key()
SEALED = seal(b"text", name="application", key=KEY, suite=SUITE)


@given(st.binary(max_size=100))
def test_a_part_opens_with_its_key(data: bytes) -> None:
    sealed = seal(data, name="file", key=KEY, suite=SUITE)
    assert open_(sealed.ciphertext, ref=sealed.ref, key=KEY, suite=SUITE) == data
    assert sealed.ref.size == len(sealed.ciphertext)


@given(json_values)
def test_a_json_part_opens_as_the_same_value(value: object) -> None:
    sealed = seal_json(value, name="evidence", key=KEY, suite=SUITE)
    assert open_json(sealed.ciphertext, ref=sealed.ref, key=KEY, suite=SUITE) == value


def test_a_part_of_another_case_does_not_open() -> None:
    stolen = replace(KEY, case=OTHER_CASE)
    with pytest.raises(BadCiphertext):
        open_(SEALED.ciphertext, ref=SEALED.ref, key=stolen, suite=SUITE)


def test_a_part_under_another_name_does_not_open() -> None:
    with pytest.raises(BadCiphertext):
        open_(SEALED.ciphertext, ref=replace(SEALED.ref, name="reasons"), key=KEY, suite=SUITE)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(BadCiphertext):
        open_(SEALED.ciphertext, ref=SEALED.ref, key=data_key(), suite=SUITE)


@given(st.integers(0, len(SEALED.ciphertext) - 1), st.integers(1, 255))
def test_a_changed_ciphertext_is_not_what_was_signed(position: int, change: int) -> None:
    data = bytearray(SEALED.ciphertext)
    data[position] ^= change
    with pytest.raises(BadPart):
        open_(bytes(data), ref=SEALED.ref, key=KEY, suite=SUITE)


def test_a_plaintext_other_than_the_one_committed_to_is_refused() -> None:
    other = seal(b"TEXT", name="application", key=KEY, suite=SUITE)
    mixed = replace(other.ref, commit=SEALED.ref.commit)
    with pytest.raises(BadPart):
        open_(other.ciphertext, ref=mixed, key=KEY, suite=SUITE)


def test_whoever_is_shown_the_plaintext_can_prove_it() -> None:
    plaintext = open_plaintext(SEALED.ciphertext, ref=SEALED.ref, key=KEY, suite=SUITE)
    assert commitment(plaintext, suite=SUITE) == SEALED.ref.commit
    assert content(plaintext) == b"text"


def test_the_commitment_does_not_give_a_short_value_away() -> None:
    again = seal(b"text", name="application", key=KEY, suite=SUITE)
    assert again.ref.commit != SEALED.ref.commit
    assert SUITE.hash(b"\x02text") != SEALED.ref.commit


def test_a_key_does_not_show_its_secret() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)
