"""What travels is read strictly or not at all (M4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.exchange import wire
from tongban.exchange.wire import Answer, BadMessage, Batch, Item, WrappedKey

ITEM = Item(b"e", parts={"ab": b"p"}, keys=(WrappedKey("1", b"k"),), receipts=(b"r",), joining=b"j")

items = st.builds(
    Item,
    envelope=st.binary(max_size=30),
    proposal=st.booleans(),
    parts=st.dictionaries(st.text("abcdef0123456789", max_size=8), st.binary(max_size=30), max_size=3),
    keys=st.lists(st.builds(WrappedKey, st.text(max_size=5), st.binary(max_size=30)), max_size=2).map(tuple),
    receipts=st.lists(st.binary(max_size=30), max_size=2).map(tuple),
    joining=st.binary(min_size=1, max_size=30),
)


@given(st.lists(items, min_size=1, max_size=5).map(tuple))
def test_a_batch_reads_back_as_written(sent):
    batch = Batch("371424", "370115", sent)
    assert wire.read_batch(batch.as_bytes()) == batch


@given(items)
def test_an_item_is_kept_as_bytes(item):
    assert Item.from_bytes(item.as_bytes()) == item


@pytest.mark.parametrize("answer", [Answer("stored", b"r"), Answer("gap", have=0), Answer("rejected", b"r", code="x")])
def test_answers_read_back_as_written(answer):
    assert wire.read_answers(wire.write_answers([answer]), expected=1) == [answer]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b"null", b'{"to":"a","from":"b","items":[]}', b'{"to":"a","from":"b","items":[{}]}',
        b'{"to":"a","from":"b","items":[{"event":"?"}]}', b'{"to":"a","from":"b","items":[{"event":7}]}',
        b'{"to":"a","to":"b","from":"b","items":[{"event":""}]}', b'{"to":"a","from":"b","items":{"event":""}}',
        b'{"to":"a","from":"b","items":[' + b'{"event":""},' * 100 + b'{"event":""}]}', b"\xff", b"\xef\xbb\xbf{}",
    ],
)  # fmt: skip
def test_what_is_no_batch(data):
    with pytest.raises(BadMessage):
        wire.read_batch(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<html>", b'{"answers":[]}', b'{"answers":[{"status":"fine"}]}', b'{"answers":[{"status":"gap","have":-1}]}',
        b'{"answers":[{"status":"gap","have":true}]}', b'{"answers":[{"status":"gap","have":1.5}]}', b'{"answers":[7]}',
    ],
)  # fmt: skip
def test_what_is_no_answer(data):
    with pytest.raises(BadMessage):
        wire.read_answers(data, expected=1)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(BadMessage):
        wire.read_batch(data)
