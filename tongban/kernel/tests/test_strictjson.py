"""JSON with one meaning (fault catalogue, M4: parsers that disagree)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.strictjson import MAX_DEPTH, MAX_INTEGER, NotStrict, canonical, parse, parse_canonical
from tongban.kernel.tests.factories import json_values

TWO_MEANINGS = {
    "duplicate key": b'{"a":1,"a":2}',
    "duplicate key, one escaped": b'{"a":1,"\\u0061":2}',
    "duplicate key deep inside": b'[{"b":{"a":1,"a":1}}]',
    "NaN": b"[NaN]",
    "Infinity": b"[-Infinity]",
    "1e400": b"[1e400]",
    "a fraction": b"[1.5]",
    "an integer with a point": b"[1.0]",
    "an integer with an exponent": b"[1e2]",
    "beyond 2^53": b"[9007199254740993]",
    "far beyond": b"[" + b"9" * 5000 + b"]",
    "far below": b"[-9007199254740993]",
    "a lone surrogate": b'["\\ud800"]',
    "a lone surrogate as key": b'{"\\udfff":1}',
    "surrogates as UTF-8": b'["\xed\xa0\x80"]',
    "overlong UTF-8": b'["\xc0\xaf"]',
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "too deep": b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
    "deep enough to break a stack": b"[" * 60_000,
    "trailing bytes": b'{"a":1}x',
    "a second value": b'{"a":1}{"a":2}',
    "a trailing NUL": b'{"a":1}\x00',
    "a control character": b'["\n"]',
    "a trailing comma": b"[1,]",
    "a leading zero": b"[01]",
    "single quotes": b"{'a':1}",
    "a comment": b"[1] // one",
    "nothing": b"",
}


@pytest.mark.parametrize("data", TWO_MEANINGS.values(), ids=TWO_MEANINGS.keys())
def test_what_parsers_read_differently_is_refused(data: bytes) -> None:
    with pytest.raises(NotStrict):
        parse(data)


@given(json_values)
def test_canonical_bytes_say_what_was_meant(value: object) -> None:
    assert parse_canonical(canonical(value)) == value
    assert json.loads(canonical(value)) == value


@given(json_values)
def test_one_value_has_one_canonical_form(value: object) -> None:
    assert canonical(parse(canonical(value))) == canonical(value)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.none()))
def test_the_order_of_keys_does_not_matter(value: dict[str, None]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = parse(data)
    except NotStrict:
        return
    assert parse(canonical(value)) == value


@given(st.recursive(st.floats() | st.binary() | st.complex_numbers(), lambda inner: st.lists(inner, min_size=1)))
def test_what_json_cannot_say_has_no_canonical_form(value: object) -> None:
    with pytest.raises(NotStrict):
        canonical([value])


@pytest.mark.parametrize("value", [{1: "a"}, {None: 1}, (1, 2), {"a": {1}}, "\ud800", MAX_INTEGER + 1])
def test_values_that_would_change_on_the_way_are_refused(value: object) -> None:
    with pytest.raises(NotStrict):
        canonical(value)


@pytest.mark.parametrize("data", [b'{"a": 1}', b'{"b":1,"a":2}', b'["\\u4e2d"]', b"[-0]", b"[1]\n", b' {"a":1}'])
def test_another_spelling_is_not_canonical(data: bytes) -> None:
    parse(data)
    with pytest.raises(NotStrict):
        parse_canonical(data)


def test_the_edges_are_inside() -> None:
    edges = [MAX_INTEGER, -MAX_INTEGER, "𠮷䶮\ue863", "\u2028"]
    deep: object = 0
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert parse_canonical(canonical(edges)) == edges
    assert parse(canonical(deep)) == deep


def test_a_long_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(NotStrict, match="longer"):
        parse(b'"' + b"a" * 100 + b'"', max_bytes=100)
