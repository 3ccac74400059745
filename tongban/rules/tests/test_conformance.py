"""What the public conformance suite of CEL says of the part of CEL that rules have, and that all the rest is refused."""

import pytest

from tongban.rules.batches import answer
from tongban.rules.faults import BadCondition

VALUES = {
    "plain": [
        ("0", 0), ("-1", -1), ("'hello'", "hello"), ("true", True), ("0x55555555", 0x55555555), ("-0x55", -0x55),
        ("-9223372036854775808", -(2**63)), ("9223372036854775807", 2**63 - 1), ('""', ""), ("'\\u270c'", "✌"), ("'\\U0001f431'", "🐱"),
        ("1 + 1", 2), ("f_unknown || true", True),
    ],
    "texts": [
        ("'''hello'''", "hello"), ('"""he"llo"""', 'he"llo'), ("r'a\\nb'", "a\\nb"), ('R"""a\\b"""', "a\\b"), ("''''''", ""),
        ("' \\\\ \\? \\\" \\' \\` '", " \\ ? \" ' ` "), ("' \\a \\b \\f \\t \\v '", " \a \b \f \t \v "), ("'''a\nb'''", "a\nb"),
        ("' \\000 \\012 \\177 '", " \x00 \n \x7f "), ("' \\x01 \\x7F '", " \x01 \x7f "), ("'\\303\\277'", "Ã¿"),
    ],
    "nested": [
        ("(" * 32 + "7" + ")" * 32, 7), ("true ? true : " * 24 + "false", True), ("false || " * 32 + "true", True),
        ("true && " * 32 + "false", False), ("3 - " * 24 + "3", -69), ("4 * 4 / 4 * 4 / 4", 4), ("!" * 32 + "true", True), ("-" * 32 + "19", 19),
    ],
    "logic": [
        ("true ? 1 : 2", 1), ("false ? 'foo' : 'bar'", "bar"), ("false && (2 / 0 > 3 ? false : true)", False),
        ("(2 / 0 > 3 ? false : true) && false", False), ("true || (2 / 0 > 3 ? false : true)", True),
        ("(2 / 0 > 3 ? false : true) || true", True), ("!true", False), ("!false", True),
        ("true ? false : 1 / 0 > 1", False),
    ],
    "integers": [
        ("42 + (-2)", 40), ("-42 + (-2)", -44), ("42 - (-2)", 44), ("-42 * (-2)", 84), ("-42 / 2", -21), ("-42 / (-2)", 21), ("42 % 5", 2),
        ("42 % (-5)", 2), ("-42 % (-5)", -2), ("-(42)", -42), ("-(0)", 0), ("-(-42)", 42), ("15 * 0", 0), ("7 / -2", -3),
    ],
    "compared": [
        ("1 == 1", True), ("'abc' == 'abc'", True), ("'ABC' == 'abc'", False), ("'ίσος' == 'ίσος'", True),
        ("true == false", False), ("42 != 43", True),
        ("-1 < 0", True), ("0 < 0", False), ("'a' < 'b'", True),
        ("'' < 'a'", True), ("'abc' < 'abd'", True), ("'ÿ' > 'z'", True), ("false < true", True),
        ("true < true", False), ("4 >= 3", True), ("'a' <= 'a'", True),
        ("2 in [7, 2, 11]", True), ("'k' in ['a']", False), ("true in [false]", False),
        ("2 in []", False), ("1 < 2 == true", True),
    ],
    "functions": [
        ("size('')", 0), ("size('πέντε')", 5), ("'four'.size()", 4), ("'foobar'.startsWith('foo')", True), ("''.startsWith('foo')", False),
        ("'foobar'.startsWith('')", True), ("'завтра'.startsWith('за')", True), ("'forté'.endsWith('té')", True), ("''.endsWith('')", True),
        ("'hubba'.matches('ubb')", True), ("''.matches('foo|bar')", False), ("'cows'.matches('')", True), ("'banana'.matches('ba(na)*')", True),
        ("'mañana'.matches('a+ñ+a+')", True), ("'he' + 'llo'", "hello"), ("'¢' + 'ÿ' + 'Ȁ'", "¢ÿȀ"), ("'hello'.contains('')", True),
        ("'abababc'.contains('ababc')", True), ("'Straße'.contains('aß')", True),
    ],
}  # fmt: skip
FAULTS = [
    "2 / 0 > 4 ? 'baz' : 'quux'", "true && 1/0 != 0", "1/0 != 0 || false", "42 % 0", "15 / 0", "9223372036854775807 + 1",
    "-9223372036854775808 - 1", "9223372036854775807 * 2", "-(-9223372036854775808)", "(-9223372036854775808) / (-1)", "1 / 0 in [1]",
]  # fmt: skip
REFUSED = [
    "true ? 'cows' : 17", "'cows' ? false : 17", "false && 32", "'a' && 'b'", "!0", "-true", "1 == '1'", "1 in ['a']", "true + true", "'a' - 'b'",
    "1.0", "1e3", ".5", "42u", "b'abc'", "null", "x == null", "[1, 2] == [1, 2]", "size([1])", "[1][0]", "{'a': 1}.a", "{}", "a[0]", "x in y",
    "has(a.b)", "[1, 2].all(x, x > 0)", "[1].exists(x, x == 1)", "[1].exists_one(x, true)", "[1].map(x, x)", "[1].filter(x, true)",
    "int('1')", "uint(1)", "double(1)", "string(1)", "bytes('a')", "bool('true')", "type(1) == int", "dyn(1) == 'a'",

    "timestamp('2026-01-01T00:00:00Z')", "duration('1s')", "TestAllTypes{}", ".x", "a.?b", "'a\\q'", "'\\ud800'", "'a\nb'",
    "9223372036854775808", "`a-b`",
]  # fmt: skip


@pytest.mark.parametrize(("source", "value"), [case for section in VALUES.values() for case in section])
def test_the_part_that_rules_have_does_as_cel_does(source, value):
    found = answer(source, {})
    assert found == {"value": value}
    assert type(found["value"]) is type(value)


@pytest.mark.parametrize("source", FAULTS)
def test_what_is_an_error_in_cel_is_a_fault(source):
    assert set(answer(source, {})) == {"error"}


@pytest.mark.parametrize("source", REFUSED)
def test_all_the_rest_is_refused_before_it_is_evaluated(source):
    with pytest.raises(BadCondition):
        answer(source, {})


UNKNOWNS = [
    ("x && false", {"value": False}), ("false && x", {"value": False}), ("x || true", {"value": True}), ("x && true", {"unknown": ["x"]}),
    ("x && y", {"unknown": ["x", "y"]}),
        ("x ? 1 : 2", {"unknown": ["x"]}), ("x ? y > 1 : z", {"unknown": ["x", "y", "z"]}), ("true ? 1 : y", {"value": 1}),
    ("x + 1 > 0", {"unknown": ["x"]}), ("(1 / 0 > 1) && x", {"unknown": ["x"]}), ("!x", {"unknown": ["x"]}), ("'a' in [x]", {"unknown": ["x"]}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "found"), UNKNOWNS)
def test_what_nobody_told_is_unknown(source, found):
    assert answer(source, {}) == found
