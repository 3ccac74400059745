"""Codes of all layers are taken apart; what is no code is none."""

import pytest

from tongban.catalogue.items.codes import find_code
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
    ["", "1", "00012302000", "00012302000A1B", f"{OFFICE[:-1]}53370117002011", f"{OFFICE}9370117002011", "０" * 12],
)
def test_what_is_no_code_is_none(text: str):
    assert find_code(text) is None


def test_the_parts_of_an_implementation():
    code = find_code(f"{OFFICE}3370117002011")
    assert (code.office, code.level, code.region, code.type_digits) == (OFFICE, "3", "37", "01")
    assert (find_level(code.level), find_level("9"), find_department(code).zh) == ("city", None, "住房城乡建设")


def test_provinces_number_some_types_otherwise():
    assert find_type(find_code("372014001000")) == "public_service"
    assert find_type(find_code("442014001000")) == "other_power"
    assert find_type(find_code("009914001000")) is None
