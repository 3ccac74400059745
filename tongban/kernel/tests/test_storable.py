"""A zero byte in a text is found where the document is read, not where the database breaks on it."""

import pytest

from tongban.kernel.storable import find_unstorable


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [{"b": "x\0"}]}, "$.a[0].b"), ({"a": "好", "b": ["", "\ud800"]}, "$.b[1]"), ({"a": {"k\0": 1}}, "$.a"),
        ("\0", "$"), ({"a": [1, None, True, "好"]}, None), ({"a": "\0", "b": "\0"}, "$.a"),
    ],
)  # fmt: skip
def test_where_it_stands(value: object, path: str | None) -> None:
    assert find_unstorable(value) == path
