"""A whole definition as text: read back it has the same hash, and a mistake says its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.parts.text import TextFault, find_line, read_text, write_text
from tongban.catalogue.reading import content_hash, read_definition
from tongban.catalogue.tests.factories import document
from tongban.kernel.crypto import SUITES

PLACES = ("370115", "371424", "371621")
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(CHARACTERS, max_size=30),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(CHARACTERS, max_size=9), below, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("key", list_items())
@pytest.mark.parametrize("place", PLACES)
def test_every_shipped_definition_comes_back_with_its_hash(key, place):
    before = load_document(key, place)
    after = read_text(write_text(before).encode())
    assert content_hash(after, suite=SUITES[1]) == content_hash(before, suite=SUITES[1])


@given(st.dictionaries(st.text(CHARACTERS, max_size=9), VALUES, max_size=5))
def test_whatever_is_typed_comes_back_as_it_was(value):
    assert read_text(write_text(value).encode()) == value


def test_days_and_words_that_yaml_takes_for_something_else_stay_text():
    odd = {
        "valid_from": "2026-11-01",
        "no": "no",
        "number": "012",
        "time": "12:30",
        "empty": "",
        "null": "null",
        "=": "=",
    }
    assert read_text(write_text(odd).encode()) == odd


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        (b"a: 1\nb: [1\nc: 2", 3, "expected"), (b"a: 1\na: 2", 2, "twice"), (b"a: &x [1]\nb: *x", 2, "references"),
        (b"a: 1\nb: \x01", 2, "special characters"), ("a: 1\n中: ".encode() + b"\xe4", 2, "unexpected end"),
    ],
)  # fmt: skip
def test_a_mistake_says_its_line(raw, line, words):
    with pytest.raises(TextFault) as caught:
        read_text(raw)
    assert caught.value.line == line and words in caught.value.reason


def test_a_path_is_found_in_the_text():
    raw = write_text(document()).encode()
    lines = raw.decode().split("\n")
    assert "id: referral" in lines[find_line(raw, "situations[referral].nothing") - 1]
    assert lines[find_line(raw, "limits.promise") - 1].startswith("  promise:")
    assert "element: filing.address" in lines[find_line(raw, "fields[filing.address].nothing") - 1]
    assert find_line(raw, "$") == 0


@pytest.mark.parametrize("raw", [b"? {a: b}\n: c\n", b"? [a]\n: c\n", b"a: !!timestamp foo\n"])
def test_what_only_the_builder_stumbles_over_is_a_fault_too(raw):
    with pytest.raises(TextFault):
        read_text(raw)


@pytest.mark.parametrize("raw", [b'a: {b: "x\\0y"}', b'a: {"b\\0": 1}', b'a: ["x", "\\ud800"]'])
def test_text_that_cannot_be_kept_is_a_fault_with_its_place(raw):
    with pytest.raises(TextFault, match=r"at \$\.a"):
        read_text(raw)


def test_a_version_that_no_table_can_hold_is_a_fault():
    with pytest.raises(BadDefinition, match="version"):
        read_definition({**document(), "version": 2**31}, suite=SUITES[1])
