from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import LUO
from tongban.people.identity import (
    KINDS,
    UnknownIdentityKind,
    WrongCreditCode,
    WrongIdentityNumber,
    WrongPhone,
    check_identity,
    check_phone,
    check_uscc,
    mask_name,
    mask_number,
    mask_phone,
)

STANDARD = "11010519491231002X"
"""The example of GB 11643."""


def reason(kind: str, number: str, **options: bool) -> str:
    with pytest.raises(WrongIdentityNumber) as refused:
        check_identity(kind, number, **options)
    assert number not in str(refused.value) or not number
    return refused.value.reason


def with_check_digit(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first17 + "10X98765432"[sum(w * int(d) for w, d in zip(weights, first17, strict=True)) % 11]


def test_a_resident_number_says_birth_and_sex() -> None:
    identity = check_identity("111", STANDARD)
    assert (identity.birth_date, identity.sex, identity.demo) == (date(1949, 12, 31), "female", False)


@pytest.mark.parametrize(
    "typed",
    ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ", "110105-19491231-002x"],
)
def test_people_type_in_many_ways(typed: str) -> None:
    assert check_identity("111", typed).number == STANDARD


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("", "empty"),
        ("11010519491231002", "length"),
        ("110105491231002", "length"),
        ("1101051949123100X2", "characters"),
        ("11010519491231OO2X", "characters"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "characters"),
        (with_check_digit("11010519490230002"), "date"),
        (with_check_digit("11010517491231002"), "date"),
        (with_check_digit("10010519491231002"), "province"),
        (with_check_digit("81000019491231002"), "province"),
        ("110105194912310021", "check_digit"),
        ("110105194912310012", "check_digit"),
    ],
)
def test_each_wrong_number_has_its_reason(number: str, why: str) -> None:
    assert reason("111", number) == why


@given(st.dates(date(1900, 1, 1), date(2026, 11, 20)), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(birth: date, serial: int, place: int, step: int) -> None:
    right = with_check_digit(f"370115{birth:%Y%m%d}{serial:03}")
    digit = "10" if right[place] == "X" else right[place]
    wrong = right[:place] + str((int(digit) + step) % 10) + right[place + 1 :]
    assert check_identity("111", right).birth_date == birth
    with pytest.raises(WrongIdentityNumber):
        check_identity("111", wrong, allow_demo=True)


def test_invented_people_are_allowed_only_where_asked() -> None:
    assert reason("111", LUO.id_number) == "province"
    assert check_identity("111", LUO.id_number, allow_demo=True).demo


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("159", with_check_digit("81000019900101001")),
        ("159", with_check_digit("82000019900101001")),
        ("160", with_check_digit("83000019900101001")),
        ("553", with_check_digit("93184019900101001")),
        ("553", "USA310080010101"),
        ("414", "E12345678"),
        ("516", "H12345678"),
        ("516", "M1234567801"),
        ("511", "12345678"),
    ],
)
def test_other_documents_are_taken(kind: str, number: str) -> None:
    assert check_identity(kind, number.lower()).number == number


@pytest.mark.parametrize(
    ("kind", "number", "why"),
    [
        ("159", with_check_digit("83000019900101001"), "province"),
        ("160", with_check_digit("81000019900101001"), "province"),
        ("553", with_check_digit("83184019900101001"), "province"),
        ("553", "US1310080010101", "characters"),
        ("553", "USA31008001010", "length"),
        ("414", "E1234567890", "length"),
        ("414", "E1234_678", "characters"),
        ("516", "X12345678", "characters"),
        ("511", "1234567", "length"),
        ("511", "1234567A", "characters"),
    ],
)
def test_other_documents_have_reasons_too(kind: str, number: str, why: str) -> None:
    assert reason(kind, number) == why


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownIdentityKind):
        check_identity("000", STANDARD)


def test_only_what_was_read_in_a_source_is_called_verified() -> None:
    assert [kind.code for kind in KINDS.values() if kind.verified] == ["111"]


def test_a_credit_code_is_checked() -> None:
    assert check_uscc("91110000600037341l") == "91110000600037341L"
    for text, why in [
        ("", "empty"),
        ("9111", "length"),
        ("91110000600037342L", "check_digit"),
        ("I1110000600037341L", "characters"),
    ]:
        with pytest.raises(WrongCreditCode) as refused:
            check_uscc(text)
        assert refused.value.reason == why


def test_a_phone_is_a_mobile_number() -> None:
    assert check_phone("+86 199-0000-0001") == "19900000001"
    for text in ["", "1990000000", "02900000001", "12900000001", "199000000011"]:
        with pytest.raises(WrongPhone):
            check_phone(text)


def test_masks_hide_all_but_the_ends() -> None:
    assert (mask_name("罗建国"), mask_name("罗军"), mask_name("")) == ("罗**", "罗*", "")
    assert mask_name("Maria Gonzalez") == "M***"
    assert mask_number(STANDARD) == "1****************X"
    assert mask_number("12") == "**"
    assert mask_phone("19900000001") == "199****0001"


@given(st.text())
def test_no_text_breaks_the_checks(text: str) -> None:
    for kind in KINDS:
        try:
            check_identity(kind, text)
        except WrongIdentityNumber as refused:
            assert refused.sentence("zh") and refused.sentence("en")
