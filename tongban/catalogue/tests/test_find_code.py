"""Codes of all layers are taken apart; what is no code is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from tongban.catalogue.items.codes import ItemCode, find_basic, find_code
from tongban.catalogue.items.types import find_department, find_level, find_type

OFFICE = "11370800MB28559184"


@pytest.mark.parametrize(
    ("text", "layer"),
    [
        ("000123020000", "basic"),
        ("430118134W00", "basic"),
        ("00012302000001", "template"),
        (f"{OFFICE}3370117002011", "implementation"),
        (f"{OFFICE}337011700201102", "handling"),
    ],
)
def test_the_layer_follows_from_the_parts(text: str, layer: str):
    code = find_code(text)
    assert (code.layer, str(code)) == (layer, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        f" {OFFICE[1:]}3370117002011",
        f"{OFFICE.lower()}3370117002011",
        "00012302000",
        "00012302000A1B",
        f"{OFFICE[:-1]}53370117002011",
        f"{OFFICE}9370117002011",
        "０" * 12,
    ],
)
def test_what_is_no_code_is_none(text: str):
    assert find_code(text) is None


OFFICES = st.from_regex("[0-9]{8}[0-9A-HJ-NPQRTUWXY]{9}", fullmatch=True).map(
    lambda start: start + uscc.calc_check_digit(start)
)
BASICS = st.from_regex("[0-9]{6}[0-9A-Z]{6}", fullmatch=True)
BUSINESSES = st.just("") | st.from_regex("[0-9]{2}", fullmatch=True)
CODES = st.builds(ItemCode, BASICS, BUSINESSES) | st.builds(
    ItemCode, BASICS, BUSINESSES, OFFICES, st.sampled_from("123456")
)


@given(CODES)
def test_whatever_its_parts_a_code_is_taken_apart_into_them(code: ItemCode):
    assert (find_code(str(code)), find_basic(str(code))) == (code, code.basic)
    assert find_code(code.item) == ItemCode(code.basic, "", code.office, code.level)


@given(
    st.builds(ItemCode, BASICS, BUSINESSES, OFFICES, st.sampled_from("123456")),
    st.integers(0, 17),
    st.sampled_from("0123456789"),
)
def test_an_office_written_wrong_in_one_character_is_no_code(code: ItemCode, place: int, other: str):
    text = str(code)
    wrong = text[:place] + other + text[place + 1 :]
    assert (find_code(wrong) is None) == (wrong != text)


def test_the_parts_of_an_implementation():
    code = find_code(f"{OFFICE}3370117002011")
    assert (code.office, code.level, code.region, code.type_digits) == (OFFICE, "3", "37", "01")
    assert (find_level(code.level), find_level("9"), find_department(code).zh) == ("city", None, "住房城乡建设")


def test_provinces_number_some_types_otherwise():
    assert find_type(find_code("372014001000")) == "public_service"
    assert find_type(find_code("442014001000")) == "other_power"
    assert find_type(find_code("009914001000")) is None
