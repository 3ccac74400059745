import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.licences.codes import ROOT, Identifier, WrongIdentifier, make_serial, read_identifier

PUBLISHED = [
    "11100000000013338W011.11430000006122244L.20230000403.001.U",
    "11100000MB03271699022.340100.000000016.001.9",
    "11100000000013338W009.11330105002500287C.2025052201.002.0",
]
"""Identifiers as authorities have printed them (GB/T 36904-2018)."""


@pytest.mark.parametrize("text", PUBLISHED)
def test_published_samples_fit(text):
    assert str(read_identifier(text)) == f"{ROOT}.{text}"


@pytest.mark.parametrize(
    "text",
    [
        "11100000000013338W011.11430000006122244L.20230000404.001.U",
        "11100000000013338W011.11430000006122244L.20230000403.002.U",
        "11100000000013338W011.11430000006122244L.20230000403.001",
        "11100000000013338W011.11430000006122244L.2023-0000403.001.U",
        "",
    ],
)
def test_what_is_none_is_refused(text):
    with pytest.raises(WrongIdentifier):
        read_identifier(text)


@given(st.integers(0, 49), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_wrong_character_is_always_seen(place, other):
    body = str(Identifier("11990000000000001G001", "371424", make_serial(region="371424", inc=1), 1))
    text = body.removeprefix(f"{ROOT}.")
    place %= len(text)
    if text[place] in {".", other}:
        return
    with pytest.raises(WrongIdentifier):
        read_identifier(text[:place] + other + text[place + 1 :])


def test_a_new_version_keeps_its_serial():
    first = Identifier("11990000000000001G001", "371424", make_serial(region="371424", inc=2), 1)
    second = first.next_version()
    assert (second.serial, second.version) == (first.serial, 2)
    assert first.serial.startswith("37142402")
